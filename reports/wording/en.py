"""Every sentence of the report in English. Braces are filled in by `reports.content`."""

from typing import Final

from bone_age.reading import Region
from reports import outcomes

TITLE: Final = "Bone age and growth report"
PRODUCT: Final = "boneage-dr"
PAGE: Final = "Page {page} of {pages}"
RESEARCH: Final = "Research software, not a registered medical device."
FOOTER: Final = f"{RESEARCH} Not a diagnosis."
SIMULATED: Final = "SIMULATED. This visit ran on a simulated device; no child was exposed in it."

PATIENT_ID: Final = "Patient ID"
SEX: Final = "Sex"
BORN: Final = "Born"
AGE: Final = "Age at visit"
EXAMINED: Final = "Examined"
# Where the day was given and is not the day of the exposure.
EXAMINED_AS_GIVEN: Final = "Examined, as given"
VISIT: Final = "Visit"
SEXES: Final = {"F": "female", "M": "male"}
EXACT_AGE: Final = "{age} ({decimal:.2f} years)"
RUNNING_HEAD: Final = "ID {id}, {sex}, born {born}, examined {on}"
UNKNOWN: Final = "not known"

# The reading
BONE_AGE: Final = "Bone age"
BONE_AGE_MONTHS: Final = "In months"
NO_BONE_AGE: Final = "No bone age was read"
WHY_REFUSED: Final = "The software refused to read this image:"
NO_REASON: Final = "No reason was recorded."
WHAT_NOW: Final = (
    "No bone age stands anywhere in this report, and nothing that depends on one. "
    "A physician decides whether the image can be read by eye."
)
DOUBTFUL: Final = "This bone age is doubtful, and its interval does not cover the cause:"
NOT_READ_YET: Final = "This result holds no reading."
INTERVAL: Final = "{low} to {high}"
INTERVAL_LABEL: Final = "{coverage:.0f} % interval"
INTERVAL_LABEL_PLAIN: Final = "Interval"
INTERVAL_MEANING: Final = (
    "The interval held {coverage:.0f} % of the children on whom the model was calibrated. It is "
    "not the error of this child's reading."
)
NO_INTERVAL: Final = "No interval was given with this reading."
MONTHS: Final = "{months:.1f} months"
SIGNED_MONTHS: Final = "{span} ({months} months)"
DIFFERENCE: Final = "Bone age minus age"
SDS: Final = "Bone age SDS"
SDS_VALUE: Final = "{sds} SD"
SDS_REFUSED: Final = "not stated"
SDS_REFUSED_NOTE: Final = "Bone age SDS is not stated: {reason}"
METHOD: Final = "Method"
CONVENTIONS: Final = "Advanced or delayed? Two conventions, not to be mixed"
ONE_CONVENTION: Final = "Advanced or delayed? By one convention only"
BY_MONTHS: Final = "By months, limit {limit:.0f} months from age"
BY_SDS: Final = "By SDS, limit {limit:.0f} SD from the mean"
WITHIN_MONTHS: Final = "within {limit:.0f} months"
WITHIN_SDS: Final = "within {limit:.0f} SD"
ADVANCED: Final = "advanced"
DELAYED: Final = "delayed"
CROSSES: Final = "{verdict}; the interval crosses this limit"
SDS_FORMULA: Final = "SDS: {formula}. Population: {population}."
NOT_RECORDED: Final = "not recorded"
STRIP_AGE: Final = "age {age}"
STRIP_BONE_AGE: Final = "bone age {age}"

# The reading, part by part
BY_REGION: Final = "By part of the hand"
REGIONS: Final = {
    Region.FINGERS: "Fingers",
    Region.CARPALS: "Carpal bones",
    Region.WRIST: "Radius and ulna",
}
REGIONS_NOTE: Final = (
    "No interval was measured for a part alone: compare the parts with one another, and take none "
    "of them for the bone age."
)
DETAILS: Final = "The reading in detail"
SPREAD: Final = "Spread of the nets"
SPREAD_VALUE: Final = "{spread:.1f} months (standard deviation)"
SPREAD_NOTE: Final = (
    "The nets of the model read this image each for itself, and the spread says how far they "
    "agree. It is neither the error nor the interval: nets that learnt from the same films may all "
    "be wrong together."
)
LOOKED_AT: Final = "What moved the reading"
LOOKED_AT_CAPTION: Final = (
    "Colour shows where the picture moved the reading most; not where anything is wrong. The white "
    "line surrounds what moved it at least half as much as the most."
)
LOOKED_AT_NOTE: Final = (
    "The hand as the net saw it, stood upright and stretched to a square. Where there is no colour "
    "something may be wrong all the same: read the original."
)
LOOKED_AT_LEAST: Final = "least"
LOOKED_AT_MOST: Final = "most"
# On the picture itself, two lines of at most 66 letters.
LOOKED_AT_ON_PICTURE: Final = (
    "Where the picture moved the bone age most, as the net saw it:",
    "not where anything is wrong. White line: half of the most.",
)
LOOKED_AT_ALT: Final = (
    "The hand as the net saw it, in grey, with a colour where the picture moved the bone age most; "
    "the colour does not show where anything is wrong."
)

# The site's own calibration of the reading
CALIBRATED: Final = (
    "A local calibration of {site} was applied; without it the reading was {months} "
    "({low} to {high})."
)
CALIBRATED_BEYOND: Final = (
    "It was fitted to readings of {fitted}; beyond, it corrects as at the edge."
)
LOCAL_CALIBRATION: Final = "Local calibration of the reading"
CALIBRATION_SITE: Final = "Site"
CALIBRATION_CORRECTION: Final = "Correction"
CALIBRATION_LINE: Final = (
    "bone age = {slope:.3f} (95 %: {slope_low:.3f} to {slope_high:.3f}) × the model's reading "
    "{sign} {level:.2f} months (95 %: {level_low} to {level_high})"
)
CALIBRATION_FITTED_TO: Final = "Fitted to"
CALIBRATION_CHILDREN: Final = (
    "{children} children of this sex, read by the site's own readers; the model's readings lay "
    "within {fitted}. Beyond, the correction is that of the edge."
)
CALIBRATION_MEAN_ERROR: Final = "Mean error"
CALIBRATION_ERROR: Final = (
    "{before:.1f} months before, {after:.1f} after, each child with a line fitted to others"
)
CALIBRATION_SIGNED: Final = "Locked"
CALIBRATION_LOCKED: Final = "fitted on {on}, signed with the key {key}"
CALIBRATION_HASH: Final = "SHA-256"
CALIBRATION_NOTE: Final = (
    "The calibration moves the model's readings to those of this site's readers; it is no measure "
    "of who is right. The interval moved along and was widened by the uncertainty of the "
    "correction; readings by part of the hand moved by as many months. Whether a bone age is "
    "refused is decided on the uncorrected reading."
)

# The picture
PICTURE_ALT: Final = "Radiograph as displayed: {view}; finger tips up, bone white."
VIEW: Final = "Left hand and wrist, PA"
AS_ORDERED: Final = "{view} (as ordered)"
PICTURE_NOTE: Final = (
    "Finger tips up, bone white. Seen from its back, a left hand has its thumb on the right. "
    "The side is as ordered: no side marker was checked. Empty margins are trimmed, detail is "
    "reduced: read the original."
)
PICTURE_NOTE_RIGHT: Final = (
    "Finger tips up, bone white. Seen from its back, a left hand has its thumb on the right. "
    "A left hand was ordered; the R was set by the computer from what the image shows: no side "
    "marker was checked. Empty margins are trimmed, detail is reduced: read the original."
)

# Growth
GROWTH: Final = "Growth"
MEASURES: Final = {"height": "Height", "weight": "Weight", "bmi": "BMI"}
MEASURES_INSIDE: Final = {"height": "height", "weight": "weight", "bmi": "BMI"}
UNITS: Final = {"height": "cm", "weight": "kg", "bmi": "kg/m²"}
GROWTH_HEADINGS: Final = ("", "Measured", "WHO", "CDC", "China")
REFERENCE_NAMES: Final = {"who": "WHO", "cdc": "CDC", "china": "China"}
NOT_MEASURED: Final = "Not known at this visit: {measures}."
SCORE: Final = "{sds} SD (centile {centile})"
NO_SCORE: Final = "—"
NO_GROWTH: Final = "This result holds no growth assessment."
REFERENCES_NOTE: Final = (
    "SD: standard deviations from the reference's median, by the LMS method, "
    "z = ((x/M)^L − 1) / (L·S); centile from the normal distribution; at centile 10, 10 of 100 "
    "children are smaller. "
    "WHO: Child Growth Standards 2006 to 5 years, then Growth Reference 2007 (international). "
    "CDC: growth charts 2000 (United States). "
    "China: Zong and Li 2013, survey of nine cities in 2005 (urban Chinese). "
    "The same child stands differently in each: compare like with like."
)
SCORE_REFUSED: Final = "{measure} ({references}): {reason}"
TARGET: Final = "Target height"
TARGET_TANNER: Final = "Tanner"
TARGET_LUO: Final = "Luo 1998"
CENTIMETRES: Final = "{cm:.1f} cm"
CENTIMETRES_RANGE: Final = "{cm:.1f} cm ({low:.1f} to {high:.1f})"
TARGET_FORMULAS: Final = (
    "Tanner 1970 (British): (father + mother {sign} 13 cm) / 2, range ± 8.5 cm. "
    "Luo 1998 (Swedish): {luo}."
)
LUO_FORMULAS: Final = {
    "M": "45.99 + 0.78 × parents' mean, range ± 10 cm",
    "F": "37.85 + 0.75 × parents' mean, range ± 10 cm",
}
TANNER_SIGNS: Final = {"M": "+", "F": "−"}
PARENTS: Final = "mother {mother}, father {father}"
HEIGHT_CHART: Final = "Height for age"
CHART_CAPTION: Final = "Lines: {reference}, {sexes}, −2 to +2 SD."
SEXES_PLURAL: Final = {"F": "girls", "M": "boys"}
AT_AGE: Final = "height at age"
AT_BONE_AGE: Final = "same height at bone age"
CHART_X: Final = "age in years"
CHART_Y: Final = "height in cm"
NO_CHART: Final = "No height curve: {reason}"
TARGET_BAR: Final = "target height (Tanner)"

# Sign-off
UNSIGNED: Final = (
    "Not signed. A physician reads the image and this report before anyone acts on it."
)
SIGNATURE: Final = "Physician"
SIGNATURE_DATE: Final = "Date"

# Technique and dose
EXPOSURES: Final = "Technique and dose of every exposure of this visit"
EXPOSURE_HEADINGS: Final = (
    "",
    "Time",
    "kV",
    "mA",
    "ms",
    "mAs",
    "Air kerma, µGy",
    "Outcome",
)
OUTCOMES: Final = {
    outcomes.ACCEPTED: "accepted",
    outcomes.NOT_REVIEWED: "not reviewed by a person",
    outcomes.REJECTED: "rejected",
    outcomes.NO_X_RAYS: "no X-rays",
    outcomes.UNCLEAR: "unclear, counted in full",
}
OUTCOME_AND_REASON: Final = "{outcome}: {reason}"
NO_EXPOSURES: Final = "No exposure was recorded for this visit."
TOTAL: Final = (
    "All exposures together: {exposures}, entrance air kerma {kerma:.2f} µGy, dose-area product "
    "{area:.3f} µGy·m² ({area_cgs:.2f} mGy·cm²)."
)
TOTAL_COUNT_ONE: Final = "1 exposure with X-rays"
TOTAL_COUNT: Final = "{count} exposures with X-rays"
DOSE_NOTE: Final = (
    "Air kerma at the panel's surface, where the hand lies, without backscatter; calculated from "
    "the technique, not measured at the child. The product is of the field that the collimator "
    "left open, as detected in the image; of the whole 24 x 30 cm where no image was judged. "
    "Rejected and unclear exposures count."
)
NO_EFFECTIVE_DOSE: Final = "No effective dose is given."
EFFECTIVE_DOSE: Final = (
    "Effective dose of all exposures, an estimate that may be wrong by a factor of {factor:g}: "
    "{effective:.2g} µSv, from {coefficient:g} µSv per µGy of entrance air kerma, the coefficient "
    "of a forearm at this age (Pixxgen Prudent manual, p. 53); approved by no medical physicist."
)
INDEX: Final = (
    "Exposure index of this image {index:.0f}, target {target:.0f}, deviation index "
    "{deviation}. {note}"
)

EXPECTED_HEADINGS: Final = ("", "Air kerma, µGy", "Exposure index", "Noise of one pixel")
EXPECTED_OF: Final = "Expected of preset {preset}"
THIS_IMAGE: Final = "This image"
NOISE: Final = "{percent:.1f} % ({pixel_um:g} µm)"
NOISE_NOT_MEASURED: Final = "not measured"
NOISE_NOT_PROMISED: Final = "not told for such pixels"
NO_PRESET: Final = "The technique was a person's choice, of no preset: nothing was expected of it."
NOISE_NOTE: Final = (
    "Noise in % of the signal behind the hand, measured beside the hand; pixels of other sizes are "
    "not to be compared."
)

# Findings, time line
FINDINGS: Final = "Automatic checks of the image"
LIGHT: Final = "{color}: {meaning} (deviation index {deviation})."
LIGHT_COLORS: Final = {"green": "Green", "amber": "Amber", "red": "Red"}
LIGHT_NOTE: Final = "Traffic light of the deviation index, {ranges}."
NO_FINDINGS: Final = "The automatic checks had nothing to say."
FINDINGS_NOTE: Final = (
    "They concern exposure, position and picture only, and advise. Nothing here looked for injury, "
    "illness or dysplasia."
)
# Page one says so when advice was not followed, and when the side is in doubt.
ACCEPTED_DESPITE: Final = (
    "The automatic checks advised to repeat this image ({codes}); it was accepted all the same by: "
    '{by}. Their sentences stand under "Automatic checks of the image".'
)
NOBODY: Final = "not recorded"
READ_DESPITE: Final = (
    "The automatic checks advised to repeat this image ({codes}); it was read all the same. Their "
    'sentences stand under "Automatic checks of the image".'
)
NOT_REVIEWED: Final = "No person reviewed this image before it was read: nobody was there to ask."
SIDE_IN_DOUBT: Final = "This looks like a right hand or a mirrored image ({code})."
SIDE_UNTOLD: Final = "Which hand this is cannot be told from the image ({code})."
SEVERITIES: Final = {"note": "Note", "warning": "Warning", "repeat": "Repeat"}
TIMELINE: Final = "Time line of {day}"
TIMELINE_IN_ZONE: Final = "Time line of {day} ({zone})"
STARTED: Final = "visit started"
ENDED: Final = "visit ended"
ACCEPTED_BY: Final = "Image accepted by: {by}"
SECONDS: Final = "Time of the software itself: {parts}."
SECONDS_PART: Final = "{name} {seconds:.1f} s"
SECONDS_NAMES: Final = (
    ("correct", "correction"),
    ("check", "checks"),
    ("show", "picture"),
    ("read", "reading"),
    ("assess", "assessment"),
)

# Device and versions
DEVICE: Final = "Device, calibration and versions"
DEVICE_LABELS: Final = (
    ("detector_model", "Detector"),
    ("detector_serial", "Detector serial"),
    ("detector_firmware", "Detector firmware"),
    ("detector_temperature_c", "Detector, °C"),
    ("generator_model", "Generator"),
    ("generator_serial", "Generator serial"),
    ("calibration", "Calibration"),
    ("calibration_created", "Calibrated on"),
)
SOFTWARE: Final = "Software"
SOFTWARE_VALUE: Final = "boneage-dr {version}"
MODEL: Final = "Reading model"
MODEL_VALUE: Final = "{name} {version}"
MODEL_HASH: Final = "Model SHA-256"
PACKAGE_HASH: Final = "Package SHA-256"
MODEL_RELEASE: Final = "Model release"
MODEL_RELEASES: Final = {
    "signed": "signed with the key {key}",
    "named by its hash": "not signed by a trusted key; its hash was named by an administrator",
    "unsigned": "unsigned development release",
}
LONG_LABELS: Final = ("Calibration", MODEL_HASH, PACKAGE_HASH, MODEL_RELEASE)

# Limits
LIMITS: Final = "What this report is not"
LIMIT_SENTENCES: Final = (
    "Research software, not a registered or cleared medical device. It helps a trained physician "
    "and is never the only basis of a decision.",
    "Not for diagnosis or treatment decisions on its own, not for determining the age of a person "
    "for courts, migration or sport, and not for selecting talent.",
    "Not for hands with fractures, cone-shaped, deformed or dysplastic growth plates, nor for "
    "anything but a whole left hand and wrist in PA view, without motion.",
    "The reading model sees the image and at most the sex, nothing else about the child. Its card "
    "names the films that it learned from, and how well it reads them; how well it reads children "
    "of other populations, Chinese children among them, has not been measured.",
    "A mean error of the model, wherever it is quoted, is not the error of this child's reading. "
    "The accuracy has not been compared with endocrinologists.",
    "Bone age standards describe the children they were made from; in some populations healthy "
    "children over 12 years read up to a year above them (Thodberg and Sävendahl 2010).",
)
