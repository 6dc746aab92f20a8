"""Every sentence of the report in English."""

from typing import Final

from bone_age.reading import Region
from reports import outcomes
from reports.wording.wording import Wording

_RESEARCH: Final = "Research software, not a registered medical device."

_SCORED: Final = {"height": "Height", "weight": "Weight", "bmi": "BMI"}
_AGAINST: Final = {"who": "WHO", "cdc": "CDC", "china": "China"}
# Figures of a course by their place in it, and what stands beside each.
_VELOCITIES: Final = {"velocity": "Height velocity", "velocities[]": "Height velocity until {item}"}
_SDS_CHANGES: Final = {
    f"sds_change.{name}": f"Change of height SDS, {said}" for name, said in _AGAINST.items()
}
_OF_COURSE: Final = {
    "reason": "why there is none",
    "from": "since",
    "to": "until",
    "years": "years between",
    "remarks": "remarks",
}
_OF_VELOCITY: Final = {
    "cm_per_year": "in cm a year",
    "error_cm_per_year": "error of measuring in cm a year",
    **_OF_COURSE,
}
_OF_SDS_CHANGE: Final = {
    "change": "in SD",
    "error_sds": "error of measuring in SD",
    **_OF_COURSE,
}
_BONES: Final = {
    "radius": "Radius",
    "ulna": "Ulna",
    "metacarpal_1": "First metacarpal",
    "metacarpal_3": "Third metacarpal",
    "metacarpal_5": "Fifth metacarpal",
    "proximal_1": "First proximal phalanx",
    "proximal_3": "Third proximal phalanx",
    "proximal_5": "Fifth proximal phalanx",
    "middle_3": "Third middle phalanx",
    "middle_5": "Fifth middle phalanx",
    "distal_1": "First distal phalanx",
    "distal_3": "Third distal phalanx",
    "distal_5": "Fifth distal phalanx",
}

ENGLISH: Final = Wording(
    language="en",
    tag="en",
    phrases={},
    terms={},
    between_sentences=" ",
    between_members=", ",
    between_parts="{first}. {then}",
    detailed="{sentence} ({detail})",
    labelled="{label}: {value}",
    date="{year}-{month:02d}-{day:02d}",
    age_years_months="{years} y {months} mo",
    age_months="{months} mo",
    span_years="{years} y",
    span_months="{months} mo",
    span_between=" ",
    span_none="0 mo",
    research=_RESEARCH,
    title="Bone age and growth report",
    page="Page {page} of {pages}",
    footer=f"{_RESEARCH} Not a diagnosis.",
    simulated="SIMULATED. This visit ran on a simulated device; no child was exposed in it.",
    patient_id="Patient ID",
    sex="Sex",
    born="Born",
    age="Age at visit",
    examined="Examined",
    # Where the day was given and is not the day of the exposure.
    examined_as_given="Examined, as given",
    visit="Visit",
    sexes={"F": "female", "M": "male"},
    exact_age="{age} ({decimal:.2f} years)",
    running_head="ID {id}, {sex}, born {born}, examined {on}",
    unknown="not known",
    nothing="none",
    glyph_note=(
        "The report's typeface lacks what stands as [U+...]: the code point of a character, as it "
        "was entered."
    ),
    # The reading
    bone_age="Bone age",
    no_bone_age="No bone age was read",
    why_refused="The software refused to read this image:",
    no_reason="No reason was recorded.",
    what_now=(
        "No reading of this image stands anywhere in this report, and nothing that depends on one. "
        "A physician decides whether the image can be read by eye."
    ),
    doubtful="This bone age is doubtful, and its interval does not cover the cause:",
    not_read_yet="This result holds no reading.",
    interval="{low} to {high}",
    interval_label="{coverage:.0f} % interval",
    interval_label_plain="Interval",
    interval_meaning=(
        "The interval held {coverage:.0f} % of the children on whom the model was calibrated. It "
        "is not the error of this child's reading."
    ),
    no_interval="No interval was given with this reading.",
    months="{months:.1f} months",
    signed_months="{span} ({months} months)",
    difference="Bone age minus age",
    sds="Bone age SDS",
    sds_value="{sds} SD",
    sds_brush="{sds} SD (Brush Foundation)",
    sds_refused="not stated",
    sds_refused_note="Bone age SDS is not stated: {reason}",
    method="Method",
    conventions="Advanced or delayed? Two conventions, not to be mixed",
    one_convention="Advanced or delayed? By one convention only",
    by_months="By months, limit {limit:.0f} months from age",
    by_sds="By SDS, limit {limit:.0f} SD from the mean",
    within_months="within {limit:.0f} months",
    within_sds="within {limit:.0f} SD",
    advanced="advanced",
    delayed="delayed",
    crosses="{verdict}; interval crosses the limit",
    sds_formula="SDS: {formula}. Population: {population}.",
    not_recorded="not recorded",
    strip_age="age {age}",
    strip_bone_age="bone age {age}",
    # The reading, part by part
    by_region="By part of the hand",
    regions={
        Region.FINGERS: "Fingers",
        Region.CARPALS: "Carpal bones",
        Region.WRIST: "Radius and ulna",
    },
    regions_note=(
        "No interval was measured for a part: compare the parts, and take none for the bone age."
    ),
    regions_below=(
        "Every part reads more than half a year below the whole hand. Each is read for itself and "
        "less exactly than the whole: in the trials of the model hand 2 the parts lay 11 months "
        "or more apart from one another in half of the children. By itself this is no sign of "
        "illness."
    ),
    regions_above=(
        "Every part reads more than half a year above the whole hand. Each is read for itself and "
        "less exactly than the whole: in the trials of the model hand 2 the parts lay 11 months "
        "or more apart from one another in half of the children. By itself this is no sign of "
        "illness."
    ),
    details="The reading in detail",
    spread="Spread of the nets",
    spread_value="{spread:.1f} months (standard deviation)",
    spread_note=(
        "The nets of the model read this image each for itself, and the spread says how far they "
        "agree. It is neither the error nor the interval: nets that learnt from the same films may "
        "all be wrong together."
    ),
    looked_at="What moved the reading",
    looked_at_caption=(
        "Colour shows where the picture moved the reading most; not where anything is wrong. The "
        "white line surrounds what moved it at least half as much as the most."
    ),
    looked_at_note=(
        "The hand as the net saw it, stood upright and stretched to a square. Where there is no "
        "colour something may be wrong all the same: read the original."
    ),
    looked_at_least="least",
    looked_at_most="most",
    looked_at_alt=(
        "The hand as the net saw it, in grey, with a colour where the picture moved the bone age "
        "most; the colour does not show where anything is wrong."
    ),
    # The site's own calibration of the reading
    calibrated=(
        "A local calibration of {site} was applied; without it the reading was {months} "
        "({low} to {high})."
    ),
    calibrated_beyond=(
        "It was fitted to readings of {fitted}; beyond, it corrects as at the edge."
    ),
    local_calibration="Local calibration of the reading",
    calibration_site="Site",
    calibration_correction="Correction",
    calibration_line=(
        "bone age = {slope:.3f} (95 %: {slope_low:.3f} to {slope_high:.3f}) × the model's reading "
        "{sign} {level:.2f} months (95 %: {level_low} to {level_high})"
    ),
    calibration_fitted_to="Fitted to",
    calibration_children=(
        "{children} children of this sex, read by the site's own readers; the model's readings lay "
        "within {fitted}. Beyond, the correction is that of the edge."
    ),
    calibration_mean_error="Mean error",
    calibration_error=(
        "{before:.1f} months before, {after:.1f} after, each child with a line fitted to others"
    ),
    calibration_signed="Locked",
    calibration_locked="fitted on {on}, signed with the key {key}",
    calibration_hash="SHA-256",
    calibration_note=(
        "The calibration moves the model's readings to those of this site's readers; it is no "
        "measure of who is right. The interval moved along and was widened by the uncertainty of "
        "the correction; readings by part of the hand moved by as many months. Whether a bone age "
        "is refused is decided on the uncorrected reading."
    ),
    # The picture
    picture_alt="Radiograph as displayed: {view}; finger tips up, bone white.",
    view="Left hand and wrist, PA",
    as_ordered="{view} (as ordered)",
    picture_note=(
        "Finger tips up, bone white. Seen from its back, a left hand has its thumb on the right. "
        "The side is as ordered: no side marker was checked. Empty margins are trimmed, detail is "
        "reduced: read the original."
    ),
    picture_note_right=(
        "Finger tips up, bone white. Seen from its back, a left hand has its thumb on the right. "
        "A left hand was ordered; the R was set by the computer from what the image shows: no side "
        "marker was checked. Empty margins are trimmed, detail is reduced: read the original."
    ),
    # Growth
    growth="Growth",
    measures={"height": "Height", "weight": "Weight", "bmi": "BMI"},
    measures_inside={"height": "height", "weight": "weight", "bmi": "BMI"},
    units={"height": "cm", "weight": "kg", "bmi": "kg/m²"},
    growth_headings=("", "Measured", "WHO", "CDC", "China"),
    reference_names=_AGAINST,
    not_measured="Not known at this visit: {measures}.",
    score="{sds} SD (centile {centile})",
    no_score="—",
    no_growth="This result holds no growth assessment.",
    references_note=(
        "SD: standard deviations from the reference's median, by the LMS method, "
        "z = ((x/M)^L − 1) / (L·S); centile from the normal distribution; at centile 10, 10 of 100 "
        "children are smaller. "
        "WHO: Child Growth Standards 2006 to 5 years, then Growth Reference 2007 (international). "
        "CDC: growth charts 2000 (United States). "
        "China: Zong and Li 2013, survey of nine cities in 2005 (urban Chinese). "
        "The same child stands differently in each: compare like with like."
    ),
    score_refused="{measure} ({references}): {reason}",
    target="Target height",
    target_tanner="Target height, Tanner",
    target_luo="Target height, Luo 1998",
    centimetres="{cm:.1f} cm",
    centimetres_range="{cm:.1f} cm ({low:.1f} to {high:.1f})",
    target_formulas=(
        "Tanner 1970 (British): (father + mother {sign} 13 cm) / 2, range ± 8.5 cm. "
        "Luo 1998 (Swedish): {luo}."
    ),
    luo_formulas={
        "M": "45.99 + 0.78 × parents' mean, range ± 10 cm",
        "F": "37.85 + 0.75 × parents' mean, range ± 10 cm",
    },
    tanner_signs={"M": "+", "F": "−"},
    parents="mother {mother}, father {father}",
    chart_caption="Lines: {reference}, {sexes}.",
    sexes_plural={"F": "girls", "M": "boys"},
    at_age={"height": "height", "weight": "weight", "bmi": "BMI"},
    at_bone_age="height at bone age",
    at_bone_age_read_otherwise="height at bone age, other method or untold",
    chart_x="age in years",
    # Sign-off
    unsigned=("Not signed. A physician reads the image and this report before anyone acts on it."),
    signature="Physician",
    signature_date="Date",
    states={"draft": "draft", "signed": "signed", "amended": "amended"},
    report_name="Report {id}, version {version}: {state}",
    signed_headline="Signed: version {version}.",
    amended_headline="Amended: version {version} replaces version {replaces}.",
    by="By {who} on {when}.",
    signer_as_typed="Names are as typed: no account and no password stands behind them.",
    with_key="With a digital signature of this file, by the key of {key}.",
    reason="Reason: {reason}",
    changed="Changed: {changes}{more}.",
    more_changes="; {count} more, see the technical record",
    change="{label} {old} → {new}",
    between_changes="; ",
    history="History of this report",
    history_headings=("When", "Version", "What", "Who", "Why"),
    events={
        "draft": "drafted",
        "signed": "signed",
        "amended": "amended, replaces version {replaces}",
    },
    signed_copy="signed, the same version in another language or on other paper",
    history_key=", with the key of {key}",
    by_software="the software",
    changes_title="What version {version} changed of version {replaces}",
    changes_headings=("Field", "Before", "Now"),
    verify_note=(
        "A page on paper cannot tell whether a later version replaces it: the clinic's records can "
        "(boneage verify)."
    ),
    yes="yes",
    no="no",
    changed_age="{spoken} ({months:.1f} months)",
    changed_fields={
        "patient.id": "Patient ID",
        "patient.name": "Name",
        "patient.sex": "Sex",
        "patient.birth_date": "Born",
        "visit.date": "Examined",
        "reading.bone_age_months": "Bone age",
        "reading.interval_months": "Interval of the bone age in months",
        "reading.refused": "Reading refused",
        "reading.reasons": "Reasons for the refusal",
        "reading.doubts": "Doubts about the bone age",
        "patient.height_cm": "Height in cm",
        "patient.weight_kg": "Weight in kg",
        "growth.position": "Measured",
        "patient.gestation_weeks": "Weeks of gestation",
        "patient.gestation_days": "Days of gestation beyond whole weeks",
        "patient.mother_cm": "Mother's height in cm",
        "patient.father_cm": "Father's height in cm",
        "growth.bone_age_minus_age_months": "Bone age minus age in months",
        "growth.bone_age_sds": "Bone age SDS",
        **{
            f"growth.{measure}.{reference}.sds": f"{measured} SDS, {against}"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        **{
            f"growth.{measure}.{reference}.centile": f"{measured} centile, {against}"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        **{
            f"growth.{measure}.{reference}.reason": f"Why there is no {measured} SDS, {against}"
            for measure, measured in _SCORED.items()
            for reference, against in _AGAINST.items()
        },
        "growth.bmi.kg_m2": "BMI in kg/m²",
        "growth.target_height.tanner_cm": "Target height (Tanner) in cm",
        "growth.target_height.luo_cm": "Target height (Luo) in cm",
        "patient.age_years": "Age at visit in years",
        "growth.age.decimal_years": "Exact age in years",
        "growth.age.decimal_months": "Exact age in months",
        "growth.corrected_age.decimal_months": "Corrected age in months",
        "growth.remarks": "Remarks on growth",
        "growth.refusals": "Refusals of the growth assessment",
        "reading.interval_coverage": "Coverage of the interval",
        "reading.spread_months": "Spread of the nets in months",
        "reading.regions[].bone_age_months": "Bone age, {item}",
        "findings[].message": "Finding {item}",
        "findings[].severity": "How serious finding {item} is",
        "growth.headline": "Reference that stands first",
        "growth.bone_age_sds_reason": "Why there is no bone age SDS",
        "growth.bone_age_sds_formula": "Formula of the bone age SDS",
        "growth.bone_age_sds_population": "Population of the bone age SDS",
        "growth.maturity.by_months.verdict": "Maturity by months",
        "growth.maturity.by_months.reason": "Why there is no maturity by months",
        "growth.maturity.by_sds.verdict": "Maturity by SDS",
        "growth.maturity.by_sds.reason": "Why there is no maturity by SDS",
        "growth.target_height.tanner_range_cm": "Range of the target height (Tanner) in cm",
        "growth.target_height.luo_range_cm": "Range of the target height (Luo) in cm",
        "growth.target_height.tanner_method": "Method of the target height (Tanner)",
        "growth.target_height.luo_method": "Method of the target height (Luo)",
        "growth.target_height.tanner_interval": "What the range of Tanner is",
        "growth.target_height.luo_interval": "What the range of Luo is",
        "growth.target_height.reason": "Why there is no target height",
        "growth.adult_height[].cm": "Adult height, {item}, in cm",
        "growth.adult_height[].low_cm": "Adult height, {item}, lower limit in cm",
        "growth.adult_height[].high_cm": "Adult height, {item}, upper limit in cm",
        "growth.adult_height[].bone_age_part_cm": (
            "Adult height, {item}, by the bone age's interval in cm"
        ),
        "growth.adult_height[].group": "Adult height, {item}, table",
        "growth.adult_height[].formula": "Adult height, {item}, formula",
        "growth.adult_height[].interval": "Adult height, {item}, what its limits are",
        "growth.adult_height[].doubts": "Adult height, {item}, doubts",
        "growth.adult_height[].reason": "Adult height, {item}, why there is none",
        "growth.scoring.sheet": "Scoring sheet",
        **{f"growth.scoring.stages.{bone}": f"Stage, {name}" for bone, name in _BONES.items()},
        **{f"growth.scoring.points.{bone}": f"Points, {name}" for bone, name in _BONES.items()},
        "growth.scoring.score": "Score of the sheet",
        "growth.scoring.bone_age_months": "Bone age of the sheet",
        "growth.scoring.doubts": "Doubts about the sheet",
        "growth.scoring.reason": "Why the sheet has no bone age",
        "growth.follow_up.remarks": "Remarks on earlier visits",
        **{
            f"growth.follow_up.{figure}.{field}": f"{name}, {said}"
            for figures, fields in ((_VELOCITIES, _OF_VELOCITY), (_SDS_CHANGES, _OF_SDS_CHANGE))
            for figure, name in figures.items()
            for field, said in fields.items()
        },
        "growth.follow_up.bone_age_progress.years_per_year": "Progress of bone age in years a year",
        "growth.follow_up.bone_age_progress.range_years_per_year": (
            "Range of the progress of bone age"
        ),
        "growth.follow_up.bone_age_progress.change_months": "Change of bone age in months",
        "growth.follow_up.bone_age_progress.smallest_detectable_months": (
            "Smallest detectable change in months"
        ),
        "growth.follow_up.bone_age_progress.smallest_detectable_measured_on": (
            "Whose smallest detectable change it is"
        ),
        "growth.follow_up.bone_age_progress.smallest_detectable_source": (
            "Source of the smallest detectable change"
        ),
        "growth.follow_up.bone_age_progress.exceeds": "Change exceeds the smallest detectable one",
        "growth.follow_up.bone_age_progress.from": "Progress of bone age since",
        "growth.follow_up.bone_age_progress.to": "Progress of bone age until",
        "growth.follow_up.bone_age_progress.years": "Years of the progress of bone age",
        "growth.follow_up.bone_age_progress.reason": "Why there is no progress of bone age",
        "growth.follow_up.bone_age_progress.remarks": "Remarks on the progress of bone age",
        "growth.follow_up.visits[].age_months": "Visit of {item}, age in months",
        "growth.follow_up.visits[].corrected_age_months": (
            "Visit of {item}, corrected age in months"
        ),
        "growth.follow_up.visits[].height_position": "Visit of {item}, measured",
        "growth.follow_up.visits[].bone_age_method": "Visit of {item}, method of the bone age",
        "growth.follow_up.visits[].height_cm": "Visit of {item}, height in cm",
        "growth.follow_up.visits[].weight_kg": "Visit of {item}, weight in kg",
        "growth.follow_up.visits[].bmi_kg_m2": "Visit of {item}, BMI in kg/m²",
        "growth.follow_up.visits[].bone_age_months": "Visit of {item}, bone age",
        "growth.follow_up.visits[].bone_age_interval_months": (
            "Visit of {item}, interval of the bone age in months"
        ),
        "growth.follow_up.visits[].height_sds.who": "Visit of {item}, height SDS, WHO",
        "growth.follow_up.visits[].height_sds.cdc": "Visit of {item}, height SDS, CDC",
        "growth.follow_up.visits[].height_sds.china": "Visit of {item}, height SDS, China",
        "growth.follow_up.visits[].weight_sds.who": "Visit of {item}, weight SDS, WHO",
        "growth.follow_up.visits[].weight_sds.cdc": "Visit of {item}, weight SDS, CDC",
        "growth.follow_up.visits[].weight_sds.china": "Visit of {item}, weight SDS, China",
        "growth.follow_up.visits[].bmi_sds.who": "Visit of {item}, BMI SDS, WHO",
        "growth.follow_up.visits[].bmi_sds.cdc": "Visit of {item}, BMI SDS, CDC",
        "growth.follow_up.visits[].bmi_sds.china": "Visit of {item}, BMI SDS, China",
        "growth.next_visit.months": "Next visit, months from now",
        "growth.next_visit.date": "Next visit, date",
        "growth.next_visit.rule": "Next visit, rule",
        "growth.entered.tanner_stage": "Tanner stage as entered",
        "growth.entered.menarche": "Menarche as entered",
        "growth.entered.menarche_age_years": "Age at menarche as entered, in years",
        "growth.entered.treatment": "Treatment as entered",
        "visit.accepted_by": "Image accepted by",
        "visit.procedure": "Procedure",
        "reading.method": "Method of the reading",
        "reading.model.name": "Reading model",
        "reading.model.version": "Version of the reading model",
        "reading.model.sha256": "Model SHA-256",
        "software.version": "Version of the software",
        "visit.started": "Visit started",
        "visit.ended": "Visit ended",
        "device.detector_model": "Detector",
        "device.detector_serial": "Detector serial",
        "device.calibration": "Calibration",
        "exposure.exposure_index": "Exposure index of the image",
        "exposure.target_exposure_index": "Target of the exposure index",
        "exposure.deviation_index": "Deviation index of the image",
        "exposure.light": "Traffic light of the image",
        "exposure.entrance_air_kerma_ugy": "Air kerma of the image in µGy",
        "exposure.noise_percent": "Noise of one pixel of the image in %",
        "exposures[].kv": "Exposure at {item}, kV",
        "exposures[].ma": "Exposure at {item}, mA",
        "exposures[].ms": "Exposure at {item}, ms",
        "exposures[].mas": "Exposure at {item}, mAs",
        "exposures[].entrance_air_kerma_ugy": "Exposure at {item}, air kerma in µGy",
        "exposures[].outcome": "Exposure at {item}, outcome",
        "dose.exposures": "Exposures with X-rays",
        "dose.kerma_total_ugy": "Air kerma of all exposures in µGy",
        "dose.dose_area_product_total_ugy_m2": "Dose-area product of all exposures in µGy·m²",
        "dose.effective_dose_total_usv": "Effective dose of all exposures in µSv",
        "dose.effective_dose_usv_per_ugy": "Effective dose for each µGy in µSv",
        "dose.effective_dose_factor": "Factor by which the effective dose may be wrong",
        "radiograph_sha256": "Picture of the hand, SHA-256",
        "looked_at_sha256": "Picture of what moved the reading, SHA-256",
    },
    # Technique and dose
    exposures="Technique and dose of every exposure of this visit",
    exposure_headings=(
        "",
        "Time",
        "kV",
        "mA",
        "ms",
        "mAs",
        "Air kerma, µGy",
        "Area product, µGy·m²",
        "Outcome",
    ),
    outcomes={
        outcomes.ACCEPTED: "accepted",
        outcomes.NOT_REVIEWED: "not reviewed by a person",
        outcomes.REJECTED: "rejected",
        outcomes.NO_X_RAYS: "no X-rays",
        outcomes.UNCLEAR: "unclear, counted in full",
    },
    outcome_and_reason="{outcome}: {reason}",
    no_exposures="No exposure was recorded for this visit.",
    total=(
        "All exposures together: {exposures}, entrance air kerma {kerma:.2f} µGy, dose-area "
        "product {area:.3f} µGy·m² ({area_cgs:.2f} mGy·cm²)."
    ),
    total_count_one="1 exposure with X-rays",
    total_count="{count} exposures with X-rays",
    dose_note=(
        "Air kerma at the panel's surface, where the hand lies, without backscatter; calculated "
        "from the technique, not measured at the child. The product is of the field that the "
        "collimator left open, as detected in the image; of the whole 24 x 30 cm where no image "
        "was judged. Rejected and unclear exposures count."
    ),
    no_effective_dose="No effective dose is given.",
    effective_dose=(
        "Effective dose of all exposures, an estimate that may be wrong by a factor of {factor:g}: "
        "{effective:.2g} µSv, from {coefficient:g} µSv per µGy of entrance air kerma, the "
        "coefficient of a forearm at this age (Pixxgen Prudent manual, p. 53); approved by no "
        "medical physicist."
    ),
    index=(
        "Exposure index of this image {index:.0f}, target {target:.0f}, deviation index "
        "{deviation}. {note}"
    ),
    expected_headings=("", "Air kerma, µGy", "Exposure index", "Noise of one pixel"),
    expected_of="Expected of preset {preset}",
    this_image="This image",
    noise="{percent:.1f} % ({pixel_um:g} µm)",
    noise_not_measured="not measured",
    noise_not_promised="not told for such pixels",
    no_preset="The technique was a person's choice, of no preset: nothing was expected of it.",
    noise_note=(
        "Noise in % of the signal behind the hand, measured beside the hand; pixels of other sizes "
        "are not to be compared."
    ),
    # Findings, time line
    findings="Automatic checks of the image",
    light="{color}: {meaning} (deviation index {deviation}).",
    light_colors={"green": "Green", "amber": "Amber", "red": "Red"},
    light_note="Traffic light of the deviation index, {ranges}.",
    no_findings="The automatic checks had nothing to say.",
    findings_note=(
        "They concern exposure, position and picture only, and advise. Nothing here looked for "
        "injury, illness or dysplasia."
    ),
    # Page one says so when advice was not followed, and when the side is in doubt.
    accepted_despite=(
        "The automatic checks advised to repeat this image ({codes}); it was accepted all the same "
        "by: "
        '{by}. Their sentences stand under "Automatic checks of the image".'
    ),
    nobody="not recorded",
    read_despite=(
        "The automatic checks advised to repeat this image ({codes}); it was read all the same. "
        "Their "
        'sentences stand under "Automatic checks of the image".'
    ),
    not_reviewed="No person reviewed this image before it was read: nobody was there to ask.",
    side_in_doubt="This looks like a right hand or a mirrored image ({code}).",
    side_untold="Which hand this is cannot be told from the image ({code}).",
    severities={"note": "Note", "warning": "Warning", "repeat": "Repeat"},
    timeline="Time line of {day}",
    timeline_in_zone="Time line of {day} ({zone})",
    started="visit started",
    ended="visit ended",
    accepted_by="Image accepted by: {by}",
    seconds="Time of the software itself: {parts}.",
    seconds_part="{name} {seconds:.1f} s",
    seconds_names=(
        ("correct", "correction"),
        ("check", "checks"),
        ("show", "picture"),
        ("read", "reading"),
        ("assess", "assessment"),
    ),
    # Device and versions
    device="Device, calibration and versions",
    device_labels=(
        ("detector_model", "Detector"),
        ("detector_serial", "Detector serial"),
        ("detector_firmware", "Detector firmware"),
        ("detector_temperature_c", "Detector, °C"),
        ("generator_model", "Generator"),
        ("generator_serial", "Generator serial"),
        ("calibration", "Calibration"),
        ("calibration_created", "Calibrated on"),
    ),
    software="Software",
    software_value="boneage-dr {version}",
    model="Reading model",
    model_value="{name} {version}",
    model_hash="Model SHA-256",
    package_hash="Package SHA-256",
    model_release="Model release",
    model_releases={
        "signed": "signed with the key {key}",
        "named by its hash": "not signed by a trusted key; its hash was named by an administrator",
        "unsigned": "unsigned development release",
    },
    # Limits
    limits="What this report is not",
    limit_sentences=(
        "Research software, not a registered or cleared medical device. It helps a trained "
        "physician and is never the only basis of a decision.",
        "Not for diagnosis or treatment decisions on its own, not for determining the age of a "
        "person for courts, migration or sport, and not for selecting talent.",
        "Not for hands with fractures, cone-shaped, deformed or dysplastic growth plates, nor for "
        "anything but a whole left hand and wrist in PA view, without motion.",
        "The reading model sees the image and at most the sex, nothing else about the child. Its "
        "card names the films that it learned from, and how well it reads them; how well it reads "
        "children of other populations, Chinese children among them, has not been measured.",
        "A mean error of the model, wherever it is quoted, is not the error of this child's "
        "reading. The accuracy has not been compared with endocrinologists.",
        "Bone age standards describe the children they were made from; in some populations healthy "
        "children over 12 years read up to a year above them (Thodberg and Sävendahl 2010).",
    ),
    # Adult height
    adult_height="Adult height: target and predictions, none of them the answer",
    adult_height_headings=(
        "Method",
        "Height (range)",
        "What it rests on, or why there is none",
    ),
    height_refused="not stated",
    height_method_group="{method}, {group}",
    maturity_groups={
        "average": "average maturity",
        "accelerated": "accelerated maturity",
        "retarded": "retarded maturity",
    },
    no_height_interval="No interval was recorded.",
    bone_age_parts={
        "interval": (
            "The interval of the bone age alone moves it from {low:.1f} to {high:.1f} cm."
        ),
        "ratings": (
            "The scatter of ratings by eye alone moves it from {low:.1f} to {high:.1f} cm; it is "
            "no interval of this child's."
        ),
    },
    height_formula="{method}: {formula}.",
    # A scoring sheet
    scoring="Scoring sheet",
    scoring_points="{sheet}, {score} of {full} points.",
    scoring_age=(
        "Bone age {age} by the ages of {whose}; of another kind than a reading of the picture, and "
        "no interval is known for it."
    ),
    scoring_no_age="No bone age: {reason}",
    scoring_doubtful="Doubtful: {doubt}",
    scoring_stages="Scoring sheet {sheet}: stages as entered",
    scoring_stage="stage {stage}, {points} points",
    bones=_BONES,
    # Charts
    chart_titles={
        "height": "Height for age",
        "weight": "Weight for age",
        "bmi": "BMI for age",
        "velocity": "Height velocity",
        "bone_age": "Bone age against age, years",
    },
    chart_not_measured={
        "height": "No height was measured.",
        "weight": "No weight was measured.",
        "bmi": "BMI needs height and weight.",
    },
    chart_velocity_unit="cm a year",
    chart_velocity_note="No reference is drawn: this software holds none for velocity.",
    chart_centile="P{centile}",
    chart_bars="Bars at the end, adult height: {bars}.",
    chart_corrected=(
        "Born early: until two years sizes stand at the corrected age, open circles at the age "
        "since birth."
    ),
    chart_standing_step="The lines step at {years:g} years: length before, height after.",
    chart_who_step="The lines pass from the standards of 2006 to the reference of 2007 at 5 years.",
    chart_band="mean ± {sds:.0f} SD (Brush)",
    chart_equal="bone age = age",
    chart_read="bone age",
    chart_read_otherwise="bone age, other method or untold",
    read_otherwise="Bone age read by another method: {method}.",
    read_untold="It was not told how the bone age was read.",
    velocity_too_soon="Fewer than {months} months after the height before: no velocity.",
    chart_spans_note="Bars: the interval of each reading.",
    chart_bone_age_note=(
        "Band: bone ages of the Brush Foundation's children (Greulich and Pyle 1959), white "
        "children of Ohio, 1930s-1940s."
    ),
    at_age_not_corrected="at age since birth",
    velocity_needs_two="Velocity needs the heights of two visits.",
    alt_chart="{title}: {figures}.",
    alt_between="; ",
    alt_at_age="{figure} at age {age}",
    alt_at_age_read_otherwise="{figure} at age {age} (other method or untold)",
    alt_figure="{what} {figure}",
    alt_adult="Adult height: {figures}.",
    alt_velocity="{speed} cm a year from {start} to {end}",
    # The course, what was entered, the next visit
    velocity="Height velocity",
    velocity_value="{speed} cm a year, {start} to {end} ({years:.2f} years)",
    velocity_error="; ± {error:.1f} by the error of measuring",
    sds_change="Change of height SDS, {reference}",
    sds_change_value="{change} SD since {start} ({years:.2f} years)",
    sds_change_error="; ± {error:.2f} by the error of measuring",
    bone_age_progress="Bone age",
    progress_value="{span} since {start} ({years:.2f} years), {rate} years a year",
    progress_range=" ({low} to {high})",
    progress_exceeds="; exceeds the smallest detectable change of {months:.1f} months",
    progress_within="; does not exceed the smallest detectable change of {months:.1f} months",
    progress_measured_on=" ({whose})",
    progress_unlike="; methods differ or are untold, not like with like",
    visits="Visits",
    visit_headings=(
        "Date",
        "Age",
        "Height, cm",
        "SDS, {reference}",
        "cm a year",
        "Weight, kg",
        "BMI",
        "Bone age (interval)",
    ),
    facts="Image, course, and what was entered",
    gestation="born early",
    gestation_value="at {weeks}+{days} weeks; corrected age {age}, used for sizes",
    tanner_stage="Tanner stage",
    menarche="menarche",
    menarche_at="at {years:g} years",
    menarche_reached="reached, age not told",
    menarche_not_yet="not yet",
    treatment="treatment",
    position="height measured",
    positions={"standing": "standing", "recumbent": "lying"},
    entered="As entered",
    entered_fact="{what}: {value}",
    next_visit="Next visit",
    quality="Image",
    quality_findings="Automatic checks: {counts} ({codes}), in the technical record.",
    quality_count="{severity} {count}",
    course_behind="Image, course, and what was entered: page 2",
    how_made="How these figures were made",
    # Titles of pages, and their entries in the outline
    physician_title="For the physician",
    charts_title="Charts",
    technical_title="Technical record",
    family_title="For the family: the picture of the hand",
    # The dose beside what nature gives
    effective_dose_compared=(
        "As much as natural background radiation gives in {time} (world mean 2.4 mSv a "
        "year, UNSCEAR 2008)."
    ),
    background_about="about {time}",
    background_below_minute="less than a minute",
    background_minute="{minutes} minute",
    background_minutes="{minutes} minutes",
    background_hours="{hours} hours",
    background_days="{days} days",
    # For the family
    parents_done="What was done",
    parents_picture="On {on} an X-ray picture of the left hand and wrist was taken.",
    parents_pictures="The picture was taken {count} times; all are counted below.",
    parents_program=(
        "A computer program compared the bones with those of many other children. A physician "
        "looks at the picture, too, and decides what the result means."
    ),
    parents_what="What bone age is",
    parents_what_sentences=(
        "While a child grows, the bones of the hand change in a known order. Bone age says at "
        "which age the bones of most children look like this.",
        "Bone age and age by birthday seldom agree exactly. In healthy children at school age a "
        "difference of several months is usual, and one of a year is not rare.",
    ),
    parents_year="{years} year",
    parents_years="{years} years",
    parents_month="{months} month",
    parents_months="{months} months",
    parents_years_and=" ",
    parents_found="What was found",
    parents_age="Age on that day: {age}.",
    parents_not_read=(
        "The program could not read a bone age from this picture. That says something about the "
        "picture and nothing about the child's health. A physician decides how to go on."
    ),
    parents_bone_age="Bone age: {age}.",
    parents_bone_age_between=(
        "Bone age: {age}. It cannot be told to the month: in {of_ten} of 10 children experienced "
        "readers come to an age within such a span, here {low} to {high}."
    ),
    parents_doubts="The program itself is not sure of this picture; please ask the physician.",
    parents_not_reviewed=(
        "This picture was not reviewed by a person before the program looked at it."
    ),
    parents_born_early=(
        "Your child was born early. Until the second birthday height and weight are compared with "
        "those of children of {age}, counted from the day on which the birth was due."
    ),
    parents_sizes={"height": "Height: {size}.", "weight": "Weight: {size}."},
    parents_charts={
        "who": "the international charts of the WHO",
        "cdc": "the charts of the United States (CDC)",
        "china": "the charts of China (children of nine cities)",
    },
    parents_among={
        "height": (
            " Of 100 {sexes} of this age about {below} are shorter and {above} taller, by {charts}."
        ),
        "weight": (
            " Of 100 {sexes} of this age about {below} weigh less and {above} more, by {charts}."
        ),
    },
    parents_fewest={
        "height": " Of 100 {sexes} of this age nearly all are taller, by {charts}.",
        "weight": " Of 100 {sexes} of this age nearly all weigh more, by {charts}.",
    },
    parents_most={
        "height": " Of 100 {sexes} of this age nearly all are shorter, by {charts}.",
        "weight": " Of 100 {sexes} of this age nearly all weigh less, by {charts}.",
    },
    parents_dose="The X-rays",
    parents_no_dose=(
        "The dose of such a picture is very small. Its figures stand in the technical record."
    ),
    parents_dose_compared=(
        "The dose was very small: about {dose:.2g} millionths of a sievert. Everybody gets as much "
        "from nature - from the ground, the air, food and space - in {time}."
    ),
    parents_dose_estimate=(
        "This is an estimate; the dose may have been as small as nature's of {low}, or as large as "
        "nature's of {high}."
    ),
    parents_next="What happens next",
    parents_decides=(
        "A physician looks at the picture and the figures together with your child, and decides "
        "whether anything follows from them."
    ),
    parents_unsigned=(
        "Until a physician has signed the report, these figures are the program's alone."
    ),
    parents_signed="{who} has signed the report that this page belongs to.",
    parents_amended=(
        "The report was corrected. This page takes the place of the one that you may have been "
        "given before."
    ),
    parents_next_visit=(
        "When to come again and what is done until then, your physician tells you; it may be soon. "
        "By the clinic's rule it is in about {months} months ({date}) at the latest, unless the "
        "physician says otherwise."
    ),
    parents_not_a_diagnosis=(
        "This page is no diagnosis. Please start, stop or change no treatment because of it."
    ),
    parents_ask="Whom to ask",
    parents_ask_sentences=(
        "Your physician, or those who took the picture. Please bring this page.",
    ),
    parents_notes="Room for notes",
)
