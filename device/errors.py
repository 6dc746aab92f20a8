"""Everything that can go wrong with the panel, the generator and an exposure.

    DeviceError
    +-- LinkError                     the cable
    |   +-- DeviceNotFound            E-LINK-1
    |   +-- LinkLost                  E-LINK-2
    |   +-- LinkTimeout               E-LINK-3
    |   +-- LinkBusy                  E-LINK-4
    |   +-- LinkForbidden             E-LINK-5
    |   +-- LinkStalled               E-LINK-6
    |   +-- LinkUnsupported           E-LINK-7
    |   +-- LinkNotUnderstood         E-LINK-8
    |   +-- UsbUnavailable            E-LINK-9
    |   +-- NoImageChannel            E-LINK-10
    |   +-- NoEventChannel            E-LINK-11
    +-- DetectorError                 the panel
    |   +-- RegisterRefused           E-DET-1
    |   +-- DetectorBusy              E-DET-2
    |   +-- DescriptionInvalid        E-DET-3
    |   +-- FeatureMissing            E-DET-4
    |   +-- FeatureRefused            E-DET-5
    |   +-- FrameIncomplete           E-DET-6
    |   +-- FrameMissing              E-DET-7
    |   +-- CannotExpose              E-DET-8
    |   +-- ArmRefused                E-DET-9
    |   +-- StreamRefused             E-DET-10
    |   +-- NotOffered                E-DET-11
    |   +-- FileRefused               E-DET-12
    |   +-- AnotherPanel              E-DET-13
    |   +-- ImageSizeChanged          E-DET-14
    +-- GeneratorError                the X-ray generator
    |   +-- GeneratorNotFound         E-GEN-1
    |   +-- GeneratorLost             E-GEN-2
    |   +-- GeneratorSilent           E-GEN-3
    |   +-- GeneratorRefused          E-GEN-4
    |   +-- SetPointMismatch          E-GEN-5
    |   +-- GeneratorNotUnderstood    E-GEN-6
    |   +-- GeneratorUnsupported      E-GEN-7
    |   +-- TechniqueNotExact         E-GEN-8
    |   +-- BenchGenerator            E-GEN-9
    +-- ExposureError                 the exposure
        +-- TechniqueOutsideLimits    E-EXP-1
        +-- NonceInvalid              E-EXP-2
        +-- InterlockOpen             E-EXP-3
        +-- GeneratorNotReady         E-EXP-4
        +-- NonceMismatch             E-EXP-5
        +-- DetectorRestarted         E-EXP-6
        +-- HandSwitchNotPressed      E-EXP-7
        +-- ExposureTooShort          E-EXP-8
        +-- ExposureTooLong           E-EXP-9
        +-- PanelDisarmed             E-EXP-10
        +-- ExposureInterrupted       E-EXP-11
        +-- ImageLost                 E-EXP-12
        +-- WrongStage                E-EXP-13
        +-- ExposureCancelled         E-EXP-14
        +-- GeneratorFault            E-EXP-15
        +-- NoXrays                   E-EXP-16
        +-- ExposureStopped           E-EXP-17

Each class has a `code` for the service manual and a `sentence` for the technician.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from device.frame import RawFrame


class Exposed(Enum):
    """Whether the child may have been exposed when something went wrong."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class StopWanted(BaseException):
    """Somebody wants the command to end. No error: who mends or tells errors must not hold it up.

    Who holds the X-rays catches it beside them, makes the unit safe and writes down what is known.
    """


class DeviceError(Exception):
    """Anything that went wrong with the unit; `detail` tells the service engineer more.

    `exposed` says whether X-rays may have been made in the exposure that this error ended.
    `frame` is the image where there is one: it is never lost to an error.
    """

    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.sentence} ({detail})" if detail else self.sentence)
        self.detail = detail
        self.exposed = Exposed.NO
        self.frame: RawFrame | None = None


class LinkError(DeviceError):
    """The connection to the panel."""


class DeviceNotFound(LinkError):
    """Nothing answers at the URL."""

    code = "E-LINK-1"
    sentence = "No X-ray panel was found; check its cable, its power and its address."


class LinkLost(LinkError):
    """The device is gone: unplugged, switched off, or its server ended."""

    code = "E-LINK-2"
    sentence = (
        "The connection to the X-ray panel was lost; check the cable and reconnect the panel."
    )


class LinkTimeout(LinkError):
    """No answer in time."""

    code = "E-LINK-3"
    sentence = "The X-ray panel does not answer; switch it off and on, then try again."


class LinkBusy(LinkError):
    """Another program has the device."""

    code = "E-LINK-4"
    sentence = "Another program is using the X-ray panel; close it and try again."


class LinkForbidden(LinkError):
    """The operating system does not let us open it."""

    code = "E-LINK-5"
    sentence = (
        "This user may not open the X-ray panel; ask the service engineer for the permission."
    )


class LinkStalled(LinkError):
    """An endpoint is halted."""

    code = "E-LINK-6"
    sentence = "The X-ray panel stopped a transfer; disconnect it, connect it again and try again."


class LinkUnsupported(LinkError):
    """The URL names a connection that this version has no driver for."""

    code = "E-LINK-7"
    sentence = "This kind of panel address is not supported; check the detector address."


class LinkNotUnderstood(LinkError):
    """Bytes that the standard does not allow."""

    code = "E-LINK-8"
    sentence = "The X-ray panel sent something unreadable; call service if this happens again."


class UsbUnavailable(LinkError):
    """No USB library."""

    code = "E-LINK-9"
    sentence = "This computer's USB support could not be started; call service."


class NoImageChannel(LinkError):
    """A serial cable: it carries settings, status and files."""

    code = "E-LINK-10"
    sentence = "This cable to the X-ray panel carries no images; connect the panel by USB."


class NoEventChannel(LinkError):
    """The cable, or the panel on it, has no channel for events."""

    code = "E-LINK-11"
    sentence = "The X-ray panel reports no events over this cable; nothing else is affected."


class DetectorError(DeviceError):
    """The panel."""


class RegisterRefused(DetectorError):
    """A register access ended in a GenCP status; `status` holds its number."""

    code = "E-DET-1"
    sentence = "The X-ray panel refused a command; call service if this happens again."

    def __init__(self, detail: str = "", status: int = 0) -> None:
        super().__init__(detail)
        self.status = status


class DetectorBusy(DetectorError):
    """GenCP status BUSY, again and again."""

    code = "E-DET-2"
    sentence = "The X-ray panel is busy; wait a moment and try again."


class DescriptionInvalid(DetectorError):
    """The panel's GenICam description is missing, damaged or fails its SHA-1."""

    code = "E-DET-3"
    sentence = "The X-ray panel's description of itself is damaged; call service."


class FeatureMissing(DetectorError):
    """The panel has no feature of this name."""

    code = "E-DET-4"
    sentence = "The X-ray panel lacks a function that is needed; this model cannot be used for it."


class FeatureRefused(DetectorError):
    """A feature value out of range, of the wrong kind, or not accessible now."""

    code = "E-DET-5"
    sentence = "The X-ray panel refused a setting; call service if this happens again."


class FrameIncomplete(DetectorError):
    """A short or inconsistent image block."""

    code = "E-DET-6"
    sentence = "The image arrived damaged or incomplete; check the panel's cable."


class FrameMissing(DetectorError):
    """No image in time."""

    code = "E-DET-7"
    sentence = "No image arrived from the X-ray panel; check the panel's cable."


class CannotExpose(DetectorError):
    """The panel has no exposure control."""

    code = "E-DET-8"
    sentence = "This X-ray panel cannot control an exposure; it serves test images only."


class ArmRefused(DetectorError):
    """The panel said no to arming."""

    code = "E-DET-9"
    sentence = "The X-ray panel refused to be made ready; check door and generator, then try again."


class StreamRefused(DetectorError):
    """The image channel cannot be set up as the standard says."""

    code = "E-DET-10"
    sentence = "The X-ray panel's image channel could not be set up; call service."


class NotOffered(DetectorError):
    """A service function that this panel does not have; the detail names it."""

    code = "E-DET-11"
    sentence = "The X-ray panel does not offer this service function; nothing was changed."


class FileRefused(DetectorError):
    """A file of the panel could not be opened, read or written."""

    code = "E-DET-12"
    sentence = (
        "The X-ray panel could not read or write one of its files; try again or call service."
    )


class AnotherPanel(DetectorError):
    """The panel that was found has another serial number than the one that was lost."""

    code = "E-DET-13"
    sentence = "Another X-ray panel is connected than before; check which one belongs to this unit."


class ImageSizeChanged(DetectorError):
    """The panel's images have another size than when it was opened; no calibration fits them."""

    code = "E-DET-14"
    sentence = (
        "The X-ray panel's image size was changed; nothing was exposed, run the command again."
    )


class GeneratorError(DeviceError):
    """The X-ray generator."""


class GeneratorNotFound(GeneratorError):
    """The port cannot be opened."""

    code = "E-GEN-1"
    sentence = "The X-ray generator was not found; check its cable, its power and its address."


class GeneratorLost(GeneratorError):
    """The port is gone."""

    code = "E-GEN-2"
    sentence = "The connection to the X-ray generator was lost; check its cable."


class GeneratorSilent(GeneratorError):
    """No answer in time; the generator's only way to say that a frame was damaged."""

    code = "E-GEN-3"
    sentence = "The X-ray generator does not answer; check its cable and its power."


class GeneratorRefused(GeneratorError):
    """The generator answered with an error code; `reason` holds it."""

    code = "E-GEN-4"
    sentence = "The X-ray generator refused a command; check its display."

    def __init__(self, detail: str = "", reason: int = 0) -> None:
        super().__init__(detail)
        self.reason = reason


class SetPointMismatch(GeneratorError):
    """What the generator reads back is not what was programmed."""

    code = "E-GEN-5"
    sentence = (
        "The X-ray generator did not take over the exposure values; do not expose, call service."
    )


class GeneratorNotUnderstood(GeneratorError):
    """A reply that the protocol does not allow."""

    code = "E-GEN-6"
    sentence = "The X-ray generator sent something unreadable; call service if this happens again."


class GeneratorUnsupported(GeneratorError):
    """The URL names a generator that this version has no driver for."""

    code = "E-GEN-7"
    sentence = "This kind of generator address is not supported; check the generator address."


class TechniqueNotExact(GeneratorError):
    """The generator can only approximate the technique, and nothing is rounded silently."""

    code = "E-GEN-8"
    sentence = (
        "The X-ray generator sets the exposure time in whole milliseconds; choose such a time."
    )


class BenchGenerator(GeneratorError):
    """A generator whose software can switch X-rays on; it is never armed."""

    code = "E-GEN-9"
    sentence = "This X-ray generator is for the test bench only; connect the unit's own generator."


class ExposureError(DeviceError):
    """The exposure."""


class TechniqueOutsideLimits(ExposureError):
    """A technique that the unit may not make."""

    code = "E-EXP-1"
    sentence = "The exposure values are outside this unit's limits; choose others."


class NonceInvalid(ExposureError):
    """The exposure's number is not between 1 and 2^63 - 1."""

    code = "E-EXP-2"
    sentence = "The exposure has no valid number and was not started; call service."


class InterlockOpen(ExposureError):
    """A safety contact is open; the detail names it."""

    code = "E-EXP-3"
    sentence = "A safety contact is open; close it and start the exposure anew."


class GeneratorNotReady(ExposureError):
    """The generator reports a fault, an invalid set-up, or a hand switch pressed before arming."""

    code = "E-EXP-4"
    sentence = "The X-ray generator is not at rest; release the hand switch and check its display."


class NonceMismatch(ExposureError):
    """The panel repeats another exposure's number."""

    code = "E-EXP-5"
    sentence = "The image could not be matched to this exposure; do not use it and call service."


class DetectorRestarted(ExposureError):
    """The panel's boot id changed."""

    code = "E-EXP-6"
    sentence = "The X-ray panel was restarted in the meantime; run the command again."


class HandSwitchNotPressed(ExposureError):
    """The time to expose is over."""

    code = "E-EXP-7"
    sentence = "The hand switch was not pressed in time and the panel was made safe; start again."


class ExposureTooShort(ExposureError):
    """X-rays ended clearly before the set time; `frame` holds the image."""

    code = "E-EXP-8"
    sentence = "The exposure ended too early; hold the switch to the end, look at the image first."


class ExposureTooLong(ExposureError):
    """X-rays ended clearly after the set time; `frame` holds the image."""

    code = "E-EXP-9"
    sentence = "The exposure lasted longer than set; do not expose again and call service."


class PanelDisarmed(ExposureError):
    """The panel disarmed itself before any exposure."""

    code = "E-EXP-10"
    sentence = (
        "The X-ray panel left its ready state by itself; check door and generator, start again."
    )


class ExposureInterrupted(ExposureError):
    """The unit failed while an exposure was possible."""

    code = "E-EXP-11"
    sentence = (
        "The connection failed while the unit was ready to expose; "
        "find out whether X-rays were made before you repeat."
    )


class ImageLost(ExposureError):
    """X-rays were made and no image could be read."""

    code = "E-EXP-12"
    sentence = "X-rays were made but the image was lost; ask the physician before you repeat."


class WrongStage(ExposureError):
    """A step of the exposure sequence out of its order."""

    code = "E-EXP-13"
    sentence = "This step of the exposure is not possible now; start the exposure anew."


class ExposureCancelled(ExposureError):
    """Somebody disarmed the unit while it waited for the hand switch."""

    code = "E-EXP-14"
    sentence = "The exposure was cancelled before X-rays were made; start again when ready."


class GeneratorFault(ExposureError):
    """The generator reports a fault during or after the exposure; `frame` holds any image."""

    code = "E-EXP-15"
    sentence = "The X-ray generator reported a fault during the exposure; check its display."


class NoXrays(ExposureError):
    """The panel opened its window and saw no X-rays; `frame` holds the image."""

    code = "E-EXP-16"
    sentence = "The panel was ready but no X-rays came; check the generator and start again."


class ExposureStopped(ExposureError):
    """The command was stopped while an exposure was under way; `frame` holds any image."""

    code = "E-EXP-17"
    sentence = "The command was stopped during the exposure; look at the image before you repeat."
