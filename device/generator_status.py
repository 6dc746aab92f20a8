"""What a generator says of itself, whatever its make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeneratorStatus:
    """What the generator says of itself; `fault_names` says in words what a latched fault is.

    Only the patient question fills the names in: they cost further questions. `interlock_closed` is
    None where the generator does not tell.
    """

    xray_on: bool
    interlock_closed: bool | None
    fault: bool
    preparing: bool
    ready: bool
    setup_valid: bool
    fault_names: tuple[str, ...] = ()
