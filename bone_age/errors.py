"""What can keep a bone age from being read.

BoneAgeError
├── ModelMissing     E-MOD-1   no reading model is installed
└── ModelCorrupt     E-MOD-2   a file of the model is not the one that was released
"""

from typing import ClassVar


class BoneAgeError(Exception):
    """Anything that keeps a bone age from being read."""

    code: ClassVar[str] = "E-MOD-0"


class ModelMissing(BoneAgeError):
    """No reading model is installed."""

    code = "E-MOD-1"


class ModelCorrupt(BoneAgeError):
    """A file of the model is not the one that was released."""

    code = "E-MOD-2"
