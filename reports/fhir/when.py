"""Days and moments as FHIR takes them: a time of day only with its zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reports.figures import visit_day


def examined_at(visit: Mapping[str, Any]) -> str:
    """Return when the child was examined: to the second where that is known with its zone."""
    day = visit_day(visit).isoformat()
    is_exact = visit["started"][:10] == day and is_zoned(visit["started"])
    return str(visit["started"]) if is_exact else day


def moment_or_day(at: str) -> str:
    """Return a moment with its zone, else its day."""
    return at if is_zoned(at) else at[:10]


def is_zoned(at: str) -> bool:
    """Tell whether an ISO date and time says its zone. Raises ValueError."""
    return datetime.fromisoformat(at).tzinfo is not None


def period(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return from when to when a change was, nothing where that is not known."""
    if said.get("from") is None or said.get("to") is None:
        return {}
    return {"effectivePeriod": {"start": said["from"], "end": said["to"]}}
