"""What the generators of the Spellman STX..ETX family have in common: commands as texts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

Arguments = Sequence[int]
Values = Sequence[object]
# A row of a command table: how many arguments it takes, and what it does.
Command = tuple[int, Callable[[Arguments], Values]]

# Spellman PMX 118165-001 and XRB011 118150-001: receive error (malformed), unrecognised command.
MALFORMED, UNKNOWN_COMMAND = 1, 2
ACCEPTED: Values = "$"
# A number of this many digits is no set point of any generator.
LONGEST_NUMBER = 10


class Refused(Exception):
    """The command is answered with an error code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Interface(Protocol):
    """Answers the commands of a generator: text in, text out."""

    def answer(self, text: str) -> str:
        """Execute a command such as `22,` and give its answer, without frame."""

    def power_cycle(self) -> None:
        """Switch the generator off and on."""


def answer(commands: Mapping[str, Command], text: str) -> str:
    """Execute a command by its table; whatever is refused is answered with its code."""
    number, *arguments = text.removesuffix(",").split(",")
    try:
        values = _execute(commands, number, arguments)
    except Refused as refusal:
        values = [refusal.code]
    return ",".join((number, *map(str, values))) + ","


def _execute(commands: Mapping[str, Command], number: str, arguments: Sequence[str]) -> Values:
    if number not in commands:
        raise Refused(UNKNOWN_COMMAND)
    count, command = commands[number]
    if len(arguments) != count or not all(map(_is_number, arguments)):
        raise Refused(MALFORMED)
    return command([int(argument) for argument in arguments])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
