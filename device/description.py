"""The panel's own description of its features, found through its manifest.

Sources: GenICam GenCP 1.3.1 (manifest), GenApi (XML).
"""

import hashlib
import io
import lzma
import zipfile
import zlib

from device.errors import DescriptionInvalid
from device.gencp import registers
from device.gencp.registers import FileFormat, ManifestEntry
from device.gencp.session import Session

# Far above any real description; a damaged manifest must not make us read for hours.
LARGEST_STORED = 4 << 20
LARGEST_XML = 32 << 20
LARGEST_MANIFEST = 64


def fetch_description(session: Session) -> str:
    """Read the panel's GenICam XML. Raises DescriptionInvalid or as Session.read."""
    entry = _newest_xml(session)
    stored = session.read(entry.address, entry.size)
    if entry.sha1 is not None and hashlib.sha1(stored).digest() != entry.sha1:
        raise DescriptionInvalid("its SHA-1 differs from the manifest's")
    xml = unzip(stored) if entry.file_format == FileFormat.ZIP else stored
    try:
        return xml.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DescriptionInvalid("it is not UTF-8 text") from error


def unzip(stored: bytes) -> bytes:
    """Give the first .xml file of a ZIP archive. Raises DescriptionInvalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            entry = next(e for e in archive.infolist() if e.filename.lower().endswith(".xml"))
            if entry.file_size > LARGEST_XML:
                raise DescriptionInvalid(f"it would unpack to {entry.file_size} bytes")
            return archive.read(entry)
    except StopIteration as error:
        raise DescriptionInvalid("the archive holds no XML") from error
    except (
        lzma.LZMAError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DescriptionInvalid(f"the archive is damaged: {error}") from error
    except (OSError, ValueError) as error:
        raise DescriptionInvalid(f"the archive cannot be read: {error}") from error


def _newest_xml(session: Session) -> ManifestEntry:
    start = session.read_integer(registers.MANIFEST_ADDRESS)
    count = session.unpack(session.read(start, registers.MANIFEST_COUNT_SIZE))
    if not 0 < count <= LARGEST_MANIFEST:
        raise DescriptionInvalid(f"the manifest announces {count} files")
    first = start + registers.MANIFEST_COUNT_SIZE
    content = session.read(first, count * registers.MANIFEST_ENTRY_SIZE)
    entries = [
        registers.decode_manifest_entry(content[at:], session.order)
        for at in range(0, len(content), registers.MANIFEST_ENTRY_SIZE)
    ]
    usable = [entry for entry in entries if _usable(entry)]
    if not usable:
        raise DescriptionInvalid("the manifest names no description that can be read")
    return max(usable, key=lambda entry: entry.version)


def _usable(entry: ManifestEntry) -> bool:
    known = entry.file_format in (FileFormat.PLAIN, FileFormat.ZIP)
    return entry.file_type == registers.DEVICE_XML and known and 0 < entry.size <= LARGEST_STORED
