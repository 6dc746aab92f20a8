"""What `boneage verify` says of a file, line by line."""

from datetime import datetime

from examination.report_states import Verified
from reports.digital_signature import DigitalSignature, digital_signatures, is_digitally_signed
from reports.errors import SigningNotInstalled
from reports.sign_off_part import SignOffState, history_rows, moment
from reports.wording import ENGLISH

# The names of the console are those of the page: until there are accounts nobody proves them.
AS_TYPED = ENGLISH.signer_as_typed
_KEPT_DAMAGED = (
    "The copy that the records kept is missing or was changed; keep this file and call service."
)
_SELF_SIGNED = "The key vouches for itself: that proves that the file is whole, not who signed it."
_OF_AN_ISSUER = (
    "Who the key belongs to was not asked of its issuer: this proves that the file is whole, no "
    "more."
)


def proof_in_words(pdf: bytes) -> list[str]:
    """Return what the digital signatures of a file prove, nothing for a file without one."""
    if not is_digitally_signed(pdf):
        return []
    try:
        return [line for each in digital_signatures(pdf) for line in _proof(each)]
    except SigningNotInstalled as missing:
        return [f"A digital signature is in the file and was not checked. {missing}"]


def _proof(signature: DigitalSignature) -> list[str]:
    if not signature.intact:
        return [f"Digital signature of {signature.name}: BROKEN, the file was changed since."]
    return [
        f"Digital signature of {signature.name}: whole, no byte was changed since.",
        _SELF_SIGNED if signature.self_signed else _OF_AN_ISSUER,
    ]


def verified_in_words(verified: Verified) -> list[str]:
    """Return state, version and history of a document, and what replaces it."""
    document = verified.document
    lines = [
        f"Report {document.report_id}, version {document.version}: {document.state}.",
        f"These are the recorded bytes (SHA-256 {document.sha256}), kept as {verified.kept_at}.",
        *([] if verified.is_kept_whole else [_KEPT_DAMAGED]),
        *map(_event_line, history_rows(verified.history, ENGLISH)),
        AS_TYPED,
    ]
    newest = verified.replaced_by
    if newest is None:
        return lines
    return [
        *lines,
        f"REPLACED: version {newest.version} of this report, {newest.state}, stands in its place "
        f"since {moment(_since(verified, newest.version))}; do not act on this file.",
    ]


def _event_line(cells: tuple[str, ...]) -> str:
    when, version, what, who, why = cells
    reason = f"; reason: {why}" if why else ""
    return f"  {when}  version {version}, by {who}: {what}{reason}"


def _since(verified: Verified, version: int) -> datetime:
    """Return when a version was signed first, or drafted where nobody has signed it."""
    of_this = [event for event in verified.history if event.version == version]
    released = [event for event in of_this if event.state is not SignOffState.DRAFT]
    return (released or of_this)[0].at
