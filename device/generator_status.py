"""What a generator says of itself, whatever its make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeneratorStatus:
    """What the generator says of itself."""

    xray_on: bool
    interlock_closed: bool
    fault: bool
    preparing: bool
    ready: bool
    setup_valid: bool
