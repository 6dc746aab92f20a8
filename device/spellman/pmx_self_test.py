"""The self-test of a PMX. It sends set points and questions; no X-rays can come of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from device.errors import TechniqueOutsideLimits
from device.self_test import SelfTestStep, StepFailed, run_steps
from device.technique import HAND_PRESET, Technique, check_technique

if TYPE_CHECKING:
    from device.spellman.pmx import Pmx

# The weakest and the usual technique: two different ones, so that an old read-back is noticed.
WEAKEST = Technique(40.0, 1.0, 5.0)
TECHNIQUES = (HAND_PRESET, WEAKEST)
# Design figure: a supply may be this far off.
SUPPLY_TOLERANCE = 0.1


def pmx_self_test(pmx: Pmx) -> Iterator[SelfTestStep]:
    """Test a PMX, one step at a time; the technique is afterwards what it was before."""
    return run_steps(
        (
            ("link", lambda: _link(pmx)),
            ("at rest", lambda: _at_rest(pmx)),
            ("no fault", lambda: _no_fault(pmx)),
            ("interlock", lambda: _interlock(pmx)),
            ("supplies", lambda: _supplies(pmx)),
            ("anode and battery", lambda: _auxiliary(pmx)),
            ("set points", lambda: _set_points(pmx)),
        )
    )


def _link(pmx: Pmx) -> str:
    pmx.status()
    return "the generator answers"


def _at_rest(pmx: Pmx) -> str:
    status = pmx.status()
    if status.xray_on:
        raise StepFailed("X-rays are on")
    if status.preparing or status.ready:
        raise StepFailed("the hand switch is pressed; release it")
    return "no X-rays, hand switch released"


def _no_fault(pmx: Pmx) -> str:
    faults = pmx.faults() or pmx.starter_faults()
    if faults:
        raise StepFailed("; ".join(faults))
    return "none latched"


def _interlock(pmx: Pmx) -> str:
    if not pmx.status().interlock_closed:
        raise StepFailed("a safety contact is open")
    return "closed"


def _supplies(pmx: Pmx) -> str:
    seen = pmx.read_backs()
    for name, volts, nominal in (
        ("+15 V", seen.plus_15_v, 15.0),
        ("-15 V", seen.minus_15_v, -15.0),
        ("+24 V", seen.plus_24_v, 24.0),
        ("3.3 V", seen.first_3_v3, 3.3),
    ):
        if abs(volts - nominal) > SUPPLY_TOLERANCE * abs(nominal):
            raise StepFailed(f"{name} reads {volts:.1f} V")
    return f"+15, -15, +24, 3.3 V; filament {seen.filament_a:.2f} A"


def _auxiliary(pmx: Pmx) -> str:
    seen = pmx.auxiliary()
    if not seen.anode_cool:
        raise StepFailed("the anode is at 90 % of its heat or more; let it cool")
    if not seen.clock_battery_good:
        raise StepFailed("the battery of the generator's clock is low")
    return "both good"


def _set_points(pmx: Pmx) -> str:
    earlier = pmx.held_technique()
    try:
        seen = _write_and_read_back(pmx)
    finally:
        pmx.program(earlier if _may_be_programmed(earlier) else WEAKEST)
    return seen


def _may_be_programmed(technique: Technique) -> bool:
    try:
        check_technique(technique)
    except TechniqueOutsideLimits:
        return False  # as after power-up, when nothing is set
    return True


def _write_and_read_back(pmx: Pmx) -> str:
    for technique in TECHNIQUES:
        pmx.program(technique)
        held = pmx.set_points()
        if pmx.kv_and_ma_counts() != (held.kv_counts, held.ma_counts):
            raise StepFailed("kV and mA read otherwise one at a time")
    if not pmx.status().setup_valid:
        raise StepFailed("the generator calls its set-up invalid")
    return "written and read back"
