import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from bone_age.reading import BoneAgeReading, ModelIdentity, Sex, Trust
from device.technique import HAND_PRESET
from examination.examination import Ordered, State
from examination.growth_again import growth_again
from examination.on_record import OnRecord
from examination.order import Order
from examination.result import reading_record
from examination.run import run_visit
from examination.visits_on_record import earlier_on_record, in_course, this_visit
from growth.child import Child
from growth.judgement import Customs
from growth.references import Position, Reference
from growth.visit_rules import read_rules
from growth.visits import EarlierVisit
from records.database import Database
from records.examinations import Visit, Visits
from records.reports import KeptReport, ReportEvent, Reports
from reports.sign_off_part import SignOffState

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
GIRL = Child("P-1", "Li Hua", Sex.FEMALE, date(2017, 3, 14), 134.0, 29.0)
ORDER = Order(GIRL, HAND_PRESET, NOW.date(), height_position=Position.STANDING)
MODEL = ModelIdentity("hand", "2.2", "f8cba09e" * 8, "0" * 64, Trust.UNSIGNED, None)
READING = BoneAgeReading(108.4, (95.2, 121.6), 0.9, (), "GP style, by nets", MODEL)
SAME_METHOD = "GP style, by nets, hand 2.2 (f8cba09e)"


class OnFile(NamedTuple):
    """The records of a site."""

    visits: Visits
    reports: Reports
    database: Database


def result_of(day="2025-11-27", visit_id="before", **reading):
    return {
        "visit": {"id": visit_id, "date": day},
        "patient": {
            "id": "P-1",
            "name": "Li Hua",
            "sex": "F",
            "birth_date": "2017-03-14",
            "height_cm": 128.0,
            "weight_kg": 26.0,
        },
        "reading": {
            "bone_age_months": 96.0,
            "interval_months": [84.0, 108.0],
            "refused": False,
            "doubts": [],
            "method": "GP style, by nets",
            "model": {"name": "hand", "version": "2.2", "sha256": MODEL.sha256},
            "local_calibration": None,
        }
        | reading,
        "growth": {"position": "standing"},
    }


@pytest.fixture
def site(tmp_path):
    """A site with records; `keep` puts a finished visit of a girl there."""
    with closing(Database(tmp_path / "records.db")) as database:
        records = OnFile(Visits(database), Reports(database, tmp_path / "reports"), database)

        def keep(result, child=GIRL, state=State.FINISHED):
            visit_id = result["visit"]["id"]
            folder = tmp_path / visit_id
            folder.mkdir(exist_ok=True)
            (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
            day = date.fromisoformat(result["visit"]["date"])
            order = replace(ORDER, child=child, visit_date=day).as_record()
            records.visits.add(Visit(visit_id, folder, NOW, None, state.value, order, None))
            return folder

        yield records, keep


def found(records, order=ORDER):
    this = Ordered("now", NOW, folder=None, order=order)
    order = this.order
    return earlier_on_record(records.visits, records.reports, order.child, order.visit_date)


def release(records, result, version=2, state=SignOffState.AMENDED):
    """Put a signed version of a visit's report on record."""
    visit_id = result["visit"]["id"]
    pdf = f"{version}".zfill(64)
    kept = KeptReport(visit_id, version, state.value, "en", "a4", pdf, NOW, result, {})
    records.reports.add(kept, ReportEvent(visit_id, NOW, state.value, {}))


def test_a_visit_on_record_is_an_earlier_visit(site):
    records, keep = site
    keep(result_of())
    assert found(records).visits == (
        EarlierVisit(
            date(2025, 11, 27), 128.0, Position.STANDING, 26.0, 96.0, (84.0, 108.0), SAME_METHOD
        ),
    )
    assert found(records).remarks == ()


def test_a_refused_reading_leaves_the_sizes(site):
    records, keep = site
    keep(result_of(bone_age_months=None, interval_months=None, refused=True))
    (visit,) = found(records).visits
    assert visit == EarlierVisit(date(2025, 11, 27), 128.0, Position.STANDING, 26.0)


@pytest.mark.parametrize(
    "other",
    [replace(GIRL, sex=Sex.MALE), replace(GIRL, birth_date=date(2017, 4, 13))],
)
def test_another_child_of_the_same_number_is_named_and_not_used(site, other):
    records, keep = site
    keep(result_of(), child=other)
    assert found(records).visits == ()
    assert found(records).remarks == (
        "The visit of 2025-11-27 on record was not used: it has this patient number, but another "
        "sex or birth date.",
    )


def test_another_name_is_said_beside_the_visit_that_is_used(site):
    records, keep = site
    keep(result_of() | {"patient": result_of()["patient"] | {"name": "Li Na"}})
    assert len(found(records).visits) == 1
    assert found(records).remarks == (
        "The visit of 2025-11-27 has another name; check that it is the same child.",
    )


def test_a_doubt_of_then_stands_beside_the_course_of_today(site):
    records, keep = site
    keep(result_of(doubts=["Metal lies on the hand."]))
    assert found(records).remarks == (
        "The bone age of 2025-11-27 was doubtful: Metal lies on the hand.",
    )


def of_patient(**told):
    return result_of() | {"patient": result_of()["patient"] | told}


def test_a_height_that_was_amended_is_the_height_of_that_visit(site):
    records, keep = site
    keep(result_of())
    release(records, of_patient(height_cm=126.0))
    assert [visit.height_cm for visit in found(records).visits] == [126.0]
    assert found(records).remarks == (
        "The figures of the visit of 2025-11-27 are those of version 2 of its report.",
    )


def test_a_visit_that_was_signed_as_it_was_needs_no_remark(site):
    records, keep = site
    keep(result_of())
    release(records, result_of(), 1, SignOffState.SIGNED)
    release(records, of_patient(height_cm=126.0), 2, SignOffState.DRAFT)
    assert [visit.height_cm for visit in found(records).visits] == [128.0]
    assert found(records).remarks == ()


def test_a_birth_date_that_was_amended_makes_it_a_visit_of_this_child(site):
    records, keep = site
    keep(result_of(), child=replace(GIRL, birth_date=date(2017, 4, 13)))
    release(records, result_of())
    assert len(found(records).visits) == 1


@pytest.mark.parametrize(
    ("told", "count"), [({"birth_date": "2017-04-13"}, 1), ({"sex": "M"}, 1), ({"id": "P-2"}, 0)]
)
def test_a_visit_that_was_amended_to_be_of_another_child_is_not_used(site, told, count):
    records, keep = site
    keep(result_of())
    release(records, of_patient(**told))
    assert found(records).visits == ()
    assert len(found(records).remarks) == count


OTHER = replace(GIRL, id="P-2", name="Li Na")


def test_a_visit_whose_patient_number_was_corrected_is_in_the_course_of_the_right_child(site):
    records, keep = site
    keep(of_patient(id="P-2", name="Li Na"), child=OTHER)
    release(records, of_patient(id="P-2", name="Li Na"), 1, SignOffState.SIGNED)
    release(records, result_of())
    assert [visit.height_cm for visit in found(records).visits] == [128.0]
    assert found(records).remarks == (
        "The visit of 2025-11-27 was ordered under another patient number; its report was "
        "corrected to this one.",
        "The figures of the visit of 2025-11-27 are those of version 2 of its report.",
    )
    assert found(records, replace(ORDER, child=OTHER)) == OnRecord()


def test_a_corrected_number_that_nobody_signed_or_that_was_corrected_back_counts_for_nothing(site):
    records, keep = site
    wrong = of_patient(id="P-2", name="Li Na")
    keep(wrong, child=OTHER)
    release(records, result_of(), 1, SignOffState.DRAFT)
    assert found(records) == OnRecord()
    release(records, result_of(), 2, SignOffState.SIGNED)
    assert len(found(records).visits) == 1
    release(records, wrong, 3)
    assert found(records) == OnRecord()
    assert len(found(records, replace(ORDER, child=OTHER)).visits) == 1


def test_a_corrected_number_does_not_make_it_a_visit_of_a_child_of_another_birth_date(site):
    records, keep = site
    keep(of_patient(id="P-2"), child=OTHER)
    release(records, of_patient(birth_date="2017-04-13"))
    assert found(records).visits == ()
    assert "another sex or birth date" in found(records).remarks[0]


def test_a_report_that_is_no_json_any_more_ends_no_search(site):
    records, keep = site
    keep(of_patient(id="P-2"), child=OTHER)
    keep(result_of("2024-11-27", "mine"))
    release(records, of_patient(id="P-2"), 1, SignOffState.SIGNED)
    with records.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE reports SET result = '{'")
    assert [visit.date.year for visit in found(records).visits] == [2024]


def test_a_report_whose_history_was_altered_is_named_and_not_used(site):
    records, keep = site
    keep(result_of())
    release(records, result_of(), 1, SignOffState.SIGNED)
    with records.database.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE reports SET result = replace(result, '128.0', '138.0')"
        )
    assert found(records).visits == ()
    assert "missing or damaged" in found(records).remarks[0]


DAMAGES = {
    "no file": None,
    "no JSON": b"{",
    "another visit": json.dumps(result_of(visit_id="another")).encode(),
    "another birth date": json.dumps(result_of()).replace("2017-03-14", "2017-04-13").encode(),
    "no reading": json.dumps(result_of() | {"reading": None}).encode(),
    "a height in metres": json.dumps(result_of()).replace("128.0", "1.28").encode(),
    "a list": b"[]",
    "no end": b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_result_is_named_and_hides_no_other(site, damage):
    records, keep = site
    keep(result_of("2024-11-27", "older"))
    path = keep(result_of()) / "result.json"
    path.unlink()
    if DAMAGES[damage] is not None:
        path.write_bytes(DAMAGES[damage])
    assert [visit.date.year for visit in found(records).visits] == [2024]
    assert found(records).remarks == (
        "The visit of 2025-11-27 on record was not used: its result is missing or damaged.",
    )


def test_visits_of_today_or_later_and_unfinished_ones_are_no_earlier_visits(site):
    records, keep = site
    keep(result_of("2026-11-27", "today"))
    keep(result_of("2027-01-01", "later"))
    keep(result_of("2025-01-01", "failed"), state=State.FAILED)
    assert (found(records).visits, found(records).remarks) == ((), ())


def test_a_visit_whose_folder_was_given_away_is_no_earlier_visit(site):
    records, keep = site
    records.visits.let_go(keep(result_of()))
    assert (found(records).visits, found(records).remarks) == ((), ())


def test_visits_on_record_stand_by_date_among_those_that_were_told():
    told = [EarlierVisit(date(year, 5, 2), 100.0) for year in (2024, 2026)]
    course = in_course(told, [EarlierVisit(date(2025, 11, 27), 106.0)])
    assert [visit.date.year for visit in course] == [2024, 2025, 2026]


def test_what_was_read_today_names_its_method_as_a_visit_on_record_does():
    today = this_visit(ORDER.child, ORDER.visit_date, None, reading_record(READING))
    assert today.bone_age_method == SAME_METHOD
    assert (today.height_cm, today.bone_age_months) == (134.0, 108.4)


def test_a_second_visit_tells_what_has_changed_since_the_first(stage, tmp_path):
    """Two whole visits a year apart; the second finds the first by itself."""
    room = replace(stage.room, customs=Customs(Reference.WHO, read_rules()))
    children = (replace(GIRL, height_cm=128.0), GIRL)
    for number, child in enumerate(children):
        day = date(2025 + number, 11, 23)
        order = replace(ORDER, child=child, visit_date=day)
        folder = tmp_path / f"visit-{number}"
        stage.press_hand_switch()
        run_visit(room, Ordered(f"v-{number}", NOW, folder, order))
        stage.simulated.press_hand_switch(0)
        stage.clock.sleep(30.0)  # the generator rests
    result = json.loads((folder / "result.json").read_text())
    growth = result["growth"]
    assert growth_again(result, room.customs) == growth
    assert growth["follow_up"]["velocity"]["cm_per_year"] == pytest.approx(6.0 * 365.25 / 365)
    assert growth["follow_up"]["bone_age_progress"]["exceeds"] is False
    assert growth["follow_up"]["remarks"] == []
    assert growth["next_visit"]["date"] == "2027-11-23"
