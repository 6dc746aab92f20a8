"""What a device counts of its control link, for the service engineer."""

from dataclasses import dataclass


@dataclass(slots=True)
class LinkStatistics:
    """Counts since power-up; the link's server writes them, the features show them."""

    commands: int = 0
    resends: int = 0
    checksum_errors: int = 0
    malformed: int = 0

    def reset(self) -> None:
        """Count from zero again."""
        self.commands = self.resends = self.checksum_errors = self.malformed = 0
