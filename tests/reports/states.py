"""States of a report with very much to say of themselves: signed, and amended again and again."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from reports.changes import changes_between
from reports.sign_off_part import SignOff, SignOffEvent, SignOffState

# The longest name and reason that examination.sign_off takes, and the longest name of a key.
NAME, REASON, KEY = 120, 600, 64
LATIN = ("Prof. Dr. med. Maximiliana-Alexandrina Konstantinopolskaya-von-Hohenzollern " * 2)[:NAME]
CHINESE = ("欧阳喆堃阿卜杜热合曼买买提艾力主任医师" * 8)[:NAME]
_KEY = f"{'Children’s Clinic of the Left Hand, Endocrinology ' * 2:.{KEY}} (SHA-256 89ab cdef)"
_WHY = "The scale was read wrong and the child was entered under the name of its brother. " * 10
_WHY_CHINESE = "体重秤读数有误，并且把患儿登记在其兄名下。" * 40
_AT = datetime(2026, 9, 11, 12, 0, tzinfo=timezone(timedelta(hours=8)))
_DRAFTED = SignOffEvent(_AT - timedelta(days=1), SignOffState.DRAFT, 1)


def signed(name: str) -> SignOff:
    """Return what signing by somebody, with a clinic's key, makes of a draft."""
    event = SignOffEvent(_AT, SignOffState.SIGNED, 1, name, key=_KEY)
    return SignOff("visit-7", 1, SignOffState.SIGNED, (_DRAFTED, event))


def amended_again_and_again(*versions: Mapping[str, Any]) -> SignOff:
    """Return the history of results of which each took the place of the one before."""
    events = list(signed(LATIN).events)
    for number, (before, after) in enumerate(zip(versions, versions[1:], strict=False), 2):
        events.append(_amendment(number, before, after))
    return SignOff("visit-7", len(versions), SignOffState.AMENDED, tuple(events))


def _amendment(version: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> SignOffEvent:
    name, why = ((LATIN, _WHY), (CHINESE, _WHY_CHINESE))[version % 2]
    return SignOffEvent(
        at=_AT + timedelta(days=version),
        state=SignOffState.AMENDED,
        version=version,
        signer=name,
        reason=why[:REASON].strip(),
        key=_KEY,
        replaces=version - 1,
        changes=changes_between(before, after),
    )
