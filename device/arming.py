"""The panel's exposure control: what it is asked for arming, and while it is armed.

The features are the vendor category ExposureControl of the panel's description
(docs/adding-a-driver.md).
"""

from device.detector_status import ExposureState, ExposureWatch, Interlock, LastExposure
from device.errors import ArmRefused, FeatureRefused, NonceMismatch, RegisterRefused
from device.features import Features
from device.gencp.session import Session

EXPOSURE_CONTROL = (
    "ExposureArm",
    "ExposureNonce",
    "ExposureLeaseTime",
    "ExposureState",
    "BootId",
    "InterlockStatus",
    "BeamEnable",
    "LastExposureNonce",
    "LastExposureTime",
)
WATCHED = ("ExposureState", "BootId", "InterlockStatus")
# docs/safety.md: while armed the panel makes itself safe after 200 ms of silence.
ARMED_HEARTBEAT_MS = 200
# docs/adding-a-driver.md: an armed panel answers within 50 ms; twice that, 4 times, is no answer.
ARMED_ANSWER_S = 0.1


class Arming:
    """The exposure control of one panel; `offered` says whether it has one."""

    def __init__(self, session: Session, features: Features) -> None:
        self._session = session
        self._features = features
        self.offered = all(features.has(name) for name in EXPOSURE_CONTROL)

    def watch(self) -> ExposureWatch:
        """Ask an armed panel what it does, in one round trip where it can. Raises DeviceError."""
        with self._features.together(WATCHED):
            return ExposureWatch(
                state=self._exposure_state(),
                boot_id=self._features.integer("BootId"),
                open_interlocks=Interlock(self._features.integer("InterlockStatus")),
            )

    def last_exposure(self) -> LastExposure:
        """Ask which exposure the panel made last, and how long it was. Raises DeviceError."""
        return LastExposure(
            nonce=self._features.integer("LastExposureNonce"),
            exposure_ms=self._features.number("LastExposureTime") / 1000.0,
        )

    def name_exposure(self, nonce: int, lease_ms: int) -> None:
        """Tell the panel which exposure comes, and for how long it may wait. Raises DeviceError."""
        self._features.set_integer("ExposureLeaseTime", lease_ms)
        self._features.set_integer("ExposureNonce", nonce)
        echoed = self._features.integer("ExposureNonce")
        if echoed != nonce:
            raise NonceMismatch(f"wrote {nonce}, read {echoed}")

    def switch_on(self) -> None:
        """Start the heartbeat and arm. Raises ArmRefused or another DeviceError."""
        self._session.start_heartbeat(ARMED_HEARTBEAT_MS)
        self._session.expect_answers_within(ARMED_ANSWER_S)
        try:
            self._features.switch_on("ExposureArm")
        except (RegisterRefused, FeatureRefused) as error:
            raise ArmRefused(error.detail) from error
        if not self.is_armed():
            raise ArmRefused("it reads as not armed")

    def switch_off(self) -> None:
        """Write disarm, and nothing else. Raises DeviceError."""
        self._features.switch_off("ExposureArm")

    def is_armed(self) -> bool:
        """Ask whether the panel is armed. Raises DeviceError."""
        return self._features.is_on("ExposureArm")

    def _exposure_state(self) -> ExposureState:
        name = self._features.choice("ExposureState")
        try:
            return ExposureState(name)
        except ValueError as error:
            raise FeatureRefused(f"ExposureState is {name!r}") from error
