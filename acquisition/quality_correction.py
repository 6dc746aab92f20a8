"""The check of the correction: whether all of it could be made."""

from acquisition.errors import CalibrationError
from acquisition.finding import Finding, Severity
from acquisition.radiograph import Radiograph


def check_correction(radiograph: Radiograph) -> Finding | None:
    """Tell what the correction had to leave undone: picture and exposure index suffer a little."""
    left = radiograph.not_corrected
    if not left:
        return None
    message = " ".join([*left, "Do not repeat for it; tell the service if it comes again."])
    return Finding("Q-COR-1", Severity.WARNING, message, {"not_corrected": float(len(left))})


def of_unfit_maps(refused: CalibrationError) -> Finding:
    """Tell that the image was corrected with maps that would have forbidden its exposure."""
    message = (
        f"The maps that corrected this image were not valid for it ({refused.code}): structure of "
        "the panel may be left in it. Do not repeat for it; tell the service."
    )
    return Finding("Q-COR-2", Severity.WARNING, message, {})
