import pytest

from firmware_sim.errors import UnknownValue
from firmware_sim.faults import FAULTS, FaultPoints, inject, list_faults, parse_fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_changes_something_and_can_be_mended(fault):
    points = FaultPoints()
    inject(points, fault.name, {})
    assert points != FaultPoints()
    points.mend()
    assert points == FaultPoints()


def test_every_fault_is_listed_with_its_parameters():
    lines = list_faults().splitlines()
    assert len(lines) == len(FAULTS)
    assert lines[0].startswith("cable-pull:at=idle|armed|exposing|readout ")


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
    inject(points, "short-frame", {"lines": "12"})
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
        inject(points, name, values)
    assert points == FaultPoints()
