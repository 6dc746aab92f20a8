"""Every error has its own code and a sentence; every library's exceptions become ours."""

import errno
import re
import socket
import termios
import types

import pytest
import serial
import usb.core
from genicam import genapi

import device.errors as errors
import device.spellman.pmx as pmx_module
from device import usb_link
from device.errors import DeviceError
from device.serial_link import SerialLink


def all_errors(kind=DeviceError):
    for child in kind.__subclasses__():
        yield child
        yield from all_errors(child)


RAISED = [kind for kind in all_errors() if "code" in vars(kind)]


def test_every_code_is_used_once():
    codes = [kind.code for kind in RAISED]
    assert len(set(codes)) == len(codes) >= 35


@pytest.mark.parametrize("kind", RAISED)
def test_every_error_has_a_code_and_one_sentence_for_the_technician(kind):
    assert re.fullmatch(r"E-(LINK|DET|GEN|EXP)-\d+", kind.code)
    assert re.fullmatch(r"[A-Z][^.]+\.", kind.sentence)
    assert len(kind.sentence) <= 110
    assert str(kind()) == kind.sentence
    assert str(kind("more")) == f"{kind.sentence} (more)"


def test_codes_of_an_area_are_of_its_branch():
    branches = {
        "LINK": errors.LinkError,
        "DET": errors.DetectorError,
        "GEN": errors.GeneratorError,
        "EXP": errors.ExposureError,
    }
    assert all(issubclass(kind, branches[kind.code.split("-")[1]]) for kind in RAISED)


def test_the_tree_in_the_docstring_is_complete():
    drawn = dict(re.findall(r"\+-- (\w+) +(E-[A-Z]+-\d+)", errors.__doc__))
    assert drawn == {kind.__name__: kind.code for kind in RAISED}


def test_an_error_says_that_nobody_was_exposed_until_somebody_knows_better():
    assert errors.LinkLost().exposed is errors.Exposed.NO
    assert errors.LinkLost().frame is None


def test_every_usb_exception_becomes_a_link_error():
    kinds = [kind for kind in vars(usb.core).values() if is_exception_of(kind, "usb.core")]
    assert {kind.__name__ for kind in kinds} == {"USBError", "USBTimeoutError", "NoBackendError"}
    for kind in (*kinds, OSError, NotImplementedError):
        with pytest.raises(errors.LinkError):
            usb_link.call_usb(raiser(kind("x")))


@pytest.mark.parametrize("number", [None, *errno.errorcode])
def test_every_error_number_becomes_a_link_error(number):
    assert isinstance(usb_link.link_error(usb.core.USBError("x", None, number)), errors.LinkError)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENODEV, errors.LinkLost),
        (errno.EIO, errors.LinkLost),
        (errno.EBUSY, errors.LinkBusy),
        (errno.EACCES, errors.LinkForbidden),
        (errno.EPIPE, errors.LinkStalled),
        (errno.ETIMEDOUT, errors.LinkTimeout),
        (errno.ECONNREFUSED, errors.DeviceNotFound),
    ],
)
def test_error_numbers_have_their_meaning(number, kind):
    assert type(usb_link.link_error(usb.core.USBError("x", None, number))) is kind


class BrokenPort(types.SimpleNamespace):
    in_waiting = 0

    def read(self, _count):
        raise self.error

    def write(self, _content):
        raise self.error

    def close(self):
        raise OSError("closed already")


SERIAL_ERRORS = [kind for kind in vars(serial).values() if isinstance(kind, type)]
SERIAL_ERRORS = [kind for kind in SERIAL_ERRORS if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", [*SERIAL_ERRORS, OSError, TypeError, socket.timeout])
def test_every_serial_exception_becomes_a_generator_error(kind):
    error = kind() if kind is serial.PortNotOpenError else kind("x")
    pmx = pmx_module.Pmx(BrokenPort(error=error))
    with pytest.raises(errors.GeneratorError):
        pmx.status()
    pmx.close()


@pytest.mark.parametrize("kind", [*SERIAL_ERRORS, OSError, TypeError, socket.timeout])
def test_every_serial_exception_becomes_a_link_error(kind):
    link = SerialLink(BrokenPort(error=kind() if kind is serial.PortNotOpenError else kind("x")))
    for ask in (lambda: link.send(b"x"), lambda: link.receive(1.0), lambda: link.receive_event(1)):
        with pytest.raises(errors.LinkLost):
            ask()
    link.close()


def test_a_line_that_is_gone_while_its_rate_changes_is_lost():
    class Unplugged(BrokenPort):
        @property
        def baudrate(self):
            return 9600

        @baudrate.setter
        def baudrate(self, _rate):
            raise termios.error(5, "Input/output error")

    link = SerialLink(Unplugged(error=OSError("x")))
    with pytest.raises(errors.LinkLost):
        link.set_baud(115200)
    link.close()


def test_every_genicam_exception_is_of_the_kind_that_is_caught():
    kinds = [kind for kind in vars(genapi).values() if isinstance(kind, type)]
    exceptions = [kind for kind in kinds if issubclass(kind, Exception)]
    assert len(exceptions) >= 8
    assert all(issubclass(kind, genapi.GenericException) for kind in exceptions)


def is_exception_of(kind, module):
    return isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == module


def raiser(error):
    def raise_it():
        raise error

    return raise_it
