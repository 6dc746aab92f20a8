"""The rate of the panel's serial line, and the trial that every change of it has to stand.

GenCP 1.3.1, serial link: a change is acknowledged at the old rate; the host confirms it by writing
the same register again at the new one, within 250 ms, or the device falls back.
"""

from collections.abc import Callable

from firmware_sim.errors import OutOfRange
from firmware_sim.lines import ModelClock

# GenCP 1.3.1, serial SBRM: the bit of each rate; every line starts at the first.
BAUD_OF_BIT = {
    1 << 0: 9600,
    1 << 1: 19200,
    1 << 2: 38400,
    1 << 3: 57600,
    1 << 4: 115200,
    1 << 5: 230400,
    1 << 6: 460800,
    1 << 7: 921600,
}
SUPPORTED = sum(BAUD_OF_BIT)
FIRST_BIT = 1 << 0
FIRST_BAUD = BAUD_OF_BIT[FIRST_BIT]
# GenCP 1.3.1, serial link.
TRIAL_MS = 250


class BaudRate:
    """A part of model time. The line changes only in `advance`, after the acknowledge is out."""

    def __init__(
        self, clock: ModelClock, set_line: Callable[[int], None], on_change: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._set_line = set_line
        self._on_change = on_change
        self._wanted_bit = self.bit = FIRST_BIT
        self._proven_bit = FIRST_BIT
        self._trial_ends_us: int | None = None
        set_line(FIRST_BAUD)

    @property
    def is_first(self) -> bool:
        """Whether the line has the rate at which every host begins."""
        return self.bit == FIRST_BIT and self._wanted_bit == FIRST_BIT

    def write(self, bit: int) -> None:
        """Ask for a rate, or confirm the one on trial."""
        if bit not in BAUD_OF_BIT:
            raise OutOfRange("One bit of the supported rates.")
        self._wanted_bit = bit
        if bit == self.bit:
            self._proven_bit, self._trial_ends_us = bit, None

    def begin_anew(self) -> None:
        """Go back to the first rate, as when the host is gone."""
        self._wanted_bit = self._proven_bit = FIRST_BIT
        self._trial_ends_us = None

    def deadline_us(self) -> int | None:
        """Give the moment at which an unconfirmed rate is given up."""
        return self._trial_ends_us

    def advance(self) -> bool:
        """Change to the rate that was asked for, or back to the last that was proven."""
        if self._clock.reached(self._trial_ends_us):
            self._wanted_bit, self._trial_ends_us = self._proven_bit, None
        if self._wanted_bit == self.bit:
            return False
        self.bit = self._wanted_bit
        if self.bit != self._proven_bit:
            self._trial_ends_us = self._clock.after_ms(TRIAL_MS)
        self._set_line(BAUD_OF_BIT[self.bit])
        self._on_change()
        return True
