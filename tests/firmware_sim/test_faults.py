import pytest

from firmware_sim.errors import UnknownValue
from firmware_sim.faults import (
    FAULTS,
    PARTS,
    FaultPoints,
    inject,
    list_faults,
    parse_fault,
)
from firmware_sim.generators import GENERATOR_MODELS
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit
from tests.campaigns.safety import NoPictures, TinyPanel


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_changes_something_and_can_be_mended(fault):
    points = FaultPoints()
    inject(points, fault.name, {}, PARTS)
    assert points != FaultPoints()
    points.mend()
    assert points == FaultPoints()


def test_every_fault_is_listed_with_its_parameters():
    lines = list_faults().splitlines()
    assert len(lines) == len(FAULTS)
    assert lines[0].startswith(
        "cable-pull:at=idle|armed|preparing|exposing|readout|dark|prep|ready|window|settling "
    )


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("dead-host", ("dead-host", {})),
        ("cable-pull:at=armed", ("cable-pull", {"at": "armed"})),
        ("x:a=1,b=2", ("x", {"a": "1", "b": "2"})),
    ],
)
def test_spec_is_split(spec, expected):
    assert parse_fault(spec) == expected


def test_number_may_be_given_as_text():
    points = FaultPoints()
    inject(points, "short-frame", {"lines": "12"}, PARTS)
    assert points.lines_missing == 12


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("no-such-fault", {}),
        ("cable-pull", {"at": "lunch"}),
        ("cable-pull", {"when": "armed"}),
        ("short-frame", {"lines": 0}),
        ("short-frame", {"lines": "many"}),
    ],
)
def test_unknown_fault_or_value_is_refused(name, values):
    points = FaultPoints()
    with pytest.raises(UnknownValue):
        inject(points, name, values, PARTS)
    assert points == FaultPoints()


@pytest.mark.parametrize(
    ("fault", "values"),
    [
        *((name, {}) for name in ("timer-stuck", "over-duty", "hot-generator", "rotor")),
        *((name, {"at": "prep"}) for name in ("cable-pull", "power-cycle")),
        *((name, {}) for name in ("wrong-crc", "baud-fall-back")),
        *(("line-pull", {"line": line}) for line in ("panel", "generator")),
    ],
)
def test_a_fault_of_a_part_that_a_unit_lacks_is_refused(fault, values):
    unit = SimulatedUnit(TinyPanel(), imager=NoPictures(), generator_model="xrb011")
    with pytest.raises(UnknownValue, match="this unit has none"):
        unit.inject_fault(fault, values)
    assert unit.points == FaultPoints() and unit.describe()["faults"] == []
    unit.close()


def test_a_fault_of_a_part_that_is_there_happens():
    unit = SimulatedUnit(TinyPanel(), imager=NoPictures())
    with serve(unit, gencp_serial="pty"):
        unit.inject_fault("rotor")
        unit.inject_fault("baud-fall-back")
        unit.inject_fault("line-pull", {"line": "panel"})
    assert len(unit.describe()["faults"]) == 3


def test_the_parts_are_those_of_the_table():
    assert set(PARTS) & set(GENERATOR_MODELS) == {"pmx"}
