"""What the records knew of a child's earlier visits, as a result holds it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from growth.child import Child
from growth.follow_up import earlier_visit_record
from growth.visits import EarlierVisit


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The visits that were found, and what a reader must know of them and of others."""

    visits: tuple[EarlierVisit, ...] = ()
    remarks: tuple[str, ...] = ()


def on_record_as_told(found: OnRecord, child: Child, on: date) -> dict[str, Any]:
    """Return a result's "on_record": what was found, and for whom and which day."""
    return {
        "of": looked_up_for(child, on),
        "visits": [earlier_visit_record(each) for each in found.visits],
        "remarks": list(found.remarks),
    }


def looked_up_for(child: Child, on: date) -> dict[str, str]:
    """Return by what visits on record are found and told to be of the same child."""
    return {
        "id": child.id,
        "name": child.name,
        "sex": child.sex.value,
        "birth_date": child.birth_date.isoformat(),
        "date": on.isoformat(),
    }
