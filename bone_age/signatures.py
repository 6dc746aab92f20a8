"""Ed25519 signatures (RFC 8032) with keys from PEM files, as `openssl genpkey` writes them.

A signature is the bare 64 bytes, so that OpenSSL makes and checks the same:
`openssl pkeyutl -sign -rawin`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from acquisition.ordinary_files import read_file
from bone_age.description_file import NAME
from bone_age.errors import KeyUnusable

SIGNATURE_BYTES: Final = 64
# Enough of a SHA-256 to tell keys apart by eye.
_FINGERPRINT_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key that this site trusts, called by its name and its fingerprint."""

    name: str
    key: Ed25519PublicKey

    def __str__(self) -> str:
        fingerprint = hashlib.sha256(self.key.public_bytes_raw()).hexdigest()
        return f"{self.name} ({fingerprint[:_FINGERPRINT_DIGITS]})"


def trusted_keys(folder: Path) -> tuple[TrustedKey, ...]:
    """Read every public key of a folder; without a folder nobody is trusted. Raises KeyUnusable."""
    if not folder.exists():
        return ()
    if not folder.is_dir():
        raise KeyUnusable(f"{folder} is no folder; public keys lie in a folder of this name.")
    return tuple(_trusted_key(path) for path in sorted(folder.iterdir()))


def _trusted_key(path: Path) -> TrustedKey:
    try:
        key = load_pem_public_key(read_file(path))
    except (OSError, ValueError, UnsupportedAlgorithm) as exc:
        raise KeyUnusable(
            f"{path} holds no public key in PEM; nothing but such keys lies there."
        ) from exc
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"The key in {path} is of another kind than ed25519.")
    if not NAME.fullmatch(path.stem):
        raise KeyUnusable(f"The name of the key {path} must be plain letters and digits.")
    return TrustedKey(path.stem, key)


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the private key that signs; raises KeyUnusable."""
    try:
        key = load_pem_private_key(read_file(path), password=None)
    except TypeError as exc:
        raise KeyUnusable(
            f"The key in {path} asks for a passphrase: sign with OpenSSL, as docs/models.md says."
        ) from exc
    except (OSError, ValueError, UnsupportedAlgorithm) as exc:
        raise KeyUnusable(f"{path} holds no private key in PEM.") from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"The private key in {path} is of another kind than ed25519.")
    return key


def signer_of(content: bytes, signature: bytes, keys: Sequence[TrustedKey]) -> TrustedKey | None:
    """Return the key that signed the content, or None where it was none of these."""
    return next((one for one in keys if _has_signed(one.key, content, signature)), None)


def _has_signed(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True
