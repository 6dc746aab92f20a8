"""The evaluation of a reading model for physicians and auditors: A4, the verdict first.

It is made from the plain record alone, so that the same record gives the same bytes at any time.
"""

from collections.abc import Sequence
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from reports import typeset
from reports.evaluation_agreement import agreement_page
from reports.evaluation_bands import bands_page, labels_page
from reports.evaluation_sheet import Record, asked_in_words, measured_in_words, with_interval
from reports.evaluation_stress import doses_page, stress_pages
from reports.figures import years_and_months
from reports.inks import BOLD, INK, QUIET
from reports.sheet import BAD, GOOD, WIDTH, Head, render
from reports.wording import en_evaluation

_COLORS = {"met": GOOD, "met, interval reaches beyond": GOOD, "MISSED": BAD}


def render_evaluation(record: Record) -> bytes:
    """Return the PDF of one evaluation, as `console.evaluating` gives it."""
    head = Head(en_evaluation.TITLE, _running_head(record), "", en_evaluation.FOOTER)
    return render(head, record["model"]["sha256"], lambda: _parts(record))


def _parts(record: Record) -> Sequence[Sequence[Flowable]]:
    parts = (
        [*_verdict(record), *_judgements(record), *_facts(record)],
        agreement_page(record),
        bands_page(record),
        labels_page(record),
        *stress_pages(record),
        doses_page(record),
    )
    return [part for part in parts if part]


def _running_head(record: Record) -> str:
    model, made = record["model"], datetime.fromisoformat(record["made"])
    return f"{model['name']} {model['version']} · {made:%Y-%m-%d %H:%M}"


def _verdict(record: Record) -> list[Flowable]:
    outcomes = [each["outcome"] for each in record["verdicts"]]
    judged = sum(outcome in _COLORS for outcome in outcomes)
    missed = outcomes.count("MISSED")
    if not judged:
        said, color = en_evaluation.NONE_JUDGED, INK
    elif missed:
        said, color = en_evaluation.SOME_MISSED.format(missed=missed, judged=judged), BAD
    else:
        said, color = en_evaluation.ALL_MET.format(judged=judged), GOOD
    return [typeset.styled(said, BOLD, 14, 20, color), typeset.text(_counts(record))]


def _counts(record: Record) -> str:
    found, cases = record["evaluation"], record["cases"]
    labels = [case["labelled_months"] for case in cases]
    girls = sum(case["sex"] == "F" for case in cases)
    return en_evaluation.COUNTS.format(
        n=found["n"],
        read=found["n"] - found["refused"],
        refused=found["refused"],
        share=with_interval(found["refused_share"], "share"),
        girls=girls,
        boys=len(cases) - girls,
        youngest=years_and_months(min(labels)),
        oldest=years_and_months(max(labels)),
    )


def _judgements(record: Record) -> list[Flowable]:
    rows: typeset.Rows = [[typeset.label(each) for each in en_evaluation.VERDICT_HEADINGS]]
    rows += [_judgement(each) for each in record["verdicts"]]
    widths = [58 * mm, 32 * mm, 50 * mm, 13 * mm]
    return [
        Spacer(0, 2 * mm),
        typeset.ruled(rows, [*widths, WIDTH - sum(widths)]),
        Spacer(0, 1.5 * mm),
        typeset.note(en_evaluation.VERDICT_NOTE),
        Spacer(0, 1 * mm),
        typeset.note(en_evaluation.LABELS_NOTE),
    ]


def _judgement(judged: Record) -> list[Flowable | str]:
    outcome, n = judged["outcome"], str(judged["n"])
    word, color = en_evaluation.OUTCOMES[outcome], _COLORS.get(outcome, QUIET)
    cells = (judged["name"], asked_in_words(judged), measured_in_words(judged), n)
    return [*map(typeset.text, cells), typeset.styled(word, BOLD, 8.5, 11, color)]


def _facts(record: Record) -> list[Flowable]:
    made = datetime.fromisoformat(record["made"]).strftime("%Y-%m-%d %H:%M %Z").strip()
    known = {**record, **record["model"], "n": record["evaluation"]["n"], "made": made}
    rows: typeset.Rows = [
        [typeset.label(name), typeset.remark(form.format(**known))]
        for name, form in en_evaluation.FACTS
    ]
    return [
        typeset.heading(en_evaluation.WHAT),
        typeset.ruled(rows, [36 * mm, WIDTH - 36 * mm]),
    ]
