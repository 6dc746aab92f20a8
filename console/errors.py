"""What the command line itself can stumble over.

ConsoleError
├── SettingWrong          E-CFG-1   a setting says something impossible
├── SimulatorNotStarted   E-CFG-2   the simulated device did not start
├── SimulatorRefused      E-CFG-3   the simulated device did not do what it was told
├── FileSystemRefused     E-CFG-5   a file or folder cannot be used
├── ListUnusable          E-CFG-6   a list of images cannot be read
├── PortTaken             E-CFG-7   the service cannot listen where it should
├── ResultUnreadable      E-CFG-8   a visit's result or its picture cannot be read
├── SideProcessFailed     E-CFG-11  a process that reads images for a command cannot work
├── TableOfAnother        E-CFG-12  unfinished readings are not of this list, images and model
├── ReportUnreadable      E-CFG-13  the file of a report or of a key cannot be read
├── CheckUnknown          E-DIA-1   a self-test was asked for a check that there is not
├── SelfTestRunning       E-DIA-2   a self-test was asked for while another runs
├── JobUnknown            E-DIA-3   there is no self-test of this number
├── ChecksFailed          E-DIA-4   a device failed its self-test
├── BenchBeamNotConfirmed E-DIA-5   nobody at a terminal said yes to X-rays on the bench
├── NobodyAtTheBench      E-DIA-7   nobody laid on the panel what a quality control needs
├── QualityUnknown        E-DIA-8   there is no quality control of this number
└── BodyUnclear           E-DIA-9   nobody understands what a self-test is asked to check

Stopped                   E-CFG-4   somebody stopped the command: as Ctrl-C it is no error
"""

from typing import ClassVar

from device.errors import StopWanted


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


class Stopped(StopWanted):
    """Somebody stopped the command; it passes what catches errors, here and in libraries."""

    code: ClassVar[str] = "E-CFG-4"


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


class SideProcessFailed(ConsoleError):
    """A process that reads images for a command cannot work."""

    code = "E-CFG-11"


class TableOfAnother(ConsoleError):
    """Unfinished readings are not of this list, these images and this model."""

    code = "E-CFG-12"


class ReportUnreadable(ConsoleError):
    """The file of a report, or of a key, cannot be read."""

    code = "E-CFG-13"


class CheckUnknown(ConsoleError):
    """A self-test was asked for a check that there is not."""

    code = "E-DIA-1"


class SelfTestRunning(ConsoleError):
    """A self-test was asked for while another runs."""

    code = "E-DIA-2"


class JobUnknown(ConsoleError):
    """There is no self-test of this number."""

    code = "E-DIA-3"


class ChecksFailed(ConsoleError):
    """A device failed its self-test."""

    code = "E-DIA-4"


class BenchBeamNotConfirmed(ConsoleError):
    """Nobody at a terminal said yes to X-rays on the bench."""

    code = "E-DIA-5"


class NobodyAtTheBench(ConsoleError):
    """Nobody laid on the panel what a quality control needs."""

    code = "E-DIA-7"


class QualityUnknown(ConsoleError):
    """There is no quality control of this number."""

    code = "E-DIA-8"


class BodyUnclear(ConsoleError):
    """Nobody understands what a self-test is asked to check."""

    code = "E-DIA-9"
