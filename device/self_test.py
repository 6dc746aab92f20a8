"""A self-test that can be followed: one step after the other, each with its result."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from device.errors import DeviceError


@dataclass(frozen=True, slots=True)
class SelfTestStep:
    """One step that was made, whether it passed, and what was seen."""

    name: str
    passed: bool
    detail: str


class StepFailed(Exception):
    """What a check saw is not as it must be; the text is the step's detail."""


# A check gives what it saw, or raises StepFailed or DeviceError.
Check = Callable[[], str]


def run_steps(checks: Iterable[tuple[str, Check]]) -> Iterator[SelfTestStep]:
    """Make the checks in order, up to and with the first that fails: later ones build on it."""
    for name, check in checks:
        step = _run(name, check)
        yield step
        if not step.passed:
            return


def _run(name: str, check: Check) -> SelfTestStep:
    try:
        return SelfTestStep(name, True, check())
    except StepFailed as failure:
        return SelfTestStep(name, False, str(failure))
    except DeviceError as error:
        return SelfTestStep(name, False, f"{error.code}: {error}")
