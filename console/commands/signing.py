"""Commands for the states of a report: print its draft, sign it, amend it, verify a file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from acquisition.ordinary_files import read_file
from console.asking import ask_secret, somebody_is_there
from console.assemble import open_reports, open_site
from console.commands.options import LanguageOption, PaperOption, now
from console.errors import ReportUnreadable
from console.report_telling import AS_TYPED, proof_in_words, verified_in_words
from console.reprint import Layout, print_extract, print_report, read_corrected
from console.settings import Settings, read_settings, with_language
from examination.deliver import FILES, REPORT
from examination.report_states import (
    check_may_be_replaced,
    history_of,
    newest_released,
    recorded,
)
from examination.report_states import (
    verify as verify_report,
)
from examination.sign_off import Signer
from examination.sign_off import amend as amend_report
from examination.sign_off import sign as sign_report
from records.files import check_storable, write_atomically
from records.reports import KeptReport, Reports
from reports.digital_signature import ClinicKey, load_key, needs_passphrase
from reports.errors import WRONG_SHAPE
from reports.fhir.bundle import fhir_bundle
from reports.pdf import Part
from reports.sign_off_part import SignOff, SignOffState

# Our choice: a hundred times a report with its pictures.
_LARGEST_REPORT_BYTES = 200_000_000

Pdf = Annotated[Path, typer.Argument(metavar="REPORT.pdf", help="a report of this site")]
SignerName = Annotated[str, typer.Option("--signer", help="who signs; printed as typed")]
Key = Annotated[
    Path | None,
    typer.Option(help="the clinic's key, PKCS#12 or PEM: adds a digital signature (PAdES)"),
]
Fhir = Annotated[
    Path | None, typer.Option(help="write the same content as a FHIR R4 Bundle (JSON), too")
]


def report(
    result: Annotated[Path, typer.Argument(help="a visit's result.json, its picture beside it")],
    out: Annotated[Path, typer.Option(help="the PDF")],
    language: LanguageOption = None,
    paper: PaperOption = None,
    part: Annotated[
        Part, typer.Option(help="everything, or an extract: the pages of one reader")
    ] = Part.ALL,
    fhir: Fhir = None,
) -> None:
    """Print the draft of a visit's report again; the same result gives the same bytes."""
    _refuse_files_of_the_visit(result, (out, fhir))
    _check_targets(out, fhir)
    settings = with_language(read_settings(), language)
    layout = Layout(settings.language, settings.paper if paper is None else paper.value)
    if part is not Part.ALL and fhir is not None:
        raise typer.BadParameter("--fhir goes with the whole report, not with a part of it")
    with open_site(settings) as (reports, site):
        if out.exists():
            check_may_be_replaced(reports, _read(out))
        if part is not Part.ALL:
            write_atomically(out, print_extract(reports, result, layout, site, part))
            typer.echo(out)
            return
        kept = print_report(reports, result, layout, site, now())
        _check_bundle_of(kept.report_id, fhir, (SignOffState.DRAFT,))
        _hand_out(reports, kept, out, fhir)
        _tell_of_released(newest_released(reports, kept.report_id))


def _refuse_files_of_the_visit(result: Path, written: Sequence[Path | None]) -> None:
    beside = [result.parent / name for name in FILES.values() if name != REPORT]
    of_the_visit = [kept.resolve() for kept in (result, *beside)]
    for path in written:
        if path is not None and path.resolve() in of_the_visit:
            raise typer.BadParameter(f"{path} is a file of the visit and stays as it is")


def _tell_of_released(newest: KeptReport | None) -> None:
    if newest is not None:
        told = f"version {newest.version} of this report is {newest.state}"
        typer.echo(f"This is a draft; {told}.", err=True)


def sign(pdf: Pdf, signer: SignerName, key: Key = None, fhir: Fhir = None) -> None:
    """Sign a draft: REPORT.pdf becomes the signed report; the draft stays in the records."""
    draft = _read(pdf)
    _check_targets(pdf, fhir)
    settings = read_settings()
    clinic = _open_key(settings, key)
    with open_reports(settings) as reports:
        if fhir is not None:
            found = recorded(reports, draft)
            _check_bundle_of(found.report_id, fhir)
            fhir_bundle(found.result)
        kept = sign_report(reports, draft, Signer(signer, now(), clinic))
        _hand_out(reports, kept, pdf, fhir)
    typer.echo(AS_TYPED)


def amend(
    pdf: Pdf,
    result: Annotated[Path, typer.Option(help="the corrected result.json")],
    signer: SignerName,
    reason: Annotated[str, typer.Option(help="why; it stands on page one")],
    out: Annotated[Path, typer.Option(help="a new file, or REPORT.pdf itself")],
    key: Key = None,
    fhir: Fhir = None,
) -> None:
    """Amend a signed report: a next version that names what changed, who, when and why."""
    _check_targets(out, fhir)
    if out.exists() and not (pdf.exists() and out.samefile(pdf)):
        raise typer.BadParameter("--out exists and is not the report; nothing is overwritten")
    settings = read_settings()
    clinic = _open_key(settings, key)
    with open_site(settings) as (reports, site):
        content, corrected = _read(pdf), read_corrected(result, site)
        if fhir is not None:
            _check_bundle_of(recorded(reports, content).report_id, fhir)
            fhir_bundle(corrected.result)
        made = amend_report(reports, content, corrected, Signer(signer, now(), clinic), reason)
        _hand_out(reports, made, out, fhir)
    typer.echo(AS_TYPED)


def _check_targets(out: Path, fhir: Path | None) -> None:
    """Find out before anything is signed whether both files can be written.

    Raises FileNotStored or BadParameter.
    """
    check_storable(out)
    if fhir is None:
        return
    check_storable(fhir)
    if fhir.resolve() == out.resolve():
        raise typer.BadParameter("--fhir and the report must be two files")


def _check_bundle_of(
    report_id: str, fhir: Path | None, states: Sequence[SignOffState] = tuple(SignOffState)
) -> None:
    """Refuse to write over a file that is no earlier Bundle of this report in one of the states."""
    if fhir is None or not fhir.exists():
        return
    try:
        named = json.loads(_read(fhir))["identifier"]["value"]
    except WRONG_SHAPE:
        named = ""
    known, _, state = str(named).rpartition("/")
    if known.rpartition("/")[0] != report_id or state not in states:
        raise typer.BadParameter(
            f"{fhir} exists and is no earlier Bundle of this report; nothing is overwritten"
        )


def verify(pdf: Pdf) -> None:
    """Say what a file is: its state and history, whether it is whole, and what replaces it."""
    content = _read(pdf)
    for line in proof_in_words(content):
        typer.echo(line)
    with open_reports(read_settings()) as reports:
        for line in verified_in_words(verify_report(reports, content)):
            typer.echo(line)


def _hand_out(reports: Reports, kept: KeptReport, out: Path, fhir: Path | None) -> None:
    """Write a document of the records to where a person wants it."""
    pdf = reports.content(kept.files["report"])
    if fhir is not None:
        events = tuple(
            event for event in history_of(reports, kept.report_id) if event.version <= kept.version
        )
        sign_off = SignOff(kept.report_id, kept.version, SignOffState(kept.state), events)
        bundle = fhir_bundle(kept.result, sign_off, pdf)
        text = json.dumps(bundle, indent=1, ensure_ascii=False) + "\n"
        write_atomically(fhir, text.encode())
    write_atomically(out, pdf)
    typer.echo(out)


def _read(pdf: Path) -> bytes:
    try:
        return read_file(pdf, _LARGEST_REPORT_BYTES)
    except OSError as exc:
        raise ReportUnreadable(f"The report {pdf} cannot be read: {exc.strerror}.") from exc


def _open_key(settings: Settings, path: Path | None) -> ClinicKey | None:
    if path is None:
        return None
    try:
        key_file = read_file(path)
    except OSError as exc:
        raise ReportUnreadable(f"The key {path} cannot be read: {exc.strerror}.") from exc
    passphrase = settings.signing_passphrase.get_secret_value()
    if not passphrase and needs_passphrase(key_file) and somebody_is_there():
        passphrase = ask_secret("Passphrase of the key")
    return load_key(key_file, passphrase)
