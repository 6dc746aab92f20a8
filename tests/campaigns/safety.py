"""The safety search: a seeded random walk of everything that host, people and faults can do.

Every step is one act. Some acts lead towards an exposure, so that there are thousands of them to go
wrong; the others disturb. `Monitor` watches the copper and ends the search at the first violation.
"""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from firmware_sim.faults import MOMENTS
from firmware_sim.physics.reading import Circumstances, Reading
from firmware_sim.unit import SimulatedUnit
from tests.campaigns.copper import ProbedLines
from tests.campaigns.monitor import RULES, Monitor, Violation
from tests.campaigns.raw_host import RawHost

# A unit lives this long; the next one begins from nothing.
STEPS_OF_A_UNIT = 5_000
# ExposureState, as the description of the panel numbers it.
IDLE, ARMED, PREPARING, WINDOW = 0, 1, 2, 3
SET_MS = (5, 12, 200, 400, 400)
FAULTS = ("timer-stuck", "door-open", "generator-fault", "no-x-rays", "dead-host")
ODD_VALUES = (0, 1, 2, 200, 30_000, 30_001, 2**31 - 1, -1)
REMEMBERED_ACTS = 25
# With the 2 s of preparation rather more than the 20 s that the generator asks for.
REST_S = 19.0


@dataclass(frozen=True, slots=True)
class TinyPanel:
    """As few pixels as possible; the states take as long as in a real panel."""

    rows: int = 4
    columns: int = 4
    pitch_um: float = 100.0


class NoPictures:
    """Frames of zeros: nobody looks at them here."""

    sensitivity_rqa3 = 1024.0

    def place(self, spec: str) -> None: ...

    def look_ahead(self, kv: float) -> None: ...

    def power_up(self) -> None: ...

    def read_dark(self, about: Circumstances) -> Reading:
        return Reading(np.zeros((4, 4), np.uint16), np.zeros(4, np.float32))

    def read_exposed(self, kv: float, mas: float, about: Circumstances) -> Reading:
        return self.read_dark(about)


@contextmanager
def watched_unit(
    generator_model: str = "pmx",
) -> Iterator[tuple[SimulatedUnit, RawHost, Monitor]]:
    """A unit with a probe on its copper, a host without manners, and the observer of both."""
    lines = ProbedLines()
    unit = SimulatedUnit(
        TinyPanel(), imager=NoPictures(), lines=lines, generator_model=generator_model
    )
    host = RawHost(unit)
    host.monitor = Monitor(lines, unit.clock, host.addresses(), RULES[generator_model])
    unit.on_power_up.append(host.monitor.power_cycled)
    try:
        yield unit, host, host.monitor
    finally:
        unit.close()


class Walk:
    """One walk through the life of one unit."""

    def __init__(self, unit: SimulatedUnit, host: RawHost, monitor: Monitor, seed: str) -> None:
        self._unit = unit
        self._host = host
        self._monitor = monitor
        self._chance = random.Random(seed)
        self._nonce = 0
        self._used = deque([0], maxlen=4)
        self._writable = [n for n, r in host.registers.items() if "W" in r.access]
        self._is_bench = unit.generator_model != "pmx"
        self._faults = FAULTS[1:] if self._is_bench else FAULTS
        self._moments = [m for m in MOMENTS if not (self._is_bench and m in ("prep", "ready"))]
        self.recent: deque[str] = deque(maxlen=REMEMBERED_ACTS)
        self._disturbances = (
            *(self.move_switch, self.move_door, self.disarm, self.be_silent, self.change_host),
            *(self.inject_a_fault, self.cut_power, self.pass_time, self.write_anything),
        )
        self._acts: dict[Callable[[], None], float] = {
            self.lead_on: 50,
            self.pass_time: 12,
            self.poll: 8,
            self.move_switch: 3,
            self.move_door: 2,
            self.write_anything: 5,
            self.repeat_a_packet: 1,
            self.send_nonsense: 3,
            self.write_stacked: 2,
            self.disarm: 1,
            self.be_silent: 1.5,
            self.program_anything: 2,
            self.inject_a_fault: 0.5,
            self.mend: 3,
            self.cut_power: 0.3,
            self.pull_cable: 0.3,
            self.change_host: 0.3,
        }

    def step(self) -> None:
        """Do one act."""
        (act,) = self._chance.choices(list(self._acts), list(self._acts.values()))
        self.recent.append(f"{self._unit.clock.now_us} {act.__name__}")
        act()
        self._monitor.look()

    # Towards an exposure

    def lead_on(self) -> None:
        state = self._host.read("ExposureState")
        self._monitor.tally[f"state {state}"] += 1
        if state is None:
            self._come_back()
        elif state == IDLE:
            self._begin()
        elif state == ARMED:
            self._press()
        elif state == WINDOW and self._chance.random() < 0.5:
            self._chance.choice(self._disturbances)()
        else:
            self._poll_for(self._chance.choice((0.002, 0.01, 0.03, 0.05, 0.15)))

    def _come_back(self) -> None:
        if not self._unit.cable.plugged or not self._unit.points.host_is_heard:
            self.mend()
        self._host.connect()

    def _begin(self) -> None:
        if self._chance.random() < 0.7:  # now and then somebody just goes on holding it
            self._unit.press_hand_switch(0)
        rest_s = self._rest_s()
        if rest_s > 0.0:
            self._host.write("privilege", 0)
            self._unit.step(rest_s)
        else:
            self._arm()

    def _rest_s(self) -> float:
        """Give how long an operator would wait before the next exposure."""
        made = self._unit.exposures
        return made[-1].at_s + REST_S - self._unit.now_s if made else 0.0

    def _arm(self) -> None:
        """Arm as the driver does; now and then something is left out, or out of order."""
        self._nonce += 1
        nonce = self._nonce if self._chance.random() < 0.9 else self._chance.choice(self._used)
        moves: list[Callable[[], object]] = [
            lambda: self._program(self._chance.choice(SET_MS)),
            lambda: self._host.write("AcquisitionStop", 1),
            lambda: self._host.write("privilege", 1),
            lambda: self._host.write("heartbeat", 1),
            lambda: self._host.write("heartbeat_ms", self._chance.choice((200, 3_000))),
            lambda: self._host.write("TriggerMode", 1),
            lambda: self._host.write("AcquisitionStart", 1),
            lambda: self._host.write("ExposureLeaseTime", self._chance.choice((1_000, 30_000))),
            lambda: self._host.write("ExposureNonce", nonce),
            lambda: self._host.write("ExposureArm", 1),
        ]
        if self._chance.random() < 0.15:
            moves.pop(self._chance.randrange(len(moves)))
        if self._chance.random() < 0.1:
            first, second = self._chance.sample(range(len(moves)), 2)
            moves[first], moves[second] = moves[second], moves[first]
        self._used.append(nonce)
        for move in moves:
            move()

    def _program(self, time_ms: int) -> None:
        if self._is_bench:
            self._host.ask_generator("10,500,")
            self._host.ask_generator("11,100,")
        else:
            self._host.ask_generator(f"50,{time_ms},4095,512,0,")

    def _press(self) -> None:
        if self._unit.lines.hand_switch_stage < 2 and self._chance.random() < 0.7:
            self._unit.press_hand_switch(self._chance.choice((1, 2, 2)))
        self._poll_for(self._chance.choice((0.05, 0.3, 1.0, 2.0)))

    def _poll_for(self, seconds: float) -> None:
        while seconds > 0:
            self._host.read("ExposureState")
            if self._is_bench:  # the command alone must never be enough
                self._host.ask_generator("99,1,")
            self._unit.step(min(seconds, 0.05))
            seconds -= 0.05

    # Disturbances

    def pass_time(self) -> None:
        self._unit.step(self._chance.choice((0.0, 0.001, 0.003, 0.01, 0.06, 0.15)))

    def poll(self) -> None:
        self._host.read(self._chance.choice(list(self._host.registers)))

    def move_switch(self) -> None:
        self._unit.press_hand_switch(self._chance.choice((0, 1, 2)))

    def move_door(self) -> None:
        if self._unit.lines.door_open:
            self._unit.close_door()
        else:
            self._unit.open_door()

    def write_anything(self) -> None:
        value = self._chance.choice((*ODD_VALUES, self._nonce))
        name = self._chance.choice(self._writable)
        length = self._host.registers[name].length
        self._host.write(name, value % (1 << 8 * length))

    def write_stacked(self) -> None:
        self._nonce += 1
        moves = [("ExposureNonce", self._nonce), ("ExposureArm", 1), ("ExposureArm", 0)]
        self._host.write_stacked(self._chance.sample(moves, self._chance.choice((2, 2, 3))))

    def repeat_a_packet(self) -> None:
        name = self._chance.choice(("ExposureArm", "ExposureArm", "AcquisitionStart"))
        packet = self._host.write_packet(name, 1)
        self._host.send(packet)
        self._unit.step(self._chance.choice((0.0, 0.05, 0.3)))
        self._host.send(packet)

    def send_nonsense(self) -> None:
        packet = bytearray(self._host.write_packet(self._chance.choice(self._writable), 1))
        for _ in range(self._chance.randrange(1, 4)):
            packet[self._chance.randrange(len(packet))] = self._chance.randrange(256)
        packet[10:12] = b"\xff\xff"
        self._host.send(bytes(packet[: self._chance.randrange(len(packet) + 1)]))

    def disarm(self) -> None:
        name, value = self._chance.choice(
            (("ExposureArm", 0), ("AcquisitionStop", 1), ("privilege", 0), ("heartbeat", 0))
        )
        self._host.write(name, value)

    def be_silent(self) -> None:
        self._unit.step(self._chance.choice((0.19, 0.21, 0.3, 1.0)))

    def program_anything(self) -> None:
        numbers = self._chance.choices((0, 1, 5, 12, 400, 401, 512, 3276, 4095, 4096), k=4)
        self._host.ask_generator("50," + "".join(f"{number}," for number in numbers))

    def inject_a_fault(self) -> None:
        name = self._chance.choice((*self._faults, self._faults[0]))
        self._monitor.main_timer_works &= name != "timer-stuck"
        self._unit.inject_fault(name)

    def mend(self) -> None:
        if not self._unit.lines.x_rays:
            self._unit.clear_faults()
            self._monitor.reset()
            self._monitor.main_timer_works = True
            self._unit.close_door()

    def cut_power(self) -> None:
        if self._chance.random() < 0.3:
            self._unit.power_cycle()
        else:
            self._unit.inject_fault("power-cycle", {"at": self._chance.choice(self._moments)})

    def pull_cable(self) -> None:
        self._unit.inject_fault("cable-pull", {"at": self._chance.choice(self._moments)})

    def change_host(self) -> None:
        self._host.connect()


def search(
    steps: int,
    seed: int,
    told: Callable[[int], None] = lambda done: None,
    generator_model: str = "pmx",
) -> Counter[str]:
    """Walk so many steps; gives what was seen. Raises Violation with the acts that led to it."""
    tally: Counter[str] = Counter()
    for first in range(0, steps, STEPS_OF_A_UNIT):
        told(first)
        with watched_unit(generator_model) as (unit, host, monitor):
            walk = Walk(unit, host, monitor, f"{seed}/{first}")
            walk_on(walk, min(STEPS_OF_A_UNIT, steps - first), f"seed {seed}, unit {first}")
            tally += monitor.tally
    return tally


def search_bench(steps: int, seed: int, told: Callable[[int], None]) -> Counter[str]:
    """Walk with the bench generator, whose host asks for X-rays all the time."""
    return search(steps, seed, told, "xrb011")


def walk_on(walk: Walk, steps: int, where: str) -> None:
    """Take steps with one unit."""
    for step in range(steps):
        try:
            walk.step()
        except Violation as violation:
            acts = "\n  ".join(walk.recent)
            raise Violation(f"{where}, step {step}: {violation}\n  {acts}") from violation
