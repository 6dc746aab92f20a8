"""What panel and journal know of the exposures on a detector, for the header of its images."""

from datetime import datetime

from acquisition.radiograph import Radiograph
from device.errors import DeviceError, Exposed
from examination.examination import Unit
from pacs.facts import DetectorHistory
from records.journal import ExposureEvent, JournalEntry


def detector_history(unit: Unit, radiograph: Radiograph) -> DetectorHistory:
    """Return the counts at the moment of an image; what nobody knows any more stays unknown.

    The panel is asked for its own count while its last exposure is still this image's.
    """
    exposed = [
        entry
        for entry in unit.journal.entries()
        if entry.exposure.detector_serial == radiograph.detector.serial
        and entry.was_exposed is not Exposed.NO
    ]
    here = next((at for at, entry in enumerate(exposed) if _is_of(entry, radiograph)), None)
    if here is None:
        return DetectorHistory(sensitivity_dn_per_ugy=unit.detector.sensitivity_rqa3)
    planned = exposed[here].exposure.planned
    since = unit.journal.exposures_since(
        radiograph.detector.serial, radiograph.calibration_created, planned
    )
    return DetectorHistory(
        sensitivity_dn_per_ugy=unit.detector.sensitivity_rqa3,
        exposures_since_calibration=since,
        exposures_since_manufactured=_panel_count(unit, radiograph),
        seconds_since_last_exposure=_pause_s(exposed[:here], exposed[here]),
    )


def _is_of(entry: JournalEntry, radiograph: Radiograph) -> bool:
    assert radiograph.exposure is not None, "only exposures are delivered"
    return entry.exposure.nonce == radiograph.exposure.nonce


def _when(entry: JournalEntry) -> datetime:
    """Return when an exposure was over, or planned where nobody wrote its end."""
    ends = (ExposureEvent.STORED, ExposureEvent.KEPT, ExposureEvent.ENDED)
    return next((at for at, event, _ in entry.events if event in ends), entry.exposure.planned)


def _pause_s(earlier: list[JournalEntry], entry: JournalEntry) -> float | None:
    return round((_when(entry) - _when(earlier[-1])).total_seconds(), 1) if earlier else None


def _panel_count(unit: Unit, radiograph: Radiograph) -> int | None:
    """Ask the panel; an image that is here is delivered without a panel that has gone."""
    assert radiograph.exposure is not None, "only exposures are delivered"
    try:
        if unit.detector.last_exposure().nonce != radiograph.exposure.nonce:
            return None
        return unit.detector.status().exposure_count
    except DeviceError:
        return None
