"""Every sentence of the evaluation of a reading model in English, for physicians and auditors."""

from typing import Final

from reports.wording.en import ENGLISH

TITLE: Final = "Evaluation of a reading model"
FOOTER: Final = f"{ENGLISH.research} A mean error is not the error of one child's reading."

# Page one
ALL_MET: Final = "All {judged} figures that this list can judge are met."
SOME_MISSED: Final = "{missed} of {judged} figures that this list can judge are MISSED."
NONE_JUDGED: Final = "The list is too short to judge the model: the figures are stated only."
COUNTS: Final = (
    "{n} images: {read} read, {refused} refused ({share}). Girls {girls}, boys {boys}; labelled "
    "bone age {youngest} to {oldest}."
)
VERDICT_HEADINGS: Final = ("Figure", "Asked", "Measured (95 % interval)", "n", "")
VERDICT_NOTE: Final = (
    "Bands are of the bone age that was read. Judged is the measured value, from 100 images (30 "
    "children at ten poses) on; where its 95 % interval reaches beyond what is asked, it is met, "
    "but not surely. What is asked is this project's own rule for releasing a model, not a "
    "standard. Bias: read minus labelled, positive reads too old. Refused: of all images of the "
    "list, each taken for a hand that can be read."
)
LABELS_NOTE: Final = (
    "The labels are what people read, and scatter themselves: their scatter is part of every error "
    "and every coverage here. Intervals take each image for another child."
)
AT_MOST, BETWEEN, WITHIN = "at most {high}", "{low} to {high}", "within ±{high}"
OUTCOMES: Final = {
    "met": "met",
    "met, interval reaches beyond": "met, not surely",
    "MISSED": "MISSED",
    "too few to judge": "too few",
}
NO_INTERVAL: Final = "no interval"
WHAT: Final = "What was evaluated"
FACTS: Final = (
    ("Model", "{name} {version}, {trust}"),
    ("Method", "{method}"),
    ("SHA-256 of the net", "{sha256}"),
    ("of its package", "{package_sha256}"),
    ("Software", "boneage-dr {software}"),
    ("List", "{n} images, SHA-256 {list_sha256}"),
    ("Made", "{made}"),
)

# Agreement
AGREEMENT: Final = "Agreement of readings and labels"
GROUPS: Final = {"*": "all", "F": "girls", "M": "boys"}
AGREEMENT_ROWS: Final = (
    ("n", "Readings"),
    ("mean_absolute_error_months", "Mean absolute error, months"),
    ("root_mean_square_months", "Root mean square error, months"),
    ("bias_months", "Bias, months"),
    ("standard_deviation_months", "Standard deviation of the errors, months"),
    ("limits_months", "Limits of agreement (Bland-Altman, 95 %), months"),
    ("by_mean.slope", "Slope of the difference over the mean"),
    ("deming.slope", "Deming slope, read over labelled"),
    ("deming.intercept_months", "Deming intercept, months"),
    ("more_than_months.6", "Off by more than 6 months"),
    ("more_than_months.12", "Off by more than 12 months"),
    ("more_than_months.24", "Off by more than 24 months"),
    ("within_years.0.5", "Within half a year"),
    ("within_years.1", "Within 1 year"),
    ("within_years.2", "Within 2 years"),
    ("coverage", "Labels inside the {nominal} interval"),
    ("mean_width_months", "Mean width of the interval, months"),
)
PREDICTED, BLAND_ALTMAN = "Read against labelled", "Read minus labelled, months"
LABELLED_YEARS, MEAN_YEARS = "labelled, years", "mean of both, years"
IDENTITY, DEMING_LINE = "equal", "Deming"
BIAS_LINE, LIMITS, SLOPE = "bias", "limits of agreement", "slope"
DOTS_NOTE: Final = "Every dot is one reading."
SOME_DOTS_NOTE: Final = "{shown} of {n} readings are shown, evenly chosen; the lines are of all."
NOTHING_READ: Final = "Nothing was read: there is nothing to compare."

# Bands
BANDS: Final = "By the bone age that was read"
BAND_HEADINGS: Final = (
    *("Sex", "Bone age", "n", "Mean absolute error", "Bias", "RMSE", "Inside interval", "Width"),
)
BY_LABEL: Final = "By the bone age that people told"
BY_LABEL_NOTE: Final = (
    "Stated, not judged: where labels scatter, any reader reads those labelled oldest too young "
    "and those labelled youngest too old. Only the bands of the reading tell what a reading is "
    "worth."
)
YEARS: Final = "bone age, years"
ERROR_BY_BAND, BIAS_BY_BAND = "Mean absolute error, months", "Bias, months"
COVERAGE_BY_BAND: Final = "Labels inside the interval, %"
ASKED: Final = "asked"
BANDS_NOTE: Final = "Bars are 95 % intervals; bands of fewer than ten readings have none."

# Single readings
DOUBTS: Final = "Doubtful and other readings"
DOUBT_HEADINGS: Final = ("", "n", "Mean absolute error", "Bias")
UNDOUBTED, DOUBTED = "without a doubt", "marked doubtful"
NO_DOUBTED: Final = "No reading was marked doubtful."
WORST: Final = "The worst readings"
WORST_HEADINGS: Final = ("Id", "Sex", "Labelled", "Read", "Read minus labelled", "Doubts")
REFUSALS: Final = "Why images were refused"
REFUSAL_HEADINGS: Final = ("Images", "Reason")
NO_REFUSALS: Final = "No image was refused."

# Stress
STRESS: Final = "What changed pictures do to the reading ({n} images)"
STRESS_NOTE: Final = (
    "Each image is read as it is and changed by each amount. Error: mean absolute error of those "
    "read both times. Change: mean of how far the reading moves, to whichever side."
)
ERROR_CURVE, CHANGE_CURVE, REFUSED_CURVE = "error", "change", "refused, %"
MONTHS: Final = "months"
STRESS_TABLE: Final = "The same in figures"
STRESS_HEADINGS: Final = (
    *(
        "Change",
        "Amount",
        "n",
        "Refused",
        "Mean change",
        "Absolute change",
        "Error",
        "Error before",
    ),
)
STRESS_TABLE_NOTE: Final = (
    "Months. Error before: of the same images, unchanged. Changes that bring the picture's edge in "
    "are filled with what is at the edge."
)
REPEATABILITY: Final = "Repeatability"
REPEATED: Final = (
    "Ten poses of each of {children} children (turned by up to 20 degrees, moved by up to 5 %, "
    "scaled to 0.75 to 0.9, gamma 0.75 to 1.33, half of them mirrored): standard deviation "
    "{deviation} months on average; {refused} of the poses were refused. Two readings of one child "
    "that differ by less than {smallest:.1f} months do not differ by more than this scatter."
)
NOT_REPEATED: Final = "No child had five poses that were read: repeatability is not known."

# Doses
DOSES: Final = "What the dose does to the reading"
DOSE_HEADINGS: Final = (
    *("Air kerma", "EI", "Hands", "Refused", "Files refused", "Change", "Error"),
    *("Error of the files", "Loss", "Width", ""),
)
DOSE_NOTE: Final = (
    "Each image as the patient of the simulated unit, exposed, corrected and read "
    "(boneage dose-study). Air kerma at the panel without an object. Without loss: the error at "
    "most 0.3 months above that of reading the file, refusals at most 1 point above. Change: mean "
    "distance from the reading of the file. Loss: error less that of the files, with its 95 % "
    "interval (paired). Simulated: a film already holds the noise of its own exposure."
)
KERMA: Final = "air kerma, µGy"
DOSE_ERROR, DOSE_REFUSED = "Mean absolute error, months", "Refused, %"
AT_DOSE, OF_FILES = "at the dose", "of the files"
WITHOUT_LOSS: Final = "no loss"
