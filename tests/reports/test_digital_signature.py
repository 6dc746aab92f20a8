from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from reports.content import report_content
from reports.digital_signature import (
    check_valid_at,
    digital_signatures,
    is_digitally_signed,
    load_key,
    needs_passphrase,
)
from reports.errors import KeyUnusable, SigningNotInstalled
from reports.pdf import render

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
PASSPHRASE = "open sesame"


def certificate(key, name="Clinic of the Left Hand"):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(True, True, *[False] * 7)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=36500))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def pem_of(key, encryption=NoEncryption(), name="Clinic of the Left Hand"):  # noqa: B008
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return private + certificate(key, name).public_bytes(Encoding.PEM)


def pkcs12_of(key, encryption=NoEncryption()):  # noqa: B008
    return pkcs12.serialize_key_and_certificates(b"clinic", key, certificate(key), None, encryption)


@pytest.fixture(scope="module")
def private():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def pdf(result, picture_png):
    return render(report_content(result(), picture_png))


@pytest.fixture
def signed(pdf, private):
    pytest.importorskip("pyhanko", reason="needs the extra `sign`")
    return load_key(pem_of(private), "").sign(pdf)


WEAK = {
    "RSA of 1024 bits": lambda: rsa.generate_private_key(65537, 1024),
    "another curve": lambda: ec.generate_private_key(ec.SECP256K1()),
}


@pytest.mark.parametrize("kind", WEAK)
def test_a_key_that_pdf_readers_distrust_is_refused(kind):
    with pytest.raises(KeyUnusable, match="RSA of 2048 bits or more"):
        load_key(pem_of(WEAK[kind]()), "")


def test_rsa_of_2048_bits_is_taken():
    assert load_key(pem_of(rsa.generate_private_key(65537, 2048)), "").name


def test_a_certificate_with_a_name_that_cannot_be_written_is_one_sentence(pdf, private):
    pytest.importorskip("pyhanko", reason="needs the extra `sign`")
    with pytest.raises(KeyUnusable, match="Nothing can be signed with this key"):
        load_key(pem_of(private, name="\U0001fae8"), "").sign(pdf)


LOCKED = BestAvailableEncryption(PASSPHRASE.encode())


@pytest.mark.parametrize("file_of", [pem_of, pkcs12_of])
@pytest.mark.parametrize(("encryption", "locked"), [(NoEncryption(), False), (LOCKED, True)])
def test_a_key_is_read_from_pem_and_pkcs12(private, file_of, encryption, locked):
    file = file_of(private, encryption)
    assert needs_passphrase(file) is locked
    key = load_key(file, PASSPHRASE if locked else "")
    assert key.name.startswith("Clinic of the Left Hand (SHA-256 ")


def test_a_name_in_a_certificate_that_cannot_be_printed_keeps_nobody_from_signing(private):
    key = load_key(pem_of(private, name="诊所\x84\U00020bb7"), "")
    assert key.name.startswith("诊所[U+0084][U+20BB7] (SHA-256 ")


@pytest.mark.parametrize("file_of", [pem_of, pkcs12_of])
def test_a_wrong_passphrase_is_one_clear_sentence(private, file_of):
    with pytest.raises(KeyUnusable, match="passphrase must be its own"):
        load_key(file_of(private, LOCKED), "shut")


@pytest.mark.parametrize("content", [b"", b"no key at all", b"-----BEGIN NOTHING-----\n"])
def test_what_is_no_key_is_refused(content):
    with pytest.raises(KeyUnusable):
        load_key(content, "")


def test_the_key_of_another_certificate_is_refused(private):
    other = ec.generate_private_key(ec.SECP256R1())
    alone = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeyUnusable, match="is not that of the certificate"):
        load_key(alone + certificate(other).public_bytes(Encoding.PEM), "")


def test_a_certificate_signs_only_while_it_is_valid(private):
    key = load_key(pem_of(private), "")
    check_valid_at(key, BEGINS + timedelta(days=1))
    with pytest.raises(KeyUnusable, match="from 2026-01-01"):
        check_valid_at(key, BEGINS - timedelta(days=1))


def test_a_signed_report_is_whole_and_its_key_vouches_for_itself(signed):
    (proof,) = digital_signatures(signed)
    assert proof.intact and proof.self_signed
    assert proof.name.startswith("Clinic of the Left Hand (SHA-256 ")


def test_the_signature_certifies_and_allows_no_change(signed):
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    (found,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert found.docmdp_level.name == "NO_CHANGES"
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


@pytest.mark.parametrize("place", [200, 5000, -60])
def test_a_changed_byte_breaks_it(signed, place):
    tampered = bytearray(signed)
    tampered[place] ^= 1
    assert not any(proof.intact for proof in digital_signatures(bytes(tampered)))


def test_what_is_added_behind_it_breaks_it(signed):
    from io import BytesIO

    import pypdf

    writer = pypdf.PdfWriter(BytesIO(signed), incremental=True)
    writer.add_blank_page()
    changed = BytesIO()
    writer.write(changed)
    assert changed.getvalue().startswith(signed)
    assert not any(proof.intact for proof in digital_signatures(changed.getvalue()))


def test_half_a_file_holds_nothing_whole(signed):
    assert not any(proof.intact for proof in digital_signatures(signed[: len(signed) // 2]))


def test_a_report_without_one_is_told_apart(pdf, signed):
    assert is_digitally_signed(signed) and not is_digitally_signed(pdf)


def test_without_the_package_one_sentence_says_what_to_install(pdf, private, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyhanko.sign.fields", None)
    monkeypatch.setitem(__import__("sys").modules, "pyhanko.pdf_utils.misc", None)
    with pytest.raises(SigningNotInstalled, match="extra `sign`"):
        load_key(pem_of(private), "").sign(pdf)
    with pytest.raises(SigningNotInstalled, match="extra `sign`"):
        digital_signatures(pdf)
