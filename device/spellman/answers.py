"""What the answers of the family mean: accepted, refused, numbers. No input or output, no clock."""

from collections.abc import Container

from device.errors import GeneratorNotUnderstood, GeneratorRefused
from device.spellman.frames import Frame

ACCEPTED = "$"
# Spellman PMX 118165-001: answers to a command that was not accepted; the XRB011 has 1 and 2.
REASONS = {
    1: "malformed, or arrived damaged",
    2: "unknown command",
    3: "out of range",
    9: "not possible while X-rays are on or in this state",
    10: "set-up invalid",
    11: "wrong mode",
}


def check_accepted(reply: Frame) -> None:
    """Raise GeneratorRefused or GeneratorNotUnderstood for anything but `CMD,$,`."""
    if reply.arguments != (ACCEPTED,):
        raise _refusal(reply)


def numbers(reply: Frame, count: int) -> list[int]:
    """Read so many numbers; a single one where more are due is a refusal."""
    if len(reply.arguments) == 1 != count:
        raise _refusal(reply)
    if len(reply.arguments) != count or not all(a.isdecimal() for a in reply.arguments):
        raise GeneratorNotUnderstood(f"command {reply.command}: {','.join(reply.arguments)!r}")
    return [int(argument) for argument in reply.arguments]


def one_number(reply: Frame, readings: Container[int]) -> int:
    """Read a single number; a code of `REASONS` that is not one of `readings` is a refusal.

    A refusal looks like a reading here. No quantity of the family reads 1 to 11 counts in use; of a
    flag, 1 cannot be told from a command that arrived damaged.
    """
    (number,) = numbers(reply, 1)
    if number in REASONS and number not in readings:
        raise _refusal(reply)
    return number


def _refusal(reply: Frame) -> GeneratorRefused | GeneratorNotUnderstood:
    text = ",".join(reply.arguments)
    if not (text.isdecimal() and text.isascii()):
        return GeneratorNotUnderstood(f"command {reply.command}: {text!r}")
    reason = int(text)
    return GeneratorRefused(f"command {reply.command}: {REASONS.get(reason, text)}", reason)
