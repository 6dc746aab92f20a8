"""What can keep a bone age from being read, or a reading model from being installed.

BoneAgeError
├── ModelMissing       E-MOD-1   no reading model is installed
├── ModelCorrupt       E-MOD-2   a file of the model is not the one that was released
├── PackageUnreadable  E-MOD-3   what the package says about itself cannot be
├── PackageIsLater     E-MOD-4   the package was made for a later version of this software
├── ModelUntrusted     E-MOD-5   nobody whom this site trusts answers for the model
├── KeyUnusable        E-MOD-6   a key cannot be read
├── NetUnusable        E-MOD-7   the net does not run, or not as the package says
├── NotInstalled       E-MOD-8   the package could not be put in its place
└── LocalCalibrationError        a site's own calibration of the reading
    ├── LocalCalibrationMissing    E-SITE-1  no local calibration is installed
    ├── LocalCalibrationUntrusted  E-SITE-2  it was changed, or no key of this site has signed it
    ├── OfAnotherModel             E-SITE-3  it was fitted with another reading model
    ├── NotWorthLocking            E-SITE-4  it would not pay, or cannot be right
    └── LocalCalibrationNotInstalled  E-SITE-5  it could not be put in its place, or taken away
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


class PackageUnreadable(BoneAgeError):
    """What the package says about itself cannot be."""

    code = "E-MOD-3"


class PackageIsLater(BoneAgeError):
    """The package was made for a later version of this software."""

    code = "E-MOD-4"


class ModelUntrusted(BoneAgeError):
    """Nobody whom this site trusts answers for the model."""

    code = "E-MOD-5"


class KeyUnusable(BoneAgeError):
    """A key cannot be read."""

    code = "E-MOD-6"


class NetUnusable(BoneAgeError):
    """The net does not run, or not as the package says."""

    code = "E-MOD-7"


class NotInstalled(BoneAgeError):
    """The package could not be put in its place."""

    code = "E-MOD-8"


class LocalCalibrationError(BoneAgeError):
    """A site's own calibration of the reading."""

    code = "E-SITE-0"


class LocalCalibrationMissing(LocalCalibrationError):
    """No local calibration is installed."""

    code = "E-SITE-1"


class LocalCalibrationUntrusted(LocalCalibrationError):
    """The local calibration was changed, or no key of this site has signed it."""

    code = "E-SITE-2"


class OfAnotherModel(LocalCalibrationError):
    """The local calibration was fitted with another reading model."""

    code = "E-SITE-3"


class NotWorthLocking(LocalCalibrationError):
    """The local calibration would not pay, or cannot be right."""

    code = "E-SITE-4"


class LocalCalibrationNotInstalled(LocalCalibrationError):
    """The local calibration could not be put in its place, or taken away."""

    code = "E-SITE-5"
