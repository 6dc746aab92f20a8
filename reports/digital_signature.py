"""The digital signature of a report (PAdES) with a clinic's own key, and what one proves.

pyHanko is loaded only here and only when it is needed: it comes with the extra `sign`.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from reports.errors import KeyUnusable, SigningNotInstalled
from reports.glyphs import shown

_FIELD: Final = "Clinic"
# ISO 32000-1, 12.8.1: what the bytes of every signed PDF have.
_SIGNED: Final = b"/ByteRange"
_PEM: Final = b"-----BEGIN"
# NIST SP 800-131A rev. 2 (2019): RSA below 2048 bits is disallowed; FIPS 186-5: the curves.
_LEAST_RSA_BITS: Final = 2048
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
# RFC 5280, ub-common-name.
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class ClinicKey:
    """A clinic's private key with its certificates, the clinic's own first."""

    private_key: Any = field(repr=False)
    certificates: tuple[x509.Certificate, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """Return whom the certificate names, with the start of its fingerprint."""
        return _name_of(self.certificates[0])

    def sign(self, pdf: bytes) -> bytes:
        """Return the PDF with a certifying signature that allows no change after it.

        Raises SigningNotInstalled or KeyUnusable.
        """
        try:
            return _signed(self, pdf)
        except ImportError as exc:
            raise _not_installed() from exc


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """What a digital signature in a file proves.

    `intact` is whether no byte of the file was changed since; `self_signed` whether the key vouches
    for itself. Whom the certificate names (`name`) was not checked with anybody.
    """

    name: str
    intact: bool
    self_signed: bool


def needs_passphrase(key_file: bytes) -> bool:
    """Tell whether nothing can be done with a key file without its passphrase."""
    try:
        load_key(key_file, "")
    except KeyUnusable:
        return b"ENCRYPTED" in key_file or not key_file.startswith(_PEM)
    return False


def load_key(key_file: bytes, passphrase: str) -> ClinicKey:
    """Return the key of a PKCS#12 file, or of a PEM file that holds key and certificate.

    Raises KeyUnusable.
    """
    try:
        key = (_from_pem if _PEM in key_file else _from_pkcs12)(key_file, passphrase.encode())
    except (TypeError, ValueError) as exc:
        raise KeyUnusable(
            "The key cannot be read; it must be PKCS#12 or PEM with key and certificate, and the "
            "passphrase must be its own."
        ) from exc
    _check_belongs_together(key)
    _check_readers_take(key)
    return key


def _from_pem(key_file: bytes, passphrase: bytes) -> ClinicKey:
    is_encrypted = b"ENCRYPTED" in key_file
    key = load_pem_private_key(key_file, passphrase if is_encrypted else None)
    return ClinicKey(key, tuple(x509.load_pem_x509_certificates(key_file)))


def _from_pkcs12(key_file: bytes, passphrase: bytes) -> ClinicKey:
    key, own, others = pkcs12.load_key_and_certificates(key_file, passphrase or None)
    if key is None or own is None:
        raise ValueError("there is no key, or no certificate")
    return ClinicKey(key, (own, *others))


def _check_belongs_together(key: ClinicKey) -> None:
    own = key.certificates[0]
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.private_key.public_key().public_bytes(*spki) != own.public_key().public_bytes(*spki):
        raise KeyUnusable("The key is not that of the certificate that stands first in its file.")


def _check_readers_take(key: ClinicKey) -> None:
    """Refuse a key that PDF readers distrust, and a certificate that names nobody."""
    private, name = key.private_key, key.certificates[0].subject
    is_strong = (
        isinstance(private, rsa.RSAPrivateKey) and private.key_size >= _LEAST_RSA_BITS
    ) or (isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES)
    if not is_strong:
        raise KeyUnusable(
            "The key is too weak, or of a kind that PDF readers do not take: it must be RSA of "
            f"{_LEAST_RSA_BITS} bits or more, or of the curve P-256, P-384 or P-521."
        )
    if not name.get_attributes_for_oid(NameOID.COMMON_NAME):
        raise KeyUnusable("The key's certificate names nobody; it needs a common name (CN).")


def check_valid_at(key: ClinicKey, at: datetime) -> None:
    """Refuse a key whose certificate is not valid at a moment. Raises KeyUnusable."""
    own = key.certificates[0]
    begins, ends = own.not_valid_before_utc, own.not_valid_after_utc
    if not begins <= at.astimezone(UTC) <= ends:
        raise KeyUnusable(f"The key's certificate is valid from {begins:%F} to {ends:%F} only.")


def _signed(key: ClinicKey, pdf: bytes) -> bytes:
    from pyhanko.sign.general import SigningError

    try:
        return _written(key, pdf)
    except (SigningError, LookupError, ValueError) as exc:
        raise KeyUnusable(f"Nothing can be signed with this key: {exc}.") from exc


def _written(key: ClinicKey, pdf: bytes) -> bytes:
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    ours = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in key.certificates]
    registry: Any = SimpleCertificateStore  # its methods have no types
    der = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(ours[0], keys.PrivateKeyInfo.load(der), registry.from_certs(ours))
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    written = PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return bytes(written.getvalue())


def is_digitally_signed(pdf: bytes) -> bool:
    """Tell whether a file holds a digital signature, without judging it."""
    return _SIGNED in pdf


def digital_signatures(pdf: bytes) -> tuple[DigitalSignature, ...]:
    """Return what the digital signatures of a file prove. Raises SigningNotInstalled.

    A file that is too damaged to find them holds one that is not intact.
    """
    try:
        return _judged(pdf)
    except ImportError as exc:
        raise _not_installed() from exc


def _judged(pdf: bytes) -> tuple[DigitalSignature, ...]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import ValueErrorWithMessage
    from pyhanko.sign.validation.errors import SignatureValidationError

    unreadable = (PdfError, ValueErrorWithMessage, SignatureValidationError, ValueError, KeyError)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it has to say, we say
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return tuple(_judge(each) for each in found) or (_DAMAGED,)
    except (*unreadable, TypeError, AttributeError, IndexError, OSError):
        return (_DAMAGED,)


def _judge(signature: Any) -> DigitalSignature:
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    # Nobody is asked over a network, and nobody is trusted: only integrity is judged.
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, nobody)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    own = x509.load_der_x509_certificate(signature.signer_cert.dump())
    is_own = own.subject == own.issuer
    return DigitalSignature(_name_of(own), bool(status.intact and status.valid and whole), is_own)


_DAMAGED: Final = DigitalSignature("nobody who could be read", intact=False, self_signed=False)


def _name_of(certificate: x509.Certificate) -> str:
    """Return a name as every report can print it, and the fingerprint."""
    said = shown(_common_name(certificate.subject)[:_LONGEST_NAME])
    return f"{said} (SHA-256 {_fingerprint(certificate)[:16]})"


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _not_installed() -> SigningNotInstalled:
    return SigningNotInstalled(
        "Digital signatures need the extra `sign`: pip install 'boneage-dr[sign]'."
    )
