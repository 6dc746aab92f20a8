"""What the command line itself can stumble over.

ConsoleError
├── SettingWrong          E-CFG-1   a setting says something impossible
├── SimulatorNotStarted   E-CFG-2   the simulated device did not start
├── SimulatorRefused      E-CFG-3   the simulated device did not do what it was told
├── Stopped               E-CFG-4   somebody stopped the command
└── FileSystemRefused     E-CFG-5   a file or folder cannot be used
"""

from typing import ClassVar


class ConsoleError(Exception):
    """Anything that stops a command before it reaches the unit."""

    code: ClassVar[str] = "E-CFG-0"


class SettingWrong(ConsoleError):
    """A setting says something impossible."""

    code = "E-CFG-1"


class SimulatorNotStarted(ConsoleError):
    """The simulated device did not start."""

    code = "E-CFG-2"


class SimulatorRefused(ConsoleError):
    """The simulated device did not do what it was told."""

    code = "E-CFG-3"


class Stopped(ConsoleError):
    """Somebody stopped the command."""

    code = "E-CFG-4"


class FileSystemRefused(ConsoleError):
    """A file or folder cannot be used."""

    code = "E-CFG-5"
