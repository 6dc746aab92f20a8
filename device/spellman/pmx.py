"""The Spellman PMX generator (50 kV, 200 mA, 5 kW).

Source: Spellman PMX 118165-001. No command of this protocol makes X-rays: preparation and exposure
are hardware lines. The numbers of "Request Fault Status" and "Reset Faults" are not public: what a
fault is, is told as far as the other commands say it, and the rest stands on its display.
"""

from collections.abc import Iterator
from dataclasses import replace

import serial

from device.errors import GeneratorError, GeneratorRefused, SetPointMismatch, TechniqueNotExact
from device.generator_status import GeneratorStatus
from device.link import LinkCounters
from device.self_test import SelfTestStep
from device.spellman import pmx_readings as readings
from device.spellman.answers import numbers
from device.spellman.pmx_readings import Auxiliary, Filament, ReadBacks, SetPoints
from device.spellman.pmx_self_test import pmx_self_test
from device.spellman.port import SpellmanPort, open_line
from device.technique import Technique

# Spellman PMX 118165-001, serial communications interface: 19.2 kbaud as delivered, 8N1.
BAUD = 19200
# Spellman PMX 118165-001: scales of the set points and of the voltage of the last exposure.
KV_PER_COUNT = 12.21e-3
MA_PER_COUNT = 200.0 / 4095
MEASURED_KV_PER_COUNT = 13.06e-3
LARGEST_COUNT = 4095
# Spellman PMX 118165-001: pre-heat 0 to 4095 for 0 to 6.0 A.
PRE_HEAT_A_PER_COUNT = 6.0 / 4095
# Spellman PMX 118165-001: the set points that are in use, one at a time and together.
READ_KV, READ_MA, READ_TECHNIQUE = 14, 15, 51
# Spellman PMX 118165-001: what is measured, status, filament, last kV, auxiliary, starter.
READ_BACKS, READ_STATUS, READ_FILAMENT, READ_LAST_KV = 19, 22, 53, 60
READ_FILAMENT_A, READ_AUXILIARY, READ_STARTER = 62, 78, 84
# Spellman PMX 118165-001: what can be set.
SET_PRE_HEAT, SET_READY_TIME, SET_TECHNIQUE, SET_MODE = 33, 34, 50, 55
THREE_POINT_MODE = 0
# Spellman PMX 118165-001: ready at least 2 s after preparation began; at most 5 s can be set.
READY_TIME_MS = (2_000, 5_000)

# Spellman PMX 118165-001: a preparation within 20 s of the last exposure is an over-duty fault.
REST_S = 20.0

REPLY_TIMEOUT_S = 0.5
WATCH_TIMEOUT_S = 0.1


def open_pmx(port: str) -> "Pmx":
    """Open a PMX at a device path or any pyserial URL. Raises GeneratorNotFound."""
    return Pmx(open_line(port, BAUD))


class Pmx:
    """One PMX generator on an open port. Thread-safe."""

    bench_only = False
    rest_s = REST_S

    def __init__(self, port: serial.Serial) -> None:
        self._line = SpellmanPort(port)

    def program(self, technique: Technique) -> Technique:
        """Set three-point mode, kV, mA and ms, and give the technique that was read back.

        kV and mA go to the nearest of 4096 steps (12.21 V, 0.049 mA). Raises TechniqueNotExact for
        a fraction of a millisecond, SetPointMismatch, or another GeneratorError.
        """
        wanted = _counts(technique)
        self._command(SET_MODE, THREE_POINT_MODE)
        self._command(
            SET_TECHNIQUE,
            *(wanted.time_ms, wanted.kv_counts, wanted.ma_counts, wanted.filament.value),
        )
        held = self.set_points()
        if held != wanted:
            raise SetPointMismatch(f"programmed {wanted}, read back {held}")
        return Technique(held.kv_counts * KV_PER_COUNT, held.ma_counts * MA_PER_COUNT, held.time_ms)

    def status(self) -> GeneratorStatus:
        """Ask for the status, repeating a lost question; name a fault. Raises GeneratorError."""
        told = readings.status(self._query(READ_STATUS, readings.STATUS_ARGUMENTS))
        return replace(told, fault_names=self._fault_names()) if told.fault else told

    def watch(self) -> GeneratorStatus:
        """Ask for the status once, for at most 0.1 s. Raises GeneratorError."""
        reply = self._line.exchange(READ_STATUS, (), WATCH_TIMEOUT_S)
        return readings.status(numbers(reply, readings.STATUS_ARGUMENTS))

    def faults(self) -> tuple[str, ...]:
        """Name what is latched, in words; nothing when nothing is. Raises GeneratorError."""
        return self.status().fault_names

    def last_exposure_kv(self) -> float:
        """Give the tube voltage measured in the last exposure, in kV. Raises GeneratorError.

        An answer below 0.15 kV that is a code of refusal is one.
        """
        return self._line.query_one(READ_LAST_KV, REPLY_TIMEOUT_S) * MEASURED_KV_PER_COUNT

    def self_test(self) -> Iterator[SelfTestStep]:
        """Test line, set points and states, one step at a time; no X-rays can come of it."""
        return pmx_self_test(self)

    # --- for the service engineer

    def set_points(self) -> SetPoints:
        """Give what the generator will expose with. Raises GeneratorError."""
        return readings.set_points(self._query(READ_TECHNIQUE, readings.SETTING_ARGUMENTS))

    def held_technique(self) -> Technique:
        """Give the technique that is set, if only to nothing. Raises GeneratorError."""
        held = self.set_points()
        kv, ma = held.kv_counts * KV_PER_COUNT, held.ma_counts * MA_PER_COUNT
        return Technique(kv, ma, held.time_ms)

    def kv_and_ma_counts(self) -> tuple[int, int]:
        """Ask for kV and mA one at a time, as a second opinion. Raises GeneratorError.

        A set point of 1, 2, 3, 9, 10 or 11 counts (below 0.2 kV, 0.6 mA) cannot be told from a
        refusal and counts as one; the unit never sets it.
        """
        return (
            self._line.query_one(READ_KV, REPLY_TIMEOUT_S),
            self._line.query_one(READ_MA, REPLY_TIMEOUT_S),
        )

    def read_backs(self) -> ReadBacks:
        """Give everything that the generator measures, now. Raises GeneratorError."""
        return readings.read_backs(self._query(READ_BACKS, readings.READ_BACK_ARGUMENTS))

    def filament(self) -> Filament:
        """Give the filament in use. Raises GeneratorError.

        "Large" cannot be told from a question that arrived damaged; set_points() tells it surely.
        """
        large = Filament.LARGE.value
        answer = self._line.query_one(READ_FILAMENT, REPLY_TIMEOUT_S, (large,))
        return readings.read_filament(answer)

    def filament_a(self) -> float:
        """Give the current through the filament, now. Raises GeneratorError.

        The noise of a filament without current, below 0.02 A, may look like a refusal.
        """
        return self._line.query_one(READ_FILAMENT_A, REPLY_TIMEOUT_S) * readings.FILAMENT_A

    def auxiliary(self) -> Auxiliary:
        """Give the states of clock battery and anode. Raises GeneratorError."""
        return readings.auxiliary(self._query(READ_AUXILIARY, readings.AUXILIARY_ARGUMENTS))

    def starter_faults(self) -> tuple[str, ...]:
        """Name the faults of the high-speed starter. Raises GeneratorError."""
        return readings.starter_faults(self._query(READ_STARTER, readings.STARTER_ARGUMENTS))

    def set_pre_heat_a(self, current_a: float) -> None:
        """Set the filament's pre-heat, 0 to 6 A; a wrong one harms the tube."""
        self._command(SET_PRE_HEAT, _count(current_a, PRE_HEAT_A_PER_COUNT))

    def set_ready_time_ms(self, time_ms: int) -> None:
        """Set how long after preparation began X-rays are possible, 2000 to 5000 ms."""
        lowest, highest = READY_TIME_MS
        if not lowest <= time_ms <= highest:
            raise GeneratorRefused(f"{time_ms} ms asked, {lowest} to {highest} ms allowed", 3)
        self._command(SET_READY_TIME, time_ms)

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the line so far."""
        return self._line.counters

    def close(self) -> None:
        """Stop the reader and close the port; never raises, may be called twice."""
        self._line.close()

    def _fault_names(self) -> tuple[str, ...]:
        """Name the latched fault; that it cannot be named must not hide it."""
        try:
            return readings.fault_names(self.starter_faults(), self.auxiliary())
        except GeneratorError:
            return (readings.ON_THE_DISPLAY,)

    def _command(self, command: int, *arguments: int) -> None:
        self._line.command(command, arguments, REPLY_TIMEOUT_S)

    def _query(self, command: int, count: int) -> list[int]:
        return self._line.query(command, count, REPLY_TIMEOUT_S)


def _counts(technique: Technique) -> SetPoints:
    kv_counts = _count(technique.kv, KV_PER_COUNT)
    ma_counts = _count(technique.ma, MA_PER_COUNT)
    if technique.ms != int(technique.ms):
        raise TechniqueNotExact(f"{technique.ms:g} ms")
    return SetPoints(int(technique.ms), kv_counts, ma_counts, Filament.SMALL)


def _count(value: float, per_count: float) -> int:
    count = round(value / per_count)
    if not 0 <= count <= LARGEST_COUNT:
        raise GeneratorRefused(f"{value:g} is beyond the generator's scale", 3)
    return count
