"""What the command line itself can stumble over.

ConsoleError
├── SettingWrong          E-CFG-1   a setting says something impossible
├── SimulatorNotStarted   E-CFG-2   the simulated device did not start
├── SimulatorRefused      E-CFG-3   the simulated device did not do what it was told
├── Stopped               E-CFG-4   somebody stopped the command
├── FileSystemRefused     E-CFG-5   a file or folder cannot be used
├── ListUnusable          E-CFG-6   a list of images cannot be read
├── PortTaken             E-CFG-7   the service cannot listen where it should
└── ResultUnreadable      E-CFG-8   a visit's result or its picture cannot be read
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


class ListUnusable(ConsoleError):
    """A list of images cannot be read."""

    code = "E-CFG-6"


class PortTaken(ConsoleError):
    """The service cannot listen where it should."""

    code = "E-CFG-7"


class ResultUnreadable(ConsoleError):
    """A visit's result or its picture cannot be read."""

    code = "E-CFG-8"
