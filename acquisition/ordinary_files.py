"""Files that people name: read whole, and only where they are files of a sensible size."""

import errno
import os
import re
import stat
from pathlib import Path
from typing import Final

# Our choice: far above any settings, presets, patient or result; of a list 10 million characters
# are a hundred thousand images.
LARGEST_TEXT_BYTES: Final = 10_000_000
# Our choice: above any film, digitised at 50 um with 16 bits (1 GB would be 90 x 60 cm).
LARGEST_PICTURE_BYTES: Final = 1_000_000_000


def read_file(path: Path, at_most_bytes: int = LARGEST_TEXT_BYTES) -> bytes:
    """Return the content of a file; a pipe or a device would keep the caller waiting for ever.

    Raises OSError for what cannot be opened, is no ordinary file, or is larger than allowed, and
    ValueError for a name that no file has.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(at_most_bytes + 1)
    finally:
        os.close(descriptor)
    if len(content) > at_most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {at_most_bytes / 1e6:g} MB", str(path))
    return content


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Return the content of a file of text; raises OSError or ValueError, as `read_file`."""
    return read_file(path).decode(encoding)


def line_of_key(toml: str, number: int, key: str) -> int:
    """Return where a key of the table of this number stands in a file of [[tables]], from line 1.

    Number 0 is what is before them. A key that does not stand alone on a line is where its table
    begins.
    """
    seen, start = 0, 1
    for at, line in enumerate(toml.splitlines(), 1):
        if re.match(r"\s*\[\[", line):
            seen, start = seen + 1, at if seen + 1 == number else start
        elif seen == number and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return at
    return start
