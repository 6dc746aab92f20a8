"""What can go wrong between the raw frame and the corrected image.

AcquisitionError
    CalibrationError                    the calibration cannot be used
        CalibrationMissing              E-CAL-1   nothing there
        CalibrationCorrupt              E-CAL-2   files damaged or not the ones that were written
        CalibrationForOtherDetector     E-CAL-3   another panel, geometry or integration time
        CalibrationExpired              E-CAL-4   too old
        CalibrationTemperature          E-CAL-5   the panel is too warm or too cold for it
        CalibrationInTheFuture          E-CAL-6   the clock stands before the day it was made
        CalibrationNotSaved             E-CAL-7   the disk refused it
        DarksExpired                    E-CAL-8   the dark maps are too old; X-rays are not needed
        CalibrationWornOut              E-CAL-18  too many exposures since it was made
        CalibrationFormat               E-CAL-19  written by another version of this software
    CalibrationRefused                  the frames offered make no calibration
        TooFewFrames                    E-CAL-10
        FramesDiffer                    E-CAL-11  several panels, settings or temperatures
        DarkNotDark                     E-CAL-12  a dark frame saw X-rays
        FlatTooDark                     E-CAL-13
        FlatTooBright                   E-CAL-14
        FlatNotUniform                  E-CAL-15  the field does not cover the panel evenly
        ObjectInBeam                    E-CAL-16
        TooManyDefects                  E-CAL-17  too many, or a hole too wide to bridge
        ResponseNotStraight             E-CAL-20  the signal does not follow the mAs
        LagNotMeasured                  E-CAL-21  the darks after the exposure show no lag
        DarksDoubtful                   E-CAL-22  darks at a level that this panel does not have
        TemperatureUnknown              E-CAL-23  the panel tells a temperature that it cannot have
    FrameUnusable                       E-ACQ-1   pixels are not a 16-bit image
    NoExposure                          E-ACQ-2   the image holds no X-rays
    SettingUnusable                     E-ACQ-3   a target, pitch or sensitivity that makes no sense
    PresetWrong                         E-ACQ-4   a technique preset is missing or impossible
    FrameBlank                          E-ACQ-5   every pixel has the same value
    QualityNotMeasured                  the frames offered do not show what the detector is worth
        EdgeNotFound                    E-QC-1    no straight opaque edge over the panel
        EdgeTilted                      E-QC-2    the edge lies too straight or too much turned
        PanelTooSmall                   E-QC-3    no region of measurement fits
        QualityFramesMissing            E-QC-4
        BeamDoubtful                    E-QC-5    the signal does not fit the beam
"""

from typing import ClassVar


class AcquisitionError(Exception):
    """Anything that keeps a raw frame from becoming an image."""

    code: ClassVar[str] = "E-ACQ-0"


class CalibrationError(AcquisitionError):
    """The calibration cannot be used."""

    code: ClassVar[str] = "E-CAL-0"


class CalibrationMissing(CalibrationError):
    """There is no calibration where one was expected."""

    code: ClassVar[str] = "E-CAL-1"


class CalibrationCorrupt(CalibrationError):
    """A file of the calibration is damaged, missing or not the one that was written."""

    code: ClassVar[str] = "E-CAL-2"


class CalibrationForOtherDetector(CalibrationError):
    """The calibration belongs to another panel, geometry or integration time."""

    code: ClassVar[str] = "E-CAL-3"


class CalibrationExpired(CalibrationError):
    """The calibration is older than it may be."""

    code: ClassVar[str] = "E-CAL-4"


class CalibrationTemperature(CalibrationError):
    """The panel's temperature has moved too far from that of the calibration."""

    code: ClassVar[str] = "E-CAL-5"


class CalibrationInTheFuture(CalibrationError):
    """The clock stands before the moment the calibration was made."""

    code: ClassVar[str] = "E-CAL-6"


class CalibrationNotSaved(CalibrationError):
    """The calibration could not be written to disk."""

    code: ClassVar[str] = "E-CAL-7"


class DarksExpired(CalibrationError):
    """The dark maps are older than they may be; new ones need no X-rays."""

    code: ClassVar[str] = "E-CAL-8"


class CalibrationWornOut(CalibrationError):
    """The panel was exposed more often since the calibration than it may be."""

    code: ClassVar[str] = "E-CAL-18"


class CalibrationFormat(CalibrationError):
    """The calibration was written by another version of this software."""

    code: ClassVar[str] = "E-CAL-19"


class CalibrationRefused(AcquisitionError):
    """The frames offered make no calibration."""

    code: ClassVar[str] = "E-CAL-9"


class TooFewFrames(CalibrationRefused):
    """There are not enough frames to average."""

    code: ClassVar[str] = "E-CAL-10"


class FramesDiffer(CalibrationRefused):
    """The frames come from several panels, settings, techniques or temperatures."""

    code: ClassVar[str] = "E-CAL-11"


class DarkNotDark(CalibrationRefused):
    """A dark frame saw X-rays."""

    code: ClassVar[str] = "E-CAL-12"


class FlatTooDark(CalibrationRefused):
    """A flat frame holds too little signal."""

    code: ClassVar[str] = "E-CAL-13"


class FlatTooBright(CalibrationRefused):
    """A flat frame is close to saturation."""

    code: ClassVar[str] = "E-CAL-14"


class FlatNotUniform(CalibrationRefused):
    """The X-ray field does not cover the panel evenly."""

    code: ClassVar[str] = "E-CAL-15"


class ObjectInBeam(CalibrationRefused):
    """Something lay between tube and panel while flats were taken."""

    code: ClassVar[str] = "E-CAL-16"


class TooManyDefects(CalibrationRefused):
    """The panel has more defects than may be repaired, or a hole too wide to bridge."""

    code: ClassVar[str] = "E-CAL-17"


class ResponseNotStraight(CalibrationRefused):
    """The panel's signal does not follow the generator's mAs."""

    code: ClassVar[str] = "E-CAL-20"


class LagNotMeasured(CalibrationRefused):
    """The darks after the exposure do not show how the panel forgets it."""

    code: ClassVar[str] = "E-CAL-21"


class DarksDoubtful(CalibrationRefused):
    """The darks have a level that this panel, rested and without light, does not have."""

    code: ClassVar[str] = "E-CAL-22"


class TemperatureUnknown(CalibrationRefused):
    """The panel tells a temperature that it cannot have, or none."""

    code: ClassVar[str] = "E-CAL-23"


class FrameUnusable(AcquisitionError):
    """The pixels are not a 16-bit image of the stated size, or no panel has that size."""

    code: ClassVar[str] = "E-ACQ-1"


class NoExposure(AcquisitionError):
    """The image holds no X-rays."""

    code: ClassVar[str] = "E-ACQ-2"


class SettingUnusable(AcquisitionError):
    """A number handed in makes no sense here."""

    code: ClassVar[str] = "E-ACQ-3"


class QualityNotMeasured(AcquisitionError):
    """The frames offered do not show what the detector is worth."""

    code: ClassVar[str] = "E-QC-0"


class EdgeNotFound(QualityNotMeasured):
    """No straight opaque edge lies over the panel."""

    code: ClassVar[str] = "E-QC-1"


class EdgeTilted(QualityNotMeasured):
    """The edge is not tilted against the pixel lines as it must be."""

    code: ClassVar[str] = "E-QC-2"


class PanelTooSmall(QualityNotMeasured):
    """The image is too small for the regions of the measurement."""

    code: ClassVar[str] = "E-QC-3"


class QualityFramesMissing(QualityNotMeasured):
    """There are not enough frames for the measurement."""

    code: ClassVar[str] = "E-QC-4"


class BeamDoubtful(QualityNotMeasured):
    """The signal does not fit the beam that was asked for."""

    code: ClassVar[str] = "E-QC-5"


class PresetWrong(AcquisitionError):
    """A technique preset is missing or says something impossible."""

    code: ClassVar[str] = "E-ACQ-4"


class FrameBlank(AcquisitionError):
    """Every pixel of the frame has the same value: nothing was read out."""

    code: ClassVar[str] = "E-ACQ-5"
