"""A visit's room over a simulated unit in manual time; waiting moves it instead of sleeping."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import device.arming
import device.spellman.pmx
from acquisition.calibration import Calibration
from bone_age.model import load_model
from bone_age.reading import Sex
from console.settings import RELEASED_MODEL
from device.detector import open_detector
from device.exposure import ExposureSequence, ExposureStage, Technique
from device.frame import RawFrame
from device.generator import open_generator
from examination.calibrate import calibrate_unit
from examination.examination import Decision, Ordered, Question, Room, State, Unit, Verdict
from examination.order import Order
from examination.stopwatch import Stopwatch
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.defects import Defects, draw_defects
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit
from growth.child import Child
from records.database import Database
from records.examinations import Visits
from records.journal import Journal
from records.reports import Reports

COARSE_PANEL = PanelGeometry(300, 240, 1000.0)
SEED = 3
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHILD = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14))
ORDER = Order(CHILD, Technique(50.0, 25.0, 12.0), date(2026, 11, 23))


class SteppingClock:
    """Moves the simulated unit; does what was planned when its moment has come."""

    def __init__(self, simulated: SimulatedUnit) -> None:
        self._simulated = simulated
        self._plans: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self._simulated.now_s

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        self._plans.append((self.now() + seconds, action))

    def sleep(self, seconds: float) -> None:
        self._simulated.step(seconds)
        due = [plan for plan in self._plans if plan[0] <= self.now()]
        self._plans = [plan for plan in self._plans if plan not in due]
        for _, action in due:
            action()


@dataclass
class Stage:
    """A simulated unit, the room around it, and what the operator does and sees."""

    simulated: SimulatedUnit
    clock: SteppingClock
    room: Room
    folder: Path
    nonces: list[int]
    detector_url: str
    verdicts: list[Decision | Verdict] = field(default_factory=list)
    seen: list[ExposureStage | State] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        return self.room.unit.journal

    def ordered(self, order: Order = ORDER) -> Ordered:
        return Ordered(f"visit-{len(self.nonces)}", NOON, self.folder, order)

    def press_hand_switch(self) -> None:
        """Hold the switch as soon as the panel is armed: preparation first, then exposure."""
        self.clock.after(0.1, lambda: self.simulated.press_hand_switch(1))
        self.clock.after(2.5, lambda: self.simulated.press_hand_switch(2))

    def press_for_a_repeat(self) -> None:
        """Let go, and press again when the generator has rested."""
        self.clock.after(3.2, lambda: self.simulated.press_hand_switch(0))
        self.clock.after(25.0, lambda: self.simulated.press_hand_switch(1))
        self.clock.after(28.0, lambda: self.simulated.press_hand_switch(2))

    def files(self) -> set[str]:
        return {path.name for path in self.folder.glob("*")}


@contextmanager
def staged(
    data: Path,
    calibration: Calibration | None,
    operator: str = "manual",
    panel: PanelGeometry = COARSE_PANEL,
) -> Iterator[Stage]:
    """Open a room; the same data folder on a second call is the same site after a restart."""
    with ExitStack() as stack:
        simulated = SimulatedUnit(panel, seed=SEED, operator=operator)
        clock = SteppingClock(simulated)
        served = stack.enter_context(serve(simulated))
        detector = open_detector(served.detector_url, clock)
        stack.callback(detector.close)
        generator = open_generator(served.generator_url)
        stack.callback(generator.close)
        database = Database(data / "records.db")
        stack.callback(database.close)
        nonces: list[int] = []
        verdicts: list[Decision | Verdict] = []
        seen: list[ExposureStage | State] = []
        asked: list[Question] = []

        def decide(question: Question) -> Verdict:
            assert question.picture.exists()
            asked.append(question)
            said = verdicts.pop(0) if verdicts else Decision.ACCEPT
            return said if isinstance(said, Verdict) else Verdict(said, "a test")

        def draw_nonce() -> int:
            nonces.append(len(Journal(database).entries()) + 1)
            return nonces[-1]

        unit = Unit(
            detector=detector,
            generator=generator,
            sequence=ExposureSequence(detector, generator, clock),
            journal=Journal(database),
            frames=(data / "frames", data / "last-resort"),
            clock=clock,
            now=lambda: NOON + timedelta(seconds=clock.now()),
            draw_nonce=draw_nonce,
        )
        room = Room(
            unit=unit,
            calibration=calibration,  # type: ignore[arg-type]
            model=load_model(RELEASED_MODEL),
            software_version="0.0.1",
            visits=Visits(database),
            reports=Reports(database, data / "reports"),
            stopwatch=Stopwatch(clock),
            decide=decide,
            watch=seen.append,
        )
        yield Stage(
            simulated,
            clock,
            room,
            data / "visit",
            nonces,
            served.detector_url,
            verdicts,
            seen,
            asked,
        )


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """Let the wires take their time: the visit's own time is the unit's, and stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device.arming, "ARMED_ANSWER_S", 5.0)
        patch.setattr(device.spellman.pmx, "WATCH_TIMEOUT_S", 5.0)
        patch.setattr(device.spellman.pmx, "REPLY_TIMEOUT_S", 5.0)
        yield


@pytest.fixture(scope="session")
def calibration(unhurried: None, tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    with staged(tmp_path_factory.mktemp("calibration"), None, "auto") as stage:
        return calibrate_unit(stage.room.unit, lambda *_: None)


@pytest.fixture(scope="session")
def staged_unit(unhurried: None) -> Callable[..., AbstractContextManager[Stage]]:
    return staged


@pytest.fixture
def injected_defects() -> Callable[[Stage], Defects]:
    """The simulator's own truth about a staged panel."""
    return lambda stage: draw_defects(COARSE_PANEL, SEED)


@pytest.fixture
def true_kerma_ugy() -> Callable[[Stage, RawFrame], float]:
    """The air kerma at RQA3 that an exposure made."""

    def kerma_ugy(stage: Stage, raw: RawFrame) -> float:
        assert raw.exposure is not None
        made = stage.simulated.exposures[-1]
        return beam_of(BeamQuality.RQA3, made.kv).kerma_ugy_per_mas * made.mas

    return kerma_ugy


@pytest.fixture
def stage(tmp_path: Path, calibration: Calibration) -> Iterator[Stage]:
    with staged(tmp_path, calibration) as opened:
        opened.simulated.place_patient("phantom:sex=F,bone_age=9.2,seed=1")
        yield opened


@pytest.fixture
def expired(calibration: Calibration) -> Calibration:
    return replace(
        calibration, valid_until=NOON - timedelta(minutes=1), created=NOON - timedelta(2)
    )
