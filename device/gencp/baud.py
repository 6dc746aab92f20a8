"""Making a serial cable faster.

Source: GenICam GenCP 1.3.1, serial link: the host writes the rate at the old rate and again at the
new one within 250 ms; otherwise the device goes back, and the host waits 500 ms. A device with more
than one rate goes back to 9600 when it hears nothing for its heartbeat time.
"""

from device.clock import Clock
from device.errors import DeviceError, LinkLost
from device.gencp import registers
from device.gencp.registers import Capability, Register
from device.gencp.session import Session
from device.serial_link import SerialLink

# Above this rate long or cheap cables lose bytes.
FASTEST_BAUD = 115200
# GenCP 1.3.1, serial link: how long the host waits before it goes on at the old rate.
FALL_BACK_S = 0.5
# GenCP 1.3.1: the second write comes within 250 ms, its four tries included.
CONFIRM_ANSWER_S = 0.05
# Short enough that a host that died is forgotten within the time of a new one's first question.
SERIAL_HEARTBEAT_MS = 1000
HEARTBEAT_PERIOD_S = SERIAL_HEARTBEAT_MS / 1000 / 4


def speed_up(session: Session, link: SerialLink, clock: Clock, answer_s: float) -> None:
    """Switch to the fastest rate that both sides have; stay where the switch fails.

    Raises as Session.read, and LinkLost; any other failure of the switch leaves the old rate.
    """
    if Capability.SBRM not in session.capability:
        return
    base = session.read_integer(registers.SBRM_ADDRESS)
    offered = session.read_integer(registers.SUPPORTED_BAUDS.from_base(base))
    wanted = max((baud for baud in _common(offered)), default=link.baud)
    if wanted != link.baud:
        _switch(session, link, clock, answer_s, registers.CURRENT_BAUD.from_base(base), wanted)


def _common(offered: int) -> list[int]:
    return [b for b, bit in registers.BAUD_BITS.items() if offered & bit and b <= FASTEST_BAUD]


def _switch(
    session: Session,
    link: SerialLink,
    clock: Clock,
    answer_s: float,
    register: Register,
    wanted: int,
) -> None:
    old = link.baud
    session.start_heartbeat(SERIAL_HEARTBEAT_MS)
    try:
        session.write_integer(register, registers.BAUD_BITS[wanted])
        link.set_baud(wanted)
        session.expect_answers_within(CONFIRM_ANSWER_S)
        session.write_integer(register, registers.BAUD_BITS[wanted])
    except LinkLost:
        raise
    except DeviceError:
        link.set_baud(old)
        clock.sleep(FALL_BACK_S)
    finally:
        session.expect_answers_within(answer_s)
    if link.baud == old:
        session.stop_heartbeat()
