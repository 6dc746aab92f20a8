"""Every sentence of the detector's quality control in English, for the service engineer."""

from typing import Final

from reports.wording.en import ENGLISH

TITLE: Final = "Detector quality control"
FOOTER: Final = f"For the service engineer. {ENGLISH.research}"
SIMULATED: Final = "SIMULATED. These frames are those of a simulated detector."

PASSED: Final = "PASSED: all {figures} figures lie within their limits."
FAILED: Final = "NOT PASSED: {outside} of {figures} figures lie outside their limits."
GOOD, OUTSIDE, NO_FIGURE = "good", "OUTSIDE", "none"
AT_MOST, AT_LEAST, BETWEEN = "at most {limit}", "at least {limit}", "{low} to {high}"
JUDGEMENT_HEADINGS: Final = ("Figure", "Measured", "Allowed", "", "Limit from")
JUDGEMENT_NOTE: Final = (
    "Uniformity: the worst of all exposure levels. MTF and DQE are judged where the pixel pitch "
    "allows it. A figure outside its limit does not stop the unit; it calls for service."
)
UNDER_WHAT: Final = "What was measured, and under what"
CIRCUMSTANCES: Final = (
    ("Detector", "{} {}, serial number {}"),
    ("Firmware", "{}"),
    ("Image", "{} pixels of {:g} µm"),
    ("Temperature", "{:.1f} C"),
    ("Beam", "{}: 50 kV, 2.5 + 10 mm aluminium; air kerma {}"),
    ("Frames", "{}"),
    ("Calibration", "{}"),
)
FRAMES: Final = (
    "{flats} flats each at {kermas} µGy; edges tilted by {tilts} degrees; {darks} darks of the "
    "rested panel"
)

FREQUENCY, SQUARE_UM = "line pairs per mm", "µm²"
SHARPNESS: Final = "Sharpness, noise and DQE after IEC 62220-1-1 (means of both axes of the panel)"

MAPS_ADD: Final = (
    "NNPS and DQE hold for corrected images: the noise of the calibration's own maps is in them. "
    "It lowers the DQE most at the highest air kerma."
)

PIXELS: Final = (
    "Each spectrum is that of {million:.1f} million pixels (IEC 62220-1-1: at least {wanted:.0f})."
)

UNIFORMITY: Final = "Uniformity after AAPM Report 150 (TG-150) at {kerma}"
SIGNAL_MAP, NOISE_MAP, SNR_MAP = "Signal, DN", "Noise, DN", "Signal over noise"
NON_UNIFORMITY: Final = "global {overall:.2f} %, local {local:.2f} %"
MAP_NOTE: Final = (
    "Regions of 10 x 10 mm without the outer 10 mm; finger tips at the top. Each map runs from "
    "its own least value (black) to its largest (white): small differences look large."
)

RESPONSE: Final = "Signal and noise against air kerma"
KERMA: Final = "air kerma, µGy"
DEVIATION, NOISE_PARTS = "Deviation from proportionality", "Noise and its parts"
MEASURED, QUANTUM, STRUCTURE, ELECTRONIC = "measured", "quanta", "fixed structure", "electronics"
RESPONSE_NOTE: Final = (
    "Sensitivity {sensitivity:.1f} DN/µGy (factory {factory:.1f}). Quanta are the largest part of "
    "the noise from {lowest} to {highest}."
)

LAG_AND_DEFECTS: Final = "Lag, defects and dark noise"
LAG, SECONDS = "Left of an exposure", "s after it"
BEFORE, AFTER = "before correction", "after correction"
DEFECTIVE: Final = "Defective pixels in the calibration's map"
SINGLES, LINES = "single pixels", "lines"
CLUSTERS: Final = "clusters (largest {largest} pixels)"
ANOMALOUS: Final = "Anomalous pixels after correction"
DARK_LEVEL: Final = "Dark level"
DARK_NOISE: Final = "Dark noise, pixels / rows"

TREND: Final = "The series of this detector"
TREND_NOTE: Final = (
    "{count} quality controls; the newest is at the right. Every plot shows the figure that is "
    "judged on the first page."
)
FIRST_OF_SERIES: Final = "This is the first quality control of this detector."
DAMAGED_OF_SERIES: Final = "Left out: {count} whose record is damaged."
FIRST, LIMIT = "the first", "limit"
TREND_MTF: Final = "MTF at 1 lp/mm, the worse axis"
TREND_DQE: Final = "DQE at 1 lp/mm and 2.5 µGy"
TREND_SENSITIVITY: Final = "Sensitivity, % of the factory's"
TREND_NOISE: Final = "Electronic noise of a pixel, DN"
TREND_UNIFORMITY: Final = "Local SNR non-uniformity, %, the worst level"
TREND_DEFECTS: Final = "Defective pixels outside lines, %"
