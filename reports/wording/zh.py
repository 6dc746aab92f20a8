"""Every sentence of the report in Chinese, as written in Mainland China."""

from typing import Final

from bone_age.reading import Region
from reports import outcomes
from reports.wording.wording import Wording

_RESEARCH: Final = "研究用软件，未注册为医疗器械。"

# What other packages write into a result. Several sentences in one message are told one by one.
_PHRASES: Final = {
    # acquisition: the exposure
    "{advice} (DI {deviation}, EI {index}).": "{advice}（DI {deviation}，EI {index}）。",
    "Far too little dose: ask the doctor before repeating, and raise the mAs next time": (
        "剂量严重不足：重拍前请询问医师，下次请提高 mAs"
    ),
    "Too little dose: ask the doctor before repeating, and raise the mAs next time": (
        "剂量不足：重拍前请询问医师，下次请提高 mAs"
    ),
    "More dose than needed: do not repeat for it, and lower the mAs next time": (
        "剂量高于所需：不要为此重拍，下次请降低 mAs"
    ),
    "Far too much dose: do not repeat for it, and report it": (
        "剂量严重过高：不要为此重拍，并请上报"
    ),
    "Far too little dose, and the picture is lost in noise: repeat with more mAs unless a doctor "
    "finds the image readable": (
        "剂量严重不足，影像被噪声淹没：除非医师认为影像可以判读，否则请提高 mAs 重拍"
    ),
    "More dose than needed: lower the mAs next time": "剂量高于所需：下次请降低 mAs",
    "Far too much dose: report it": "剂量严重过高：请上报",
    "Far too little dose came through what surrounds the hand: do not repeat for it, and leave the "
    "mAs as it is": "透过手部外围物体的剂量严重不足：不要为此重拍，mAs 保持不变",
    "Too little dose came through what surrounds the hand: do not repeat for it, and leave the mAs "
    "as it is": "透过手部外围物体的剂量不足：不要为此重拍，mAs 保持不变",
    "Exposure index calibrated at RQA3 (50 kV), not at RQA5 as in IEC 62494-1.": (
        "曝光指数按 RQA3（50 kV）校准，而非 IEC 62494-1 规定的 RQA5。"
    ),
    "The image holds no X-rays.": "影像中没有 X 射线信号。",
    "Check that the tube exposed, and repeat.": "请确认球管已曝光，然后重拍。",
    "The detector was full inside the hand: detail is lost.": "手部区域探测器饱和：细节已丢失。",
    "Repeat with less mAs.": "请降低 mAs 重拍。",
    "The detector was full beside the hand: the skin line may be lost.": (
        "手旁区域探测器饱和：皮肤轮廓可能丢失。"
    ),
    "Lower the mAs next time.": "下次请降低 mAs。",
    "far too little dose": "剂量严重不足",
    "far too much dose": "剂量严重过高",
    "too little dose": "剂量不足",
    "more dose than needed": "剂量高于所需",
    "dose on target": "剂量符合目标",
    "green: {low} to {high}, amber: to {lower} or {higher}, red: beyond "
    "(action levels of AAPM Report 116 for the deviation index of IEC 62494-1)": (
        "绿色：{low} 至 {high}，黄色：至 {lower} 或 {higher}，红色：超出"
        "（AAPM 第 116 号报告对 IEC 62494-1 偏差指数的行动水平）"
    ),
    # acquisition: what lies on the panel, and how
    "Nothing lies in the beam: lay the hand on the panel, and repeat.": (
        "射线束内没有物体：请将手放在探测器上重拍。"
    ),
    "This does not look like a hand with its fingers spread: look at the picture, and repeat with "
    "the left hand flat if it is something else or the fingers lie over one another.": (
        "影像不像手指张开的手：请查看影像；如果不是手，或手指互相重叠，请将左手平放后重拍。"
    ),
    "No hand is recognised, as happens with infants: look at the picture, and repeat with the left "
    "hand flat only if it is something else or the fingers lie over one another.": (
        "未识别出手，婴儿有时如此：请查看影像；仅当不是手，或手指互相重叠时，才将左手平放后重拍。"
    ),
    "More than one hand lies on the panel: repeat with the left hand alone.": (
        "探测器上不止一只手：请只放左手重拍。"
    ),
    "This looks like a right hand, or the image is mirrored: check the patient's hand and the "
    "marker before the image is used.": "影像看似右手，或为镜像：使用影像前请核对患儿的手和标记。",
    "Which hand this is cannot be told from the image: check the patient's hand and the marker "
    "before the image is used.": "无法从影像判断是哪一只手：使用影像前请核对患儿的手和标记。",
    "It is no reason to expose the child again.": "这不是让患儿再次曝光的理由。",
    "A finger, the thumb or the palm runs out of the panel: repeat with the whole hand inside.": (
        "手指、拇指或手掌超出探测器：请将整只手放入后重拍。"
    ),
    "The wrist is cut off: repeat with the hand higher, so that the ends of radius and ulna "
    "show.": ("腕部被截断：请将手上移后重拍，使桡骨和尺骨远端可见。"),
    "The collimator cuts into the hand: open it, and repeat.": (
        "准直器遮挡了手部：请打开准直器后重拍。"
    ),
    "Fewer than five digits can be told apart: repeat only if fingers lie over one another.": (
        "能分辨的手指少于五个：仅当手指互相重叠时才重拍。"
    ),
    "Fingers lie against each other: repeat only if their bones overlap in the picture, and spread "
    "them next time.": "手指互相靠拢：仅当影像中骨骼重叠时才重拍，下次请张开手指。",
    "The hand lies turned by {degrees} degrees: the reading straightens it.": (
        "手部偏转 {degrees} 度：判读时会自动扶正。"
    ),
    "Lay the middle finger in line with the forearm next time; do not repeat for this.": (
        "下次请使中指与前臂成一直线；不要为此重拍。"
    ),
    "Something dense surrounds the hand or the forearm, such as a plaster cast: a doctor decides "
    "whether the growth plates show behind it; do not repeat while it is on.": (
        "手或前臂周围有致密物体，例如石膏：生长板是否可见由医师判断；未去除前不要重拍。"
    ),
    "Metal lies on the hand or the forearm (ring, bracelet, watch): take it off, and repeat; where "
    "it covers no growth plate a doctor may accept the image.": (
        "手或前臂上有金属物（戒指、手镯、手表）：请取下后重拍；若未遮挡生长板，医师可采用本影像。"
    ),
    "Metal lies beside the hand: if it is no marker, take it away next time; do not repeat for "
    "it.": ("手旁有金属物：如果不是标记，下次请移开；不要为此重拍。"),
    "The hand moved during the exposure, its edges are blurred: hold it still, and repeat if the "
    "growth plates cannot be seen.": (
        "曝光时手部移动，边缘模糊：请固定手部；如果生长板无法看清，请重拍。"
    ),
    "The edges look blurred, which in so small a hand may be its round bones: look at the picture, "
    "and repeat only if you see that the hand moved.": (
        "边缘看似模糊，但在这样小的手上可能是骨骼较圆所致：请查看影像，仅当看到手部移动时才重拍。"
    ),
    "Growth plates are lost in noise: repeat with more mAs unless a doctor finds it readable.": (
        "生长板被噪声淹没：除非医师认为可以判读，否则请提高 mAs 重拍。"
    ),
    "Growth plates are lost in noise behind what surrounds the hand: do not repeat.": (
        "手部外围物体后方的生长板被噪声淹没：不要重拍。"
    ),
    "Edges look blurred behind what surrounds the hand: do not repeat.": (
        "手部外围物体后方的边缘看似模糊：不要重拍。"
    ),
    "No hand is recognised, as happens where something surrounds it: do not repeat.": (
        "未识别出手，手部有外围物体时会如此：不要重拍。"
    ),
    # acquisition: what the correction left
    "The frame has no row reference, which the calibration has: row noise and drift are left in "
    "it.": ("图像帧缺少校准中具有的行参考：行噪声和漂移仍留在影像中。"),
    "The panel's row reference cannot be right and was not used: row noise and drift are left in "
    "the image.": "探测器的行参考不可能正确，未予使用：行噪声和漂移仍留在影像中。",
    "The panel's temperature cannot be right: its dark signal was taken as at the calibration.": (
        "探测器温度不可能正确：其暗信号按校准时的值处理。"
    ),
    "An earlier exposure could not be taken away, its stored frame is missing or damaged: a faint "
    "shadow of it may be left in the image.": (
        "较早一次曝光的残影无法扣除，其存储的图像帧缺失或损坏：影像中可能留有淡影。"
    ),
    "An earlier exposure was taken away roughly: its own temperature or row reference cannot be "
    "right.": "较早一次曝光的残影仅粗略扣除：其温度或行参考不可能正确。",
    "Do not repeat for it; tell the service if it comes again.": (
        "不要为此重拍；如再次出现，请通知维修人员。"
    ),
    "The maps that corrected this image were not valid for it ({code}): structure of the panel may "
    "be left in it.": "校正本影像所用的校准图对其无效（{code}）：影像中可能留有探测器结构。",
    "Do not repeat for it; tell the service.": "不要为此重拍；请通知维修人员。",
    # acquisition: where no hand is
    "No hand with its digits spread was found in the picture.": "影像中未找到手指张开的手。",
    "The picture is not a grey picture.": "图片不是灰度图。",
    "The picture is smaller than {side} pixels.": "图片小于 {side} 像素。",
    "The picture holds values that are not numbers.": "图片含有非数值的像素值。",
    "The picture is blank.": "图片为空白。",
    "The picture is as rough as noise: no hand can be told in it.": (
        "图片粗糙如噪声，无法辨认手部。"
    ),
    # bone_age: refusals
    "Nothing lies in the beam.": "射线束内没有物体。",
    "This does not look like a hand with its fingers spread.": "影像不像手指张开的手。",
    "More than one hand is in the picture.": "影像中不止一只手。",
    "A finger, the thumb or the palm is cut off.": "手指、拇指或手掌被截断。",
    "The wrist is cut off: the ends of radius and ulna do not show.": (
        "腕部被截断：桡骨和尺骨远端未显示。"
    ),
    "The hand is washed out: no bones stand out in it.": "手部影像过曝，看不出骨骼。",
    "The bones are lost in noise.": "骨骼被噪声淹没。",
    "It was made of untreated children, and a treatment was entered.": (
        "该方法依据未经治疗的儿童，而此处录入了治疗。"
    ),
    "The picture has too few pixels for bones to show, fewer than {side} across: use the full "
    "picture.": "图片像素太少（不足 {side} 像素宽），骨骼无法显示：请使用完整图片。",
    "The bones are blurred, as by motion or in a picture of too few pixels: "
    "a reading may be off.": ("骨骼影像模糊（如运动或像素太少所致）：判读可能有偏差。"),
    "Nearly grown girls may be read too young: hand 2.2 read 10 films of girls whose bone age "
    "was 17 years and more 14 months too young on average, half of them outside the interval.": (
        "接近成熟的女孩骨龄可能判读偏小：2.2 版模型判读 10 张骨龄 17 岁及以上女孩的影像，"
        "平均偏小 14 个月，其中一半不在区间内。"
    ),
    "Nearly grown boys may be read too young: hand 2.2 read 14 films of boys whose bone age "
    "was 18 years and more 10 months too young on average, 3 of them outside the interval.": (
        "接近成熟的男孩骨龄可能判读偏小：2.2 版模型判读 14 张骨龄 18 岁及以上男孩的影像，"
        "平均偏小 10 个月，其中 3 张不在区间内。"
    ),
    "The model does not say honestly how far its reading may be off: by less than a month, or by "
    "more than the range that it reads.": (
        "模型给出的判读误差不可信：小于一个月，或超出其判读范围。"
    ),
    "The model reads a part of the hand as no bone age that there is.": (
        "模型对手的某一部位给出了不可能的骨龄。"
    ),
    "Something dense, such as a plaster cast, surrounds the hand or the forearm.": (
        "手或前臂周围有致密物体，例如石膏。"
    ),
    "Metal lies on the wrist: it covers carpal bones, radius or ulna.": (
        "腕部有金属物：遮挡了腕骨、桡骨或尺骨。"
    ),
    "This does not look like a whole hand that can be read, with every fingertip and the wrist.": (
        "影像不像一只可以判读的完整的手（包括所有指尖和腕部）。"
    ),
    "The hand looks younger or older than any that the model was calibrated on.": (
        "手部看来比校准模型所用的任何一只手都更年幼或更年长。"
    ),
    # bone_age: doubts
    "The forearm ends close to the wrist: the growth plates of radius and ulna may not show.": (
        "前臂在腕部附近截止：桡骨和尺骨的生长板可能未显示。"
    ),
    "Fewer than five digits can be told apart.": "能分辨的手指少于五个。",
    "Metal lies on the hand or the forearm.": "手或前臂上有金属物。",
    "The hand may have moved during the exposure.": "曝光时手部可能移动。",
    "The model learnt from few children with a bone age under 2 years: it may read too old here.": (
        "模型学习过的骨龄 2 岁以下儿童很少：此处判读可能偏大。"
    ),
    "Fingers, carpals and wrist read farther apart than in nearly every child.": (
        "手指、腕骨和桡尺骨的判读相差之大，几乎超过所有儿童。"
    ),
    "{standard} style, by {reader}": "{standard} 法，{reader}",
    # growth: adult height
    "The table needs a bone age, and none was read.": "该表需要骨龄，而本次未读出骨龄。",
    "The method was made of standing heights, and the child was measured lying.": (
        "该方法由立位身高建立，而患儿为卧位测量。"
    ),
    "Adult height needs the height of today, which was not measured.": (
        "预测成年身高需要本次身高，而本次未测量。"
    ),
    "Target range of Tanner 1970.": "Tanner 1970 的靶身高范围。",
    # As results had it before.
    "The target range of Tanner 1970, +-8.5 cm.": "Tanner 1970 的靶身高范围，±8.5 cm。",
    "95 % of children of such parents (Luo 1998).": (
        "此类父母的子女中 95% 位于该范围（Luo 1998）。"
    ),
    "Bayley and Pinneau's table for {children} of {group} maturity runs from bone age {first} to "
    "{last}; this bone age is {age} ({months} months).": (
        "Bayley-Pinneau 法{children}“{group}”组的表涵盖骨龄{first}至{last}；"
        "本次骨龄为{age}（{months}个月）。"
    ),
    "1.96 x {cm} cm, the root mean square error in healthy {children} of {age} (Bayley and Pinneau "
    "1952, validating sample), {joined}.": (
        "1.96 × {cm} cm，即{age}健康{children}的均方根误差"
        "（Bayley 与 Pinneau 1952，验证样本），{joined}。"
    ),
    "joined with the interval of the bone age as the root of the sum of squares": (
        "与骨龄的不确定区间按平方和的平方根合成"
    ),
    "without the error of the bone age, which is not known": "不含骨龄误差（其值未知）",
    "The interval of the bone age reaches where the table has no figure; the limits may lie "
    "further out.": "骨龄的不确定区间延伸至表中没有数值之处；预测范围可能更宽。",
    "The interval of the bone age reaches into the table for {group} maturity, which predicts "
    "{low} to {high} cm there.": (
        "骨龄的不确定区间延伸至“{group}”组的表，该表在此处预测 {low} 至 {high} cm。"
    ),
    "The table for {group} maturity tends to predict {leaning} an adult (Tarim 2013).": (
        "“{group}”组的表预测的成年身高往往{leaning}（Tarim 2013）。"
    ),
    # As results before the table was named have it.
    "This table tends to predict too tall an adult (Tarim 2013).": (
        "本组的表预测的成年身高往往偏高（Tarim 2013）。"
    ),
    "This table tends to predict too short an adult (Tarim 2013).": (
        "本组的表预测的成年身高往往偏低（Tarim 2013）。"
    ),
    "In idiopathic short stature the root mean square error at all ages was {cm} cm (Unrath "
    "2012).": "在特发性矮身材中，各年龄合计的均方根误差为 {cm} cm（Unrath 2012）。",
    "The equation was made for RUS bone ages of Tanner and Whitehouse, which differ from those "
    "after Greulich and Pyle; enter the stages of the bones to have it.": (
        "该公式由 Tanner-Whitehouse 的 RUS 骨龄建立，与 Greulich-Pyle 骨龄不同；"
        "录入各骨的等级后方可使用。"
    ),
    "At this age the equations differ before and after menarche; say whether it has occurred, it "
    "is never assumed.": "该年龄初潮前后的公式不同；请说明是否已初潮，软件从不推定。",
    "The equation gives less than the present height, so it does not hold for this child.": (
        "公式得出的身高低于目前身高，因此不适用于本患儿。"
    ),
    "The equations {whom} run from {first} to {last} years, and the child is {age} years old.": (
        "{whom}的公式涵盖{first}至{last}岁，而患儿为{age}岁。"
    ),
    "for girls{when}": "女童{when}",
    "1.96 x {cm} cm, the residual SD of the equation in healthy children of this age (Tanner "
    "1975).": "1.96 × {cm} cm，即该公式在同龄健康儿童中的残差标准差（Tanner 1975）。",
    "1.96 x {cm} cm, the residual SD of the equation in healthy children of this age (Tanner "
    "1975), joined with 1.96 x {years} years, the scatter of ratings by eye (Thodberg 2012), as "
    "the root of the sum of squares.": (
        "1.96 × {cm} cm，即该公式在同龄健康儿童中的残差标准差（Tanner 1975），与目测评级的离散"
        "（1.96 × {years} 年，Thodberg 2012）按平方和的平方根合成。"
    ),
    "The equation was made for British children's RUS bone ages (TW2)": (
        "该公式由英国儿童的 RUS 骨龄（TW2）建立"
    ),
    "{made}; this one is by {standard}.": "{made}；本次 RUS 骨龄按 {standard} 标准。",
    "One of the two transcriptions of the equation for {whom} prints {printed} instead of {used} "
    "for each cm of height; {used} is used because it {why}.": (
        "{whom}公式的两份转录之一将每 cm 身高的系数印为 {printed} 而非 {used}；"
        "此处采用 {used}，因其{why}。"
    ),
    "One of the two transcriptions of the equation for {whom} prints the constant {printed} "
    "instead of {used}; {used} is used because it {why}.": (
        "{whom}公式的两份转录之一将常数印为 {printed} 而非 {used}；此处采用 {used}，因其{why}。"
    ),
    "boys of {first} to {last} years": "{first}至{last}岁男童",
    "boys of {age} years": "{age}岁男童",
    "girls of {age} years before menarche": "{age}岁初潮前女童",
    "meets the equation at {age} years": "与{age}岁的公式相衔接",
    # growth: scoring sheets
    "another automatic reader": "其他自动判读软件",
    "readings by eye": "目测判读",
    "Chinese children (China-05)": "中国儿童（中华-05）",
    "The table that gives British children's ages to TW3 scores is not available here; the score "
    "stands alone.": "此处没有由 TW3 评分得出英国儿童骨龄的表；仅给出评分。",
    "The ages of {sheet} begin with {score} points at {years} years; below there is no bone age.": (
        "{sheet} 的骨龄从{years}岁（{score} 分）开始；低于此分没有骨龄。"
    ),
    "All bones are in their last stage; the ages of {sheet} end there, at {years} years, and the "
    "bone age is that or more.": (
        "各骨均处于最后等级；{sheet} 的骨龄到此为止，即{years}岁，骨龄为该值或更大。"
    ),
    "The source's row at birth is the origin of its curve and no measurement.": (
        "来源中出生时的一行是其曲线的起点，并非测量值。"
    ),
    "The source prints {points} points for girls at {age} years, below its own {more} at {younger} "
    "years; that row is left out, and the age lies on a straight line between {younger} and "
    "{older} years.": (
        "来源中女童{age}岁印为 {points} 分，低于其自身{younger}岁的 {more} 分；该行未采用，"
        "骨龄在{younger}岁与{older}岁之间按直线插值。"
    ),
    "For stage {stage} of a girl's first metacarpal one of four transcriptions prints {printed} "
    "points; {used} is used, as the other three print.": (
        "女童第一掌骨 {stage} 级，四份转录之一印为 {printed} 分；此处按另外三份采用 {used} 分。"
    ),
    "{years} y {months} mo": "{years}岁{months}个月",
    # growth
    "No bone age was read.": "未读出骨龄。",
    "Nothing was said about lying or standing; the height was compared as standing height.": (
        "未说明卧位或立位；按立位身高比较。"
    ),
    "The height was not measured.": "未测量身高。",
    "The weight was not measured.": "未测量体重。",
    "BMI needs both height and weight.": "计算 BMI 需要身高和体重。",
    "Target height needs the heights of both parents.": "计算遗传靶身高需要父母双方的身高。",
    "Below {months} months it must be said whether the child was measured lying or standing.": (
        "{months}个月以下必须说明是卧位还是立位测量。"
    ),
    "{reference} holds {expected} heights at {months} months, and the child was measured "
    "{measured}.": "{reference}在{months}个月时为{expected}身高，而患儿为{measured}测量。",
    "{reference} has {measure} from {first} to {last} months only, not at {months} months.": (
        "{reference}的{measure}仅涵盖{first}至{last}个月，不含{months}个月。"
    ),
    "The table runs from {first} to {last} months.": "该表涵盖{first}至{last}个月。",
    "The {measure} lies beyond {low} to {high} SD of {reference}; check the measurement and its "
    "unit.": "{measure}超出{reference}的 {low} 至 {high} SD；请核对测量值及其单位。",
    "The Brush Foundation's bone ages run from {first} to {last} months for this sex; there is no "
    "SDS at {months} months.": (
        "Brush 基金会该性别的骨龄资料涵盖{first}至{last}个月；{months}个月时没有 SDS。"
    ),
    "(bone age - mean bone age at this age) / SD at this age, straight between years": (
        "（骨龄 − 该年龄的平均骨龄）/ 该年龄的标准差，各年之间线性插值"
    ),
    "Brush Foundation (Greulich & Pyle 1959): white children of Ohio, 1930s-1940s": (
        "Brush 基金会（Greulich 与 Pyle 1959）：20 世纪 30 至 40 年代美国俄亥俄州白人儿童"
    ),
    "Tanner 1970, corrected mid-parental height": "Tanner 1970，校正父母平均身高法",
    "Luo 1998, final height for parental height": "Luo 1998，由父母身高推算终身高",
    # growth: born preterm, and what a reference rests on
    "The child, born at {born}, reaches 40 weeks on {term}; before that day no reference here "
    "holds its sizes.": (
        "患儿出生孕周为{born}，{term} 满 40 周；在此之前，这里的参照均没有其体格数据。"
    ),
    "{weeks} weeks and {days} {day}": "{weeks}周{days}{day}",
    "It rests on a bone age that is doubtful, and its limits do not cover the cause.": (
        "它依据的骨龄存疑，其范围未涵盖存疑的原因。"
    ),
    "Nothing was said about the weeks of gestation; sizes were compared at the age since birth, as "
    "of a child born at term.": "未说明出生孕周；按足月儿以实足年龄比较。",
    "Born at {born}: until {years} years sizes are compared at the age corrected to 40 weeks, "
    "{corrected}; bone age is compared with the age since birth.": (
        "出生孕周{born}：{years}岁以前，体格数据按矫正至 40 周的年龄（{corrected}）比较；"
        "骨龄与实足年龄比较。"
    ),
    "Born at {born}: from {years} years on sizes are compared at the age since birth.": (
        "出生孕周{born}：{years}岁起，体格数据按实足年龄比较。"
    ),
    "L and S of this reference have a single source, a transcription of the paper's table.": (
        "该参照的 L 和 S 仅有一个来源，为论文表格的转录。"
    ),
    "{years} y {months} mo {days} d": "{years}岁{months}个月{days}天",
    # growth: several visits
    "The velocity needs a height of this visit.": "计算生长速度需要本次检查的身高。",
    "No height was measured {shortest} to {longest} months before.": (
        "{shortest}至{longest}个月前没有测量身高。"
    ),
    "Only {months} months lie between the heights of {start} and {end}; a velocity needs "
    "{least}.": ("{start} 与 {end} 的身高仅相隔{months}个月；生长速度至少需要{least}个月。"),
    "No child grows from {first} cm on {start} to {last} cm on {end}; check both measurements and "
    "their unit.": (
        "从 {start} 的 {first} cm 长到 {end} 的 {last} cm 是不可能的；请核对两次测量及其单位。"
    ),
    "The height falls from {first} cm on {start} to {last} cm on {end}; check both measurements.": (
        "身高从 {start} 的 {first} cm 降至 {end} 的 {last} cm；请核对两次测量。"
    ),
    "The heights of {start} and {end} lie {months} months apart; growth changes with the seasons "
    "and is judged over a year.": (
        "{start} 与 {end} 的身高仅相隔{months}个月；生长随季节变化，应按一年判断。"
    ),
    "The heights of {former} and {later} were measured lying and standing; they are compared up to "
    "{months} months of age only.": (
        "{former} 与 {later} 的身高一为卧位、一为立位测量；仅在{months}个月龄以内可以比较。"
    ),
    "The height of {day} was measured lying; {cm} cm were taken off to compare it with a standing "
    "height (WHO 2006).": (
        "{day} 的身高为卧位测量；为与立位身高比较，已减去 {cm} cm（WHO 2006）。"
    ),
    "It is not told whether the child was measured lying or standing on {day}; below {months} "
    "months no velocity is told without it.": (
        "未说明 {day} 是卧位还是立位测量；{months}个月以下没有此说明不给出生长速度。"
    ),
    "No height of {months} months or more before has a score of {reference}.": (
        "{months}个月或更早以前的身高没有{reference}的 SDS。"
    ),
    "The height of {former} was compared at the corrected age, that of {later} at the age since "
    "birth; the change of SDS holds this step.": (
        "{former} 的身高按矫正年龄比较，{later} 的身高按实足年龄比较；SDS 的变化包含这一差别。"
    ),
    "Earlier: {days}.": "此前：{days}。",
    "The progress of bone age needs a reading today.": "计算骨龄进展需要本次的骨龄判读。",
    "No bone age was read {months} months or more before.": "{months}个月或更早以前没有骨龄判读。",
    "These bone ages are not compared like with like; {day}: {method}; {later}: {other}.": (
        "两次骨龄的判读方法不同或不明，不是同类比较：{day}：{method}；{later}：{other}。"
    ),
    "The later bone age is the lower one; bones do not grow younger, readings scatter.": (
        "后一次骨龄较小；骨骼不会变得更年轻，这是判读的离散。"
    ),
    "Smallest detectable change of a bone age: 1.96 x root 2 x 0.19 years, the repeatability of an "
    "automatic reader (BoneXpert v3); that of this software, of a child exposed twice, was not "
    "measured.": (
        "骨龄最小可检测变化：1.96 × √2 × 0.19 岁，"
        "即一种自动判读软件（BoneXpert v3）的重复性；"
        "本软件对同一儿童两次曝光的重复性尚未测定。"
    ),
    "Smallest detectable change of a bone age: 1.96 x root 2 x 0.58 years, the scatter of readings "
    "by eye (Kaplowitz 2011).": (
        "骨龄最小可检测变化：1.96 × √2 × 0.58 岁，即目测判读的离散（Kaplowitz 2011）。"
    ),
    "{standard} style, by {reader}, {model} ({sha256})": (
        "{standard} 法，{reader}，{model}（{sha256}）"
    ),
    "local calibration of {site} ({lock})": "{site}的本地校准（{lock}）",
    "{standard} style, by {reader}, {model} ({sha256}), local calibration of {site} ({lock})": (
        "{standard} 法，{reader}，{model}（{sha256}），{site}的本地校准（{lock}）"
    ),
    "The earlier visits were not told by date; they were put in order.": (
        "既往检查未按日期录入；已按日期排序。"
    ),
    "The visit of {day} lies before the birth and was not used ({told}).": (
        "{day} 的检查早于出生日期，未采用（{told}）。"
    ),
    "The visit of {day} is not earlier than this one and was not used ({told}).": (
        "{day} 的检查不早于本次检查，未采用（{told}）。"
    ),
    "height {cm} cm": "身高 {cm} cm",
    "weight {kg} kg": "体重 {kg} kg",
    "bone age {months} months": "骨龄 {months} 个月",
    "height {cm} cm, weight {kg} kg": "身高 {cm} cm，体重 {kg} kg",
    "height {cm} cm, bone age {months} months": "身高 {cm} cm，骨龄 {months} 个月",
    "weight {kg} kg, bone age {months} months": "体重 {kg} kg，骨龄 {months} 个月",
    "height {cm} cm, weight {kg} kg, bone age {months} months": (
        "身高 {cm} cm，体重 {kg} kg，骨龄 {months} 个月"
    ),
    "The visit of {day} is told {count} times; the figures were put together.": (
        "{day} 的检查录入了{count}次；数值已合并。"
    ),
    "On {day} the {figure} is told as {least} and as {most} {unit}; neither is used.": (
        "{day} 的{figure}录入为 {least} 和 {most} {unit}，相互矛盾；均未采用。"
    ),
    "On {day} the height is told both lying and standing; it is not used.": (
        "{day} 的身高同时录入为卧位和立位；未采用。"
    ),
    "An earlier visit of this patient number was not used: its record is damaged.": (
        "该患者编号的一次既往检查未采用：其记录已损坏。"
    ),
    "The visit of {day} on record was not used: it has this patient number, but another sex or "
    "birth date.": "记录中 {day} 的检查未采用：患者编号相同，但性别或出生日期不同。",
    "The visit of {day} on record was not used: its result is missing or damaged.": (
        "记录中 {day} 的检查未采用：其结果缺失或已损坏。"
    ),
    "The visit of {day} was ordered under another patient number; its report was corrected to this "
    "one.": "{day} 的检查以另一患者编号开单；其报告已更正为本编号。",
    "The figures of the visit of {day} are those of version {version} of its report.": (
        "{day} 的检查数值取自其报告的第 {version} 版。"
    ),
    "The visit of {day} has another name; check that it is the same child.": (
        "{day} 的检查姓名不同；请核对是否为同一儿童。"
    ),
    "The bone age of {day} was doubtful: {doubt}": "{day} 的骨龄存疑：{doubt}",
    'Next visit suggested in {months}, about {day}, by the rule "{rule}"; a physician '
    "decides.": "建议{months}后复诊（约 {day}），依据规则“{rule}”；由医师决定。",
    "{count} months": "{count}个月",
    # examination: the order, the history and who decided
    "Left hand and wrist, PA": "左手及腕部后前位",
    "infant": "婴儿",
    "small child": "幼儿",
    "child": "儿童",
    "older child": "较大儿童",
    "adolescent": "青少年",
    "visit started": "检查开始",
    "visit ended": "检查结束",
    "exposure {number}: {event}": "第{number}次曝光：{event}",
    "the demo, standing in for the operator": "演示程序（代替操作者）",
    "the operator": "操作者",
    "nobody: there was no terminal to ask at": "无人：没有可供询问的终端",
    "X-rays were made and the image could not be stored: {reason}": (
        "已产生 X 射线，但影像无法存储：{reason}"
    ),
    "X-rays were made; the image is safe in {file}, but the journal could not be written: "
    "{reason}": ("已产生 X 射线；影像已安全存于 {file}，但日志无法写入：{reason}"),
    "The file {file} could not be stored: {reason}.": "文件 {file} 无法存储：{reason}。",
    "The records in {path} cannot be used ({reason}); call service before exposing.": (
        "{path} 中的记录无法使用（{reason}）；曝光前请联系维修。"
    ),
    # device: how an exposure failed
    "{seen} ms instead of {asked} ms": "实测 {seen} ms，设定 {asked} ms",
    "it must rest for another {left} s": "还须静置 {left} 秒",
    "open: {contact}": "断开：{contact}",
    "No X-ray panel was found; check its cable, its power and its address.": (
        "未找到 X 射线探测器；请检查其电缆、电源和地址。"
    ),
    "The connection to the X-ray panel was lost; check the cable and reconnect the panel.": (
        "与 X 射线探测器的连接中断；请检查电缆并重新连接探测器。"
    ),
    "The X-ray panel does not answer; switch it off and on, then try again.": (
        "X 射线探测器无应答；请关机再开机后重试。"
    ),
    "Another program is using the X-ray panel; close it and try again.": (
        "另一程序正在使用 X 射线探测器；请关闭后重试。"
    ),
    "This user may not open the X-ray panel; ask the service engineer for the permission.": (
        "该用户无权打开 X 射线探测器；请向维修工程师申请权限。"
    ),
    "The X-ray panel stopped a transfer; disconnect it, connect it again and try again.": (
        "X 射线探测器中止了传输；请断开并重新连接后重试。"
    ),
    "This kind of panel address is not supported; check the detector address.": (
        "不支持这种探测器地址；请检查探测器地址。"
    ),
    "The X-ray panel sent something unreadable; call service if this happens again.": (
        "X 射线探测器发来无法解读的数据；如再次发生，请联系维修。"
    ),
    "This computer's USB support could not be started; call service.": (
        "本计算机的 USB 支持无法启动；请联系维修。"
    ),
    "This cable to the X-ray panel carries no images; connect the panel by USB.": (
        "此电缆不能传输 X 射线探测器的影像；请用 USB 连接探测器。"
    ),
    "The X-ray panel reports no events over this cable; nothing else is affected.": (
        "X 射线探测器不能通过此电缆报告事件；其他功能不受影响。"
    ),
    "The X-ray panel refused a command; call service if this happens again.": (
        "X 射线探测器拒绝了一条命令；如再次发生，请联系维修。"
    ),
    "The X-ray panel is busy; wait a moment and try again.": "X 射线探测器忙；请稍候重试。",
    "The X-ray panel's description of itself is damaged; call service.": (
        "X 射线探测器的自身描述已损坏；请联系维修。"
    ),
    "The X-ray panel lacks a function that is needed; this model cannot be used for it.": (
        "X 射线探测器缺少所需功能；该型号不能用于此目的。"
    ),
    "The X-ray panel refused a setting; call service if this happens again.": (
        "X 射线探测器拒绝了一项设置；如再次发生，请联系维修。"
    ),
    "The image arrived damaged or incomplete; check the panel's cable.": (
        "收到的影像损坏或不完整；请检查探测器电缆。"
    ),
    "No image arrived from the X-ray panel; check the panel's cable.": (
        "未收到 X 射线探测器的影像；请检查探测器电缆。"
    ),
    "This X-ray panel cannot control an exposure; it serves test images only.": (
        "此 X 射线探测器不能控制曝光；仅提供测试图像。"
    ),
    "The X-ray panel refused to be made ready; check door and generator, then try again.": (
        "X 射线探测器拒绝进入就绪状态；请检查门和高压发生器后重试。"
    ),
    "The X-ray panel's image channel could not be set up; call service.": (
        "X 射线探测器的影像通道无法建立；请联系维修。"
    ),
    "The X-ray panel does not offer this service function; nothing was changed.": (
        "X 射线探测器不提供此维修功能；未作任何更改。"
    ),
    "The X-ray panel could not read or write one of its files; try again or call service.": (
        "X 射线探测器无法读写其某个文件；请重试或联系维修。"
    ),
    "Another X-ray panel is connected than before; check which one belongs to this unit.": (
        "所连接的 X 射线探测器与先前不同；请核对哪一个属于本设备。"
    ),
    "The X-ray panel's image size was changed; nothing was exposed, run the command again.": (
        "X 射线探测器的影像尺寸已更改；未曝光，请重新执行命令。"
    ),
    "The X-ray generator was not found; check its cable, its power and its address.": (
        "未找到高压发生器；请检查其电缆、电源和地址。"
    ),
    "The connection to the X-ray generator was lost; check its cable.": (
        "与高压发生器的连接中断；请检查其电缆。"
    ),
    "The X-ray generator does not answer; check its cable and its power.": (
        "高压发生器无应答；请检查其电缆和电源。"
    ),
    "The X-ray generator refused a command; check its display.": (
        "高压发生器拒绝了一条命令；请查看其显示屏。"
    ),
    "The X-ray generator did not take over the exposure values; do not expose, call service.": (
        "高压发生器未接受曝光参数；请勿曝光，并联系维修。"
    ),
    "The X-ray generator sent something unreadable; call service if this happens again.": (
        "高压发生器发来无法解读的数据；如再次发生，请联系维修。"
    ),
    "This kind of generator address is not supported; check the generator address.": (
        "不支持这种高压发生器地址；请检查高压发生器地址。"
    ),
    "The X-ray generator sets the exposure time in whole milliseconds; choose such a time.": (
        "高压发生器的曝光时间以整毫秒设置；请选择这样的时间。"
    ),
    "This X-ray generator is for the test bench only; connect the unit's own generator.": (
        "此高压发生器仅供试验台使用；请连接本设备自己的高压发生器。"
    ),
    "The exposure values are outside this unit's limits; choose others.": (
        "曝光参数超出本设备限值；请另选参数。"
    ),
    "The exposure has no valid number and was not started; call service.": (
        "本次曝光没有有效编号，未启动；请联系维修。"
    ),
    "A safety contact is open; close it and start the exposure anew.": (
        "安全触点断开；请闭合后重新开始曝光。"
    ),
    "The X-ray generator is not at rest; release the hand switch and check its display.": (
        "高压发生器未处于静止状态；请松开手闸并查看其显示屏。"
    ),
    "The image could not be matched to this exposure; do not use it and call service.": (
        "影像无法与本次曝光对应；请勿使用该影像，并联系维修。"
    ),
    "The X-ray panel was restarted in the meantime; run the command again.": (
        "X 射线探测器在此期间重新启动；请重新执行命令。"
    ),
    "The hand switch was not pressed in time and the panel was made safe; start again.": (
        "未及时按下手闸，探测器已转入安全状态；请重新开始。"
    ),
    "The exposure ended too early; hold the switch to the end, look at the image first.": (
        "曝光过早结束；请一直按住手闸至结束，并先查看影像。"
    ),
    "The exposure lasted longer than set; do not expose again and call service.": (
        "曝光时间超过设定值；请勿再次曝光，并联系维修。"
    ),
    "The X-ray panel left its ready state by itself; check door and generator, start again.": (
        "X 射线探测器自行退出就绪状态；请检查门和高压发生器后重新开始。"
    ),
    "The connection failed while the unit was ready to expose; find out whether X-rays were made "
    "before you repeat.": "设备处于曝光就绪状态时连接中断；重拍前请查明是否已产生 X 射线。",
    "X-rays were made but the image was lost; ask the physician before you repeat.": (
        "已产生 X 射线，但影像丢失；重拍前请询问医师。"
    ),
    "This step of the exposure is not possible now; start the exposure anew.": (
        "曝光的这一步现在无法进行；请重新开始曝光。"
    ),
    "The exposure was cancelled before X-rays were made; start again when ready.": (
        "曝光在产生 X 射线前被取消；准备好后请重新开始。"
    ),
    "The X-ray generator reported a fault during the exposure; check its display.": (
        "曝光期间高压发生器报告故障；请查看其显示屏。"
    ),
    "The panel was ready but no X-rays came; check the generator and start again.": (
        "探测器已就绪，但没有 X 射线；请检查高压发生器后重新开始。"
    ),
    "The command was stopped during the exposure; look at the image before you repeat.": (
        "曝光期间命令被中止；重拍前请查看影像。"
    ),
}
# What stands in the blanks of the phrases, and alone means nothing.
_TERMS: Final = {
    "fingers": "手指",
    "carpals": "腕骨",
    "radius and ulna": "桡骨和尺骨",
    "normal": "界值以内",
    "advanced": "提前",
    "delayed": "落后",
    "unknown": "未知",
    "boys": "男童",
    "girls": "女童",
    "for boys": "男童",
    "for girls": "女童",
    " before menarche": "（初潮前）",
    " after menarche": "（初潮后）",
    "average": "一般",
    "accelerated": "提前",
    "retarded": "落后",
    "too tall": "偏高",
    "too short": "偏低",
    "follows its neighbours": "与相邻年龄一致",
    "lies between its neighbours": "介于相邻年龄之间",
    "height": "身高",
    "weight": "体重",
    "bone age": "骨龄",
    "months": "个月",
    "day": "天",
    "days": "天",
    "1 month": "1个月",
    "no figure": "无数值",
    "method not told": "方法未说明",
    "treatment entered": "已录入治疗",
    "bone age 2 years or more from age": "骨龄与实足年龄相差2岁或以上",
    "height 2 SD or more from the median": "身高偏离中位数2 SD或以上",
    "velocity of the last year not known": "近一年生长速度未知",
    "all other children": "其他儿童",
    "standing": "立位",
    "recumbent": "卧位",
    "China (Zong & Li 2013)": "中国（宗心南、李辉 2013）",
    "Greulich-Pyle": "Greulich-Pyle",
    "convolutional nets on hand and wrist": "手腕部卷积神经网络",
    "making ready": "准备中",
    "ready for the hand switch": "就绪，等待手闸",
    "exposed, image stored": "已曝光，影像已存储",
    "failed, image kept": "失败，影像已保留",
    "failed": "失败",
    "interrupted": "中断",
    "image accepted": "影像被采用",
    "nobody was there to review the image": "无人审看影像",
    "image rejected": "影像被弃用",
    "X-rays are on": "X 射线已接通",
    "the hand switch is pressed already; release it": "手闸已被按下；请松开",
    "its set-up is invalid": "其设置无效",
    "it does not tell whether its contact is closed": "未告知其触点是否闭合",
    "the generator's contact": "高压发生器触点",
    "door": "门",
    "generator": "高压发生器",
    "door, generator": "门、高压发生器",
    "a fault is latched": "故障已锁定",
}

_SCORED: Final = {"height": "身高", "weight": "体重", "bmi": "BMI"}
_AGAINST: Final = {"who": "WHO", "cdc": "CDC", "china": "中国"}
_VELOCITIES: Final = {"velocity": "身高增长速度", "velocities[]": "截至 {item} 的身高增长速度"}
_SDS_CHANGES: Final = {
    f"sds_change.{name}": f"身高 SDS 变化（{said}）" for name, said in _AGAINST.items()
}
_OF_COURSE: Final = {
    "reason": "未给出的原因",
    "from": "起始日期",
    "to": "截止日期",
    "years": "间隔年数",
    "remarks": "备注",
}
_OF_VELOCITY: Final = {
    "cm_per_year": "cm/年",
    "error_cm_per_year": "测量误差（cm/年）",
    **_OF_COURSE,
}
_OF_SDS_CHANGE: Final = {"change": "SD", "error_sds": "测量误差（SD）", **_OF_COURSE}
_BONES: Final = {
    "radius": "桡骨",
    "ulna": "尺骨",
    "metacarpal_1": "第一掌骨",
    "metacarpal_3": "第三掌骨",
    "metacarpal_5": "第五掌骨",
    "proximal_1": "第一近节指骨",
    "proximal_3": "第三近节指骨",
    "proximal_5": "第五近节指骨",
    "middle_3": "第三中节指骨",
    "middle_5": "第五中节指骨",
    "distal_1": "第一远节指骨",
    "distal_3": "第三远节指骨",
    "distal_5": "第五远节指骨",
}

CHINESE: Final = Wording(
    language="zh",
    tag="zh-CN",
    phrases=_PHRASES,
    terms=_TERMS,
    between_sentences="",
    between_members="、",
    between_parts="{first}。{then}",
    detailed="{sentence}（{detail}）",
    labelled="{label}：{value}",
    date="{year}年{month}月{day}日",
    age_years_months="{years}岁{months}个月",
    age_months="{months}个月",
    span_years="{years}年",
    span_months="{months}个月",
    span_between="",
    span_none="0个月",
    research=_RESEARCH,
    title="骨龄与生长发育评估报告",
    page="第{page}页，共{pages}页",
    footer=f"{_RESEARCH}本报告不构成诊断。",
    simulated="模拟数据。本次检查在模拟设备上进行，没有儿童接受照射。",
    patient_id="患者编号",
    sex="性别",
    born="出生日期",
    age="检查时实足年龄",
    examined="检查日期",
    # Where the day was given and is not the day of the exposure.
    examined_as_given="检查日期（录入）",
    visit="检查编号",
    sexes={"F": "女", "M": "男"},
    exact_age="{age}（{decimal:.2f}岁）",
    running_head="编号 {id}，{sex}，{born} 出生，{on} 检查",
    unknown="未知",
    nothing="无",
    glyph_note="本报告字体缺少的字符以“[U+...]”表示，即所录入字符的 Unicode 码位。",
    # The reading
    bone_age="骨龄",
    no_bone_age="未读出骨龄",
    why_refused="软件拒绝判读本影像，原因如下：",
    no_reason="未记录原因。",
    what_now=(
        "本报告中没有本影像的任何骨龄判读，也没有任何依赖该判读的结果。本影像能否目测判读，由医师决定。"
    ),
    doubtful="本骨龄存疑，其不确定区间不包含以下原因造成的误差：",
    not_read_yet="本结果中没有骨龄判读。",
    interval="{low}至{high}",
    interval_label="{coverage:.0f}%不确定区间",
    interval_label_plain="不确定区间",
    interval_meaning=(
        "在校准模型所用的儿童中，有{coverage:.0f}%的骨龄落在此类区间内。该区间不是本患儿本次判读的误差。"
    ),
    no_interval="本次判读未给出不确定区间。",
    months="{months:.1f}个月",
    signed_months="{span}（{months}个月）",
    difference="骨龄－实足年龄",
    sds="骨龄标准差积分（SDS）",
    sds_value="{sds} SD",
    sds_brush="{sds} SD（Brush 基金会）",
    sds_refused="未给出",
    sds_refused_note="未给出骨龄标准差积分（SDS）：{reason}",
    method="判读方法",
    conventions="骨龄提前或落后：两种判定惯例，不可混用",
    one_convention="骨龄提前或落后：仅按一种判定惯例",
    by_months="按月数：与实足年龄相差{limit:.0f}个月为界",
    by_sds="按 SDS：偏离均值{limit:.0f} SD 为界",
    within_months="相差不超过{limit:.0f}个月",
    within_sds="偏离不超过{limit:.0f} SD",
    advanced="提前",
    delayed="落后",
    crosses="{verdict}；不确定区间跨越该界值",
    sds_formula="SDS 公式：{formula}。参照人群：{population}。",
    not_recorded="未记录",
    strip_age="实足年龄 {age}",
    strip_bone_age="骨龄 {age}",
    # The reading, part by part
    by_region="手部各部位",
    regions={
        Region.FINGERS: "手指",
        Region.CARPALS: "腕骨",
        Region.WRIST: "桡骨和尺骨",
    },
    regions_note="单个部位未测定不确定区间：各部位仅供相互比较，任何一个部位都不能当作骨龄。",
    regions_below=(
        "各部位的判读均比整手小半岁以上。各部位分别判读，准确度低于整手：在 hand 2 模型的试验中，"
        "半数儿童的各部位彼此相差 11 个月或更多。这本身并不是疾病的征象。"
    ),
    regions_above=(
        "各部位的判读均比整手大半岁以上。各部位分别判读，准确度低于整手：在 hand 2 模型的试验中，"
        "半数儿童的各部位彼此相差 11 个月或更多。这本身并不是疾病的征象。"
    ),
    details="判读细节",
    spread="各网络间的离散度",
    spread_value="{spread:.1f}个月（标准差）",
    spread_note=(
        "模型中的各个网络分别独立判读本影像，离散度表示它们之间的一致程度。它既不是误差，"
        "也不是不确定区间：由相同影像训练的网络可能同时出错。"
    ),
    looked_at="影响判读的区域",
    looked_at_caption=(
        "颜色表示影像中对判读影响最大的部位，并不表示该处有异常。白线所围区域的影响至少为最大影响的一半。"
    ),
    looked_at_note=(
        "图为网络所见的手部，已扶正并拉伸为正方形。没有颜色的部位同样可能存在异常：请阅读原始影像。"
    ),
    looked_at_least="最小",
    looked_at_most="最大",
    looked_at_alt=(
        "网络所见的手部灰度图，颜色表示影像中对骨龄影响最大的部位；颜色不表示该处有异常。"
    ),
    # The site's own calibration of the reading
    calibrated="已应用{site}的本地校准；未校准时的判读为{months}（{low}至{high}）。",
    calibrated_beyond="该校准由{fitted}范围内的判读拟合；超出此范围时按边界处校正。",
    local_calibration="骨龄判读的本地校准",
    calibration_site="机构",
    calibration_correction="校正公式",
    calibration_line=(
        "骨龄 = {slope:.3f}（95%：{slope_low:.3f} 至 {slope_high:.3f}）× 模型判读 "
        "{sign} {level:.2f}个月（95%：{level_low} 至 {level_high}）"
    ),
    calibration_fitted_to="拟合依据",
    calibration_children=(
        "{children}名同性别儿童，由该机构自己的医师判读；模型判读位于{fitted}之间。"
        "超出此范围时按边界处校正。"
    ),
    calibration_mean_error="平均误差",
    calibration_error="校正前{before:.1f}个月，校正后{after:.1f}个月（每名儿童均用其他儿童拟合的直线）",
    calibration_signed="锁定",
    calibration_locked="{on} 拟合，由密钥 {key} 签名",
    calibration_hash="SHA-256",
    calibration_note=(
        "本地校准使模型的判读与该机构医师的判读相一致，并不说明谁更正确。不确定区间随之移动，"
        "并按校正本身的不确定度加宽；各部位的判读移动相同的月数。是否拒绝判读，以未校正的判读为准。"
    ),
    # The picture
    picture_alt="所显示的 X 线片：{view}；指尖朝上，骨骼为白色。",
    view="左手及腕部后前位",
    as_ordered="{view}（按申请）",
    picture_note=(
        "指尖朝上，骨骼为白色。从手背看，左手拇指在右侧。左右侧以申请单为准：未核对左右标记。"
        "空白边缘已裁去，细节有所减少：请阅读原始影像。"
    ),
    picture_note_right=(
        "指尖朝上，骨骼为白色。从手背看，左手拇指在右侧。申请的是左手；标记 R 由计算机"
        "根据影像内容设置：未核对左右标记。空白边缘已裁去，细节有所减少：请阅读原始影像。"
    ),
    # Growth
    growth="生长发育",
    measures={"height": "身高", "weight": "体重", "bmi": "BMI"},
    measures_inside={"height": "身高", "weight": "体重", "bmi": "BMI"},
    units={"height": "cm", "weight": "kg", "bmi": "kg/m²"},
    growth_headings=("", "测量值", "WHO", "CDC", "中国"),
    reference_names={"who": "WHO", "cdc": "CDC", "china": "中国"},
    not_measured="本次检查未获知：{measures}。",
    score="{sds} SD（第 {centile} 百分位）",
    no_score="—",
    no_growth="本结果中没有生长发育评估。",
    references_note=(
        "SD：按 LMS 法计算的相对于参照中位数的标准差数，z = ((x/M)^L − 1) / (L·S)；"
        "百分位由正态分布得出，"
        "第 10 百分位表示 100 名儿童中有 10 名更小。"
        "WHO：5 岁以下为 2006 年儿童生长标准，此后为 2007 年生长参考值（国际）。"
        "CDC：2000 年生长曲线（美国）。"
        "中国：宗心南、李辉 2013，2005 年九市调查（中国城市儿童）。"
        "同一儿童在不同参照中的位置不同：只能在同一参照内比较。"
    ),
    score_refused="{measure}（{references}）：{reason}",
    target="遗传靶身高",
    target_tanner="遗传靶身高，Tanner",
    target_luo="遗传靶身高，Luo 1998",
    centimetres="{cm:.1f} cm",
    centimetres_range="{cm:.1f} cm（{low:.1f}～{high:.1f}）",
    target_formulas=(
        "Tanner 1970（英国）：（父亲身高 + 母亲身高 {sign} 13 cm）/ 2，范围 ± 8.5 cm。"
        "Luo 1998（瑞典）：{luo}。"
    ),
    luo_formulas={
        "M": "45.99 + 0.78 × 父母平均身高，范围 ± 10 cm",
        "F": "37.85 + 0.75 × 父母平均身高，范围 ± 10 cm",
    },
    tanner_signs={"M": "+", "F": "−"},
    parents="母亲 {mother}，父亲 {father}",
    chart_caption="曲线：{reference}，{sexes}。",
    sexes_plural={"F": "女童", "M": "男童"},
    at_age={"height": "身高", "weight": "体重", "bmi": "BMI"},
    at_bone_age="骨龄处的身高",
    at_bone_age_read_otherwise="骨龄处的身高，方法不同或未说明",
    chart_x="年龄（岁）",
    # Sign-off
    unsigned="未签字。任何人据此采取措施之前，须由医师阅读影像和本报告。",
    signature="医师",
    signature_date="日期",
    states={"draft": "草稿", "signed": "已签字", "amended": "已更正"},
    report_name="报告 {id}，第 {version} 版：{state}",
    signed_headline="已签字：第 {version} 版。",
    amended_headline="已更正：第 {version} 版替代第 {replaces} 版。",
    by="签字人 {who}，{when}。",
    signer_as_typed="姓名为手工录入：没有账号和密码可以证明其身份。",
    with_key="本文件附有数字签名，密钥为 {key}。",
    reason="理由：{reason}",
    changed="更正内容：{changes}{more}。",
    more_changes="；另有{count}项，见技术记录",
    change="{label} {old} → {new}",
    between_changes="；",
    history="本报告的历史",
    history_headings=("时间", "版本", "事项", "人员", "理由"),
    events={"draft": "生成草稿", "signed": "签字", "amended": "更正，替代第 {replaces} 版"},
    signed_copy="签字（同一版本，另一语言或纸张）",
    history_key="，密钥为 {key}",
    by_software="软件",
    changes_title="第 {version} 版对第 {replaces} 版的更正",
    changes_headings=("项目", "更正前", "更正后"),
    verify_note="纸质页面不能说明是否已被更新的版本替代：以本机构的记录为准（boneage verify）。",
    yes="是",
    no="否",
    changed_age="{spoken}（{months:.1f}个月）",
    changed_fields={
        "patient.id": "患者编号",
        "patient.name": "姓名",
        "patient.sex": "性别",
        "patient.birth_date": "出生日期",
        "visit.date": "检查日期",
        "reading.bone_age_months": "骨龄",
        "reading.interval_months": "骨龄的不确定区间（月）",
        "reading.refused": "拒绝判读",
        "reading.reasons": "拒绝判读的原因",
        "reading.doubts": "骨龄存疑的原因",
        "patient.height_cm": "身高（cm）",
        "patient.weight_kg": "体重（kg）",
        "growth.position": "测量体位",
        "patient.gestation_weeks": "出生孕周",
        "patient.gestation_days": "出生孕周余天数",
        "patient.mother_cm": "母亲身高（cm）",
        "patient.father_cm": "父亲身高（cm）",
        "growth.bone_age_minus_age_months": "骨龄－实足年龄（月）",
        "growth.bone_age_sds": "骨龄标准差积分（SDS）",
        **{
            f"growth.{measure}.{reference}.sds": f"{measured} SDS（{against}）"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        **{
            f"growth.{measure}.{reference}.centile": f"{measured}百分位（{against}）"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        **{
            f"growth.{measure}.{reference}.reason": f"未给出{measured} SDS 的原因（{against}）"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        "growth.bmi.kg_m2": "BMI（kg/m²）",
        "growth.target_height.tanner_cm": "遗传靶身高（Tanner，cm）",
        "growth.target_height.luo_cm": "遗传靶身高（Luo，cm）",
        "patient.age_years": "检查时年龄（岁）",
        "growth.age.decimal_years": "实足年龄（岁）",
        "growth.age.decimal_months": "实足年龄（月）",
        "growth.corrected_age.decimal_months": "矫正年龄（月）",
        "growth.remarks": "生长发育备注",
        "growth.refusals": "生长发育评估中未给出的项目",
        "reading.interval_coverage": "不确定区间的覆盖率",
        "reading.spread_months": "各网络间的离散度（月）",
        "reading.regions[].bone_age_months": "骨龄，{item}",
        "findings[].message": "自动检查 {item}",
        "findings[].severity": "自动检查 {item} 的级别",
        "growth.headline": "首列参照",
        "growth.bone_age_sds_reason": "未给出骨龄 SDS 的原因",
        "growth.bone_age_sds_formula": "骨龄 SDS 的公式",
        "growth.bone_age_sds_population": "骨龄 SDS 的参照人群",
        "growth.maturity.by_months.verdict": "按月数判定的成熟度",
        "growth.maturity.by_months.reason": "未按月数判定的原因",
        "growth.maturity.by_sds.verdict": "按 SDS 判定的成熟度",
        "growth.maturity.by_sds.reason": "未按 SDS 判定的原因",
        "growth.target_height.tanner_range_cm": "遗传靶身高范围（Tanner，cm）",
        "growth.target_height.luo_range_cm": "遗传靶身高范围（Luo，cm）",
        "growth.target_height.tanner_method": "遗传靶身高的方法（Tanner）",
        "growth.target_height.luo_method": "遗传靶身高的方法（Luo）",
        "growth.target_height.tanner_interval": "Tanner 范围的含义",
        "growth.target_height.luo_interval": "Luo 范围的含义",
        "growth.target_height.reason": "未给出遗传靶身高的原因",
        "growth.adult_height[].cm": "成年身高（{item}，cm）",
        "growth.adult_height[].low_cm": "成年身高（{item}）下限（cm）",
        "growth.adult_height[].high_cm": "成年身高（{item}）上限（cm）",
        "growth.adult_height[].bone_age_part_cm": "成年身高（{item}），由骨龄区间引起的范围（cm）",
        "growth.adult_height[].group": "成年身高（{item}）所用组别",
        "growth.adult_height[].formula": "成年身高（{item}）公式",
        "growth.adult_height[].interval": "成年身高（{item}）范围的含义",
        "growth.adult_height[].doubts": "成年身高（{item}）存疑之处",
        "growth.adult_height[].reason": "未给出成年身高（{item}）的原因",
        "growth.scoring.sheet": "评分表",
        **{f"growth.scoring.stages.{bone}": f"{name}等级" for bone, name in _BONES.items()},
        **{f"growth.scoring.points.{bone}": f"{name}分数" for bone, name in _BONES.items()},
        "growth.scoring.score": "评分表总分",
        "growth.scoring.bone_age_months": "评分表骨龄",
        "growth.scoring.doubts": "评分表存疑之处",
        "growth.scoring.reason": "评分表未给出骨龄的原因",
        "growth.follow_up.remarks": "既往就诊备注",
        **{
            f"growth.follow_up.{figure}.{field}": f"{name}，{said}"
            for figures, fields in ((_VELOCITIES, _OF_VELOCITY), (_SDS_CHANGES, _OF_SDS_CHANGE))
            for figure, name in figures.items()
            for field, said in fields.items()
        },
        "growth.follow_up.bone_age_progress.years_per_year": "骨龄进展（岁/年）",
        "growth.follow_up.bone_age_progress.range_years_per_year": "骨龄进展的范围（岁/年）",
        "growth.follow_up.bone_age_progress.change_months": "骨龄变化（月）",
        "growth.follow_up.bone_age_progress.smallest_detectable_months": "最小可检测变化（月）",
        "growth.follow_up.bone_age_progress.smallest_detectable_measured_on": (
            "最小可检测变化的判读来源"
        ),
        "growth.follow_up.bone_age_progress.smallest_detectable_source": "最小可检测变化的来源",
        "growth.follow_up.bone_age_progress.exceeds": "变化超过最小可检测变化",
        "growth.follow_up.bone_age_progress.from": "骨龄进展起始日期",
        "growth.follow_up.bone_age_progress.to": "骨龄进展截止日期",
        "growth.follow_up.bone_age_progress.years": "骨龄进展年数",
        "growth.follow_up.bone_age_progress.reason": "未给出骨龄进展的原因",
        "growth.follow_up.bone_age_progress.remarks": "骨龄进展备注",
        "growth.follow_up.visits[].age_months": "{item} 就诊，年龄（月）",
        "growth.follow_up.visits[].corrected_age_months": "{item} 就诊，矫正年龄（月）",
        "growth.follow_up.visits[].height_position": "{item} 就诊，测量体位",
        "growth.follow_up.visits[].bone_age_method": "{item} 就诊，骨龄判读方法",
        "growth.follow_up.visits[].height_cm": "{item} 就诊，身高（cm）",
        "growth.follow_up.visits[].weight_kg": "{item} 就诊，体重（kg）",
        "growth.follow_up.visits[].bmi_kg_m2": "{item} 就诊，BMI（kg/m²）",
        "growth.follow_up.visits[].bone_age_months": "{item} 就诊，骨龄",
        "growth.follow_up.visits[].bone_age_interval_months": "{item} 就诊，骨龄的不确定区间（月）",
        "growth.follow_up.visits[].height_sds.who": "{item} 就诊，身高 SDS（WHO）",
        "growth.follow_up.visits[].height_sds.cdc": "{item} 就诊，身高 SDS（CDC）",
        "growth.follow_up.visits[].height_sds.china": "{item} 就诊，身高 SDS（中国）",
        "growth.follow_up.visits[].weight_sds.who": "{item} 就诊，体重 SDS（WHO）",
        "growth.follow_up.visits[].weight_sds.cdc": "{item} 就诊，体重 SDS（CDC）",
        "growth.follow_up.visits[].weight_sds.china": "{item} 就诊，体重 SDS（中国）",
        "growth.follow_up.visits[].bmi_sds.who": "{item} 就诊，BMI SDS（WHO）",
        "growth.follow_up.visits[].bmi_sds.cdc": "{item} 就诊，BMI SDS（CDC）",
        "growth.follow_up.visits[].bmi_sds.china": "{item} 就诊，BMI SDS（中国）",
        "growth.next_visit.months": "下次就诊，距今月数",
        "growth.next_visit.date": "下次就诊日期",
        "growth.next_visit.rule": "下次就诊的规则",
        "growth.entered.tanner_stage": "Tanner 分期（录入）",
        "growth.entered.menarche": "月经初潮（录入）",
        "growth.entered.menarche_age_years": "初潮年龄（录入，岁）",
        "growth.entered.treatment": "治疗（录入）",
        "visit.accepted_by": "影像采用者",
        "visit.procedure": "检查项目",
        "reading.method": "判读方法",
        "reading.model.name": "判读模型",
        "reading.model.version": "判读模型版本",
        "reading.model.sha256": "模型 SHA-256",
        "software.version": "软件版本",
        "visit.started": "检查开始时间",
        "visit.ended": "检查结束时间",
        "device.detector_model": "探测器",
        "device.detector_serial": "探测器序列号",
        "device.calibration": "校准",
        "exposure.exposure_index": "影像的曝光指数",
        "exposure.target_exposure_index": "曝光指数目标值",
        "exposure.deviation_index": "影像的偏差指数",
        "exposure.light": "影像的信号灯",
        "exposure.entrance_air_kerma_ugy": "影像的空气比释动能（µGy）",
        "exposure.noise_percent": "影像单个像素的噪声（%）",
        "exposures[].kv": "{item} 曝光，kV",
        "exposures[].ma": "{item} 曝光，mA",
        "exposures[].ms": "{item} 曝光，ms",
        "exposures[].mas": "{item} 曝光，mAs",
        "exposures[].entrance_air_kerma_ugy": "{item} 曝光，空气比释动能（µGy）",
        "exposures[].outcome": "{item} 曝光，结果",
        "dose.exposures": "有 X 射线的曝光次数",
        "dose.kerma_total_ugy": "全部曝光的空气比释动能（µGy）",
        "dose.dose_area_product_total_ugy_m2": "全部曝光的剂量面积乘积（µGy·m²）",
        "dose.effective_dose_total_usv": "全部曝光的有效剂量（µSv）",
        "dose.effective_dose_usv_per_ugy": "每 µGy 的有效剂量（µSv）",
        "dose.effective_dose_factor": "有效剂量可能偏差的倍数",
        "radiograph_sha256": "手部影像，SHA-256",
        "looked_at_sha256": "影响判读区域的图，SHA-256",
    },
    # Technique and dose
    exposures="本次检查每次曝光的参数与剂量",
    exposure_headings=(
        "",
        "时间",
        "kV",
        "mA",
        "ms",
        "mAs",
        "空气比释动能，µGy",
        "面积乘积，µGy·m²",
        "结果",
    ),
    outcomes={
        outcomes.ACCEPTED: "采用",
        outcomes.NOT_REVIEWED: "无人审看",
        outcomes.REJECTED: "弃用",
        outcomes.NO_X_RAYS: "未产生 X 射线",
        outcomes.UNCLEAR: "不明确，按全部剂量计入",
    },
    outcome_and_reason="{outcome}：{reason}",
    no_exposures="本次检查没有曝光记录。",
    total=(
        "全部曝光合计：{exposures}，入射空气比释动能 {kerma:.2f} µGy，剂量面积乘积 "
        "{area:.3f} µGy·m²（{area_cgs:.2f} mGy·cm²）。"
    ),
    total_count_one="1次有 X 射线的曝光",
    total_count="{count}次有 X 射线的曝光",
    dose_note=(
        "空气比释动能指探测器表面（手所在处）的值，不含反散射；由曝光参数计算得出，并非在患儿身上测量。"
        "剂量面积乘积按影像中识别出的准直照射野计算；没有可判定的影像时按整个 24 × 30 cm 计算。"
        "弃用的和不明确的曝光均计入。"
    ),
    no_effective_dose="未给出有效剂量。",
    effective_dose=(
        "全部曝光的有效剂量为估计值，误差可达 {factor:g} 倍：{effective:.2g} µSv，"
        "按每 µGy 入射空气比释动能 {coefficient:g} µSv 计算，该系数为此年龄前臂的系数"
        "（Pixxgen Prudent 手册第 53 页）；未经医学物理师审核。"
    ),
    index=("本影像的曝光指数为 {index:.0f}，目标值 {target:.0f}，偏差指数 {deviation}。{note}"),
    expected_headings=("", "空气比释动能，µGy", "曝光指数", "单个像素的噪声"),
    expected_of="预设“{preset}”的预期值",
    this_image="本影像",
    noise="{percent:.1f}%（{pixel_um:g} µm）",
    noise_not_measured="未测量",
    noise_not_promised="该像素尺寸无预期值",
    no_preset="曝光参数由操作者选定，不属于任何预设：没有相应的预期值。",
    noise_note="噪声以手部后方信号的百分比表示，在手旁测量；像素尺寸不同的噪声不可比较。",
    # Findings, time line
    findings="影像自动检查",
    light="{color}：{meaning}（偏差指数 {deviation}）。",
    light_colors={"green": "绿色", "amber": "黄色", "red": "红色"},
    light_note="偏差指数的信号灯，{ranges}。",
    no_findings="自动检查未发现需要提示的问题。",
    findings_note=(
        "自动检查仅涉及曝光、摆位和影像质量，仅供参考。这里没有检查外伤、疾病或骨骼发育不良。"
    ),
    # Page one says so when advice was not followed, and when the side is in doubt.
    accepted_despite=(
        "自动检查建议重拍本影像（{codes}），但仍被采用，采用者：{by}。具体说明见“影像自动检查”。"
    ),
    nobody="未记录",
    read_despite="自动检查建议重拍本影像（{codes}），但仍进行了判读。具体说明见“影像自动检查”。",
    not_reviewed="本影像在判读前没有人审看：当时无人可询问。",
    side_in_doubt="本影像看似右手，或为镜像（{code}）。",
    side_untold="无法从影像判断是哪一只手（{code}）。",
    severities={"note": "提示", "warning": "注意", "repeat": "建议重拍"},
    timeline="{day} 检查过程",
    timeline_in_zone="{day} 检查过程（{zone}）",
    started="检查开始",
    ended="检查结束",
    accepted_by="影像采用者：{by}",
    seconds="软件本身用时：{parts}。",
    seconds_part="{name} {seconds:.1f} 秒",
    seconds_names=(
        ("correct", "校正"),
        ("check", "检查"),
        ("show", "成像"),
        ("read", "判读"),
        ("assess", "评估"),
    ),
    # Device and versions
    device="设备、校准与版本",
    device_labels=(
        ("detector_model", "探测器"),
        ("detector_serial", "探测器序列号"),
        ("detector_firmware", "探测器固件"),
        ("detector_temperature_c", "探测器温度，°C"),
        ("generator_model", "高压发生器"),
        ("generator_serial", "高压发生器序列号"),
        ("calibration", "校准"),
        ("calibration_created", "校准时间"),
    ),
    software="软件",
    software_value="boneage-dr {version}",
    model="判读模型",
    model_value="{name} {version}",
    model_hash="模型 SHA-256",
    package_hash="模型包 SHA-256",
    model_release="模型发布",
    model_releases={
        "signed": "由密钥 {key} 签名",
        "named by its hash": "未经受信任密钥签名；其哈希值由管理员指定",
        "unsigned": "未签名的开发版本",
    },
    # Limits
    limits="本报告的局限",
    limit_sentences=(
        "研究用软件，未经注册或批准为医疗器械。它辅助受过培训的医师，绝不能作为任何决定的唯一依据。",
        "不得单独用于诊断或治疗决策，不得用于司法、移民或体育中的年龄认定，也不得用于选材。",
        "不适用于骨折、锥形骨骺、生长板畸形或发育不良的手，仅适用于完整、无运动的左手及腕部后前位影像。",
        "判读模型只看到影像，最多还有性别，对患儿的其他情况一无所知。"
        "其模型卡列出训练所用的影像及判读准确度；对其他人群（包括中国儿童）的准确度尚未测定。",
        "凡引用模型平均误差之处，均不是本患儿本次判读的误差。其准确度未与内分泌科医师比较。",
        "骨龄标准描述的是制定该标准所用的儿童；在某些人群中，12 岁以上健康儿童的骨龄"
        "可比标准大至 1 岁（Thodberg 与 Sävendahl 2010）。",
    ),
    # Adult height
    adult_height="成年身高：遗传靶身高与预测值，均非定论",
    adult_height_headings=("方法", "身高（范围）", "依据，或未给出的原因"),
    height_refused="未给出",
    height_method_group="{method}，{group}",
    maturity_groups={"average": "一般组", "accelerated": "提前组", "retarded": "落后组"},
    no_height_interval="未记录区间。",
    bone_age_parts={
        "interval": "仅骨龄区间即可使其在 {low:.1f}～{high:.1f} cm 之间变动。",
        "ratings": (
            "仅目测评级的离散即可使其在 {low:.1f}～{high:.1f} cm 之间变动；这不是本患儿骨龄的区间。"
        ),
    },
    height_formula="{method}：{formula}。",
    # A scoring sheet
    scoring="评分表",
    scoring_points="{sheet}，总分 {score}（满分 {full}）。",
    scoring_age="骨龄{age}，按{whose}的年龄得出；与影像判读的骨龄不是同一类，其区间未知。",
    scoring_no_age="未给出骨龄：{reason}",
    scoring_doubtful="存疑：{doubt}",
    scoring_stages="评分表 {sheet}：录入的各骨等级",
    scoring_stage="{stage} 级，{points} 分",
    bones=_BONES,
    # Charts
    chart_titles={
        "height": "年龄别身高",
        "weight": "年龄别体重",
        "bmi": "年龄别 BMI",
        "velocity": "身高增长速度",
        "bone_age": "骨龄与实足年龄，岁",
    },
    chart_not_measured={
        "height": "未测量身高。",
        "weight": "未测量体重。",
        "bmi": "BMI 需要身高和体重。",
    },
    chart_velocity_unit="cm/年",
    chart_velocity_note="未绘制参照线：本软件没有增长速度的参照标准。",
    chart_centile="P{centile}",
    chart_bars="右端竖线为成年身高：{bars}。",
    chart_corrected="早产：两岁前各测量值置于矫正年龄处，空心圆为出生后的实足年龄。",
    chart_standing_step="参照线在 {years:g} 岁处有台阶：之前为身长，之后为身高。",
    chart_who_step="参照线在 5 岁处由 2006 年标准转为 2007 年参照。",
    chart_band="均值 ± {sds:.0f} SD（Brush）",
    chart_equal="骨龄 = 实足年龄",
    chart_read="骨龄",
    chart_read_otherwise="骨龄，方法不同或未说明",
    read_otherwise="骨龄以其他方法判读：{method}。",
    read_untold="骨龄的判读方法未说明。",
    velocity_too_soon="距前一次身高测量不足 {months} 个月，不计算增长速度。",
    chart_spans_note="竖线：每次判读的区间。",
    chart_bone_age_note=(
        "阴影：Brush 基金会儿童的骨龄（Greulich 与 Pyle 1959），20 世纪 30～40 年代"
        "美国俄亥俄州白人儿童。"
    ),
    at_age_not_corrected="出生后的实足年龄",
    velocity_needs_two="计算增长速度需要两次就诊的身高。",
    alt_chart="{title}：{figures}。",
    alt_between="；",
    alt_at_age="{age}时 {figure}",
    alt_at_age_read_otherwise="{age}时 {figure}（方法不同或未说明）",
    alt_figure="{what} {figure}",
    alt_adult="成年身高：{figures}。",
    alt_velocity="{start}至{end} {speed} cm/年",
    # The course, what was entered, the next visit
    velocity="身高增长速度",
    velocity_value="{speed} cm/年，{start} 至 {end}（{years:.2f} 年）",
    velocity_error="；测量误差 ± {error:.1f}",
    sds_change="身高 SDS 变化，{reference}",
    sds_change_value="自 {start} 起 {change} SD（{years:.2f} 年）",
    sds_change_error="；测量误差 ± {error:.2f}",
    bone_age_progress="骨龄",
    progress_value="自 {start} 起 {span}（{years:.2f} 年），每年增长 {rate} 岁",
    progress_range="（{low}～{high}）",
    progress_exceeds="；超过最小可检测变化 {months:.1f} 个月",
    progress_within="；未超过最小可检测变化 {months:.1f} 个月",
    progress_measured_on="（{whose}）",
    progress_unlike="；两次判读方法不同或未说明，不可直接比较",
    visits="历次就诊",
    visit_headings=(
        "日期",
        "年龄",
        "身高 cm",
        "SDS，{reference}",
        "cm/年",
        "体重 kg",
        "BMI",
        "骨龄（区间）",
    ),
    facts="影像、病程与录入的情况",
    gestation="早产",
    gestation_value="{weeks}+{days} 周出生；矫正年龄 {age}，用于体格测量值",
    tanner_stage="Tanner 分期",
    menarche="月经初潮",
    menarche_at="{years:g} 岁",
    menarche_reached="已来潮，年龄未说明",
    menarche_not_yet="尚未来潮",
    treatment="治疗",
    position="身高测量体位",
    positions={"standing": "立位", "recumbent": "卧位"},
    entered="录入的情况",
    entered_fact="{what}：{value}",
    next_visit="下次就诊",
    quality="影像",
    quality_findings="自动检查：{counts}（{codes}），详见技术记录。",
    quality_count="{severity} {count} 项",
    course_behind="影像、病程与录入的情况：见第 2 页",
    how_made="以上数值的由来",
    # Titles of pages, and their entries in the outline
    physician_title="供医师阅读",
    charts_title="图表",
    technical_title="技术记录",
    family_title="致家长：关于这张手部照片",
    # The dose beside what nature gives
    effective_dose_compared=(
        "相当于天然本底辐射{time}的剂量（全球平均每年 2.4 mSv，UNSCEAR 2008）。"
    ),
    background_about="大约 {time}",
    background_below_minute="不到 1 分钟",
    background_minute="{minutes} 分钟",
    background_minutes="{minutes} 分钟",
    background_hours="{hours} 小时",
    background_days="{days} 天",
    # For the family
    parents_done="做了什么",
    parents_picture="{on}，拍摄了左手及手腕的 X 线照片。",
    parents_pictures="照片共拍摄了 {count} 次；下面的剂量已全部计入。",
    parents_program=(
        "计算机程序把孩子的手骨与许多其他孩子的手骨作了比较。医师也会查看照片，并判断结果的意义。"
    ),
    parents_what="什么是骨龄",
    parents_what_sentences=(
        "孩子生长时，手部骨骼按一定的顺序变化。骨龄是指大多数孩子在几岁时骨骼呈现这个样子。",
        "骨龄很少与实际年龄完全一致。健康的学龄儿童相差几个月很常见，相差一年也不少见。",
    ),
    parents_year="{years}岁",
    parents_years="{years}岁",
    parents_month="{months}个月",
    parents_months="{months}个月",
    parents_years_and="",
    parents_found="结果",
    parents_age="当天的年龄：{age}。",
    parents_not_read=(
        "程序未能从这张照片读出骨龄。这只与照片有关，并不说明孩子的健康状况。下一步由医师决定。"
    ),
    parents_bone_age="骨龄：{age}。",
    parents_bone_age_between=(
        "骨龄：{age}。骨龄不能精确到月：每 10 个孩子中有 {of_ten} 个，"
        "有经验的医师读出的骨龄在这样一个范围之内，这次的范围是 {low}至{high}。"
    ),
    parents_doubts="程序对这张照片没有把握，请询问医师。",
    parents_not_reviewed="程序处理这张照片之前，没有人审看过它。",
    parents_born_early=("孩子是早产出生的。两岁以前，身高和体重与从预产期算起为{age}的孩子比较。"),
    parents_sizes={"height": "身高：{size}。", "weight": "体重：{size}。"},
    parents_charts={
        "who": "世界卫生组织的国际生长图表",
        "cdc": "美国的生长图表（CDC）",
        "china": "中国的生长图表（九个城市的儿童）",
    },
    parents_among={
        "height": "按{charts}，在 100 个同龄{sexes}中，约有 {below} 个较矮，{above} 个较高。",
        "weight": "按{charts}，在 100 个同龄{sexes}中，约有 {below} 个较轻，{above} 个较重。",
    },
    parents_fewest={
        "height": "按{charts}，在 100 个同龄{sexes}中，几乎都较高。",
        "weight": "按{charts}，在 100 个同龄{sexes}中，几乎都较重。",
    },
    parents_most={
        "height": "按{charts}，在 100 个同龄{sexes}中，几乎都较矮。",
        "weight": "按{charts}，在 100 个同龄{sexes}中，几乎都较轻。",
    },
    parents_dose="关于 X 射线",
    parents_no_dose="这种照片的剂量非常小，具体数值见技术记录。",
    parents_dose_compared=(
        "剂量非常小：约 {dose:.2g} 微希沃特。每个人在{time}里，"
        "也会从自然界（土地、空气、食物和宇宙）受到同样多的辐射。"
    ),
    parents_dose_estimate=(
        "这是估计值，实际剂量可能只相当于自然界 {low}的量，也可能相当于自然界 {high}的量。"
    ),
    parents_next="接下来",
    parents_decides="医师会结合孩子的情况查看照片和数值，并决定是否需要进一步处理。",
    parents_unsigned="在医师签署报告之前，这些数值只是程序得出的。",
    parents_signed="{who} 已签署本页所属的报告。",
    parents_amended="报告已更正。本页替代您以前可能拿到的那一页。",
    parents_next_visit=(
        "何时再来、这之前要做什么，由您的医师告知，可能很快。"
        "按本院的规定，最迟在大约 {months} 个月后（{date}）复诊，除非医师另有安排。"
    ),
    parents_not_a_diagnosis="本页不是诊断。请不要因为本页而开始、停止或更改任何治疗。",
    parents_ask="可以向谁询问",
    parents_ask_sentences=("您的医师，或拍摄照片的人员。请带上本页。",),
    parents_notes="备注",
)
