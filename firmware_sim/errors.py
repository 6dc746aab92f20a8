"""What the simulator refuses, and why.

SimulatorError
|- StartRefused       E-SIM-1   an option cannot be served: port in use, no such device
|- UnknownValue       E-SIM-2   the back door or an option was given something it does not know
|- (E-SIM-3 belongs to the patients)
|- AccessDenied       E-SIM-4   the panel is in a state that forbids the write
|- OutOfRange         E-SIM-5   a register was given a value outside its limits
`- ConfigurationForbids E-SIM-6 the device is set up in a way that forbids the command
"""

from typing import ClassVar


class SimulatorError(Exception):
    """Anything that the simulator says no to, in one plain sentence."""

    code: ClassVar[str] = "E-SIM-0"


class StartRefused(SimulatorError):
    """The simulator cannot start as asked."""

    code: ClassVar[str] = "E-SIM-1"


class UnknownValue(SimulatorError):
    """A name or value that the simulator does not know."""

    code: ClassVar[str] = "E-SIM-2"


class AccessDenied(SimulatorError):
    """The panel's state forbids this write at the moment."""

    code: ClassVar[str] = "E-SIM-4"


class OutOfRange(SimulatorError):
    """A value outside the limits of its register."""

    code: ClassVar[str] = "E-SIM-5"


class ConfigurationForbids(SimulatorError):
    """The device is set up in a way that forbids this command."""

    code: ClassVar[str] = "E-SIM-6"
