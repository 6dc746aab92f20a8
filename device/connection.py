"""Taking control of a panel on any cable: packet sizes, rate, heartbeat; and letting it go."""

import math
from contextlib import suppress

from device.clock import Clock
from device.errors import DeviceError
from device.gencp.baud import HEARTBEAT_PERIOD_S, speed_up
from device.gencp.serial_bytes import LARGEST_SERIAL_PACKET
from device.gencp.session import Session
from device.keep_alive import KeepAlive
from device.link import Link
from device.serial_link import FIRST_BAUD, SerialLink
from device.u3v.bootstrap import read_packet_sizes

# On top of the panel's own longest response time, for the link.
ANSWER_MARGIN_S = 0.2


class Connection:
    """One open cable whose panel belongs to this host; `answer_s` is how long it is waited for."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self.link = link
        self.session = Session(link, link.framing, clock)
        self._heartbeat: KeepAlive | None = None
        self.answer_s = self.session.read_response_time_s() + ANSWER_MARGIN_S
        self.session.expect_answers_within(self.answer_s)
        self.session.take_control()
        if isinstance(link, SerialLink):
            self._use_serial(link, clock)
        else:
            read_packet_sizes(self.session)

    def release(self) -> None:
        """Give the panel free and close the cable; never raises, may be called twice."""
        self._stop_heartbeat()
        with suppress(DeviceError):
            self.session.release_control()
        self.link.close()

    def hang_up(self) -> None:
        """Close the cable without a word."""
        self.link.close()
        self._stop_heartbeat()

    def _use_serial(self, link: SerialLink, clock: Clock) -> None:
        self.session.allow_packets(LARGEST_SERIAL_PACKET, LARGEST_SERIAL_PACKET)
        speed_up(self.session, link, clock, self.answer_s)
        if link.baud != FIRST_BAUD:
            self._heartbeat = KeepAlive(self.session.keep_alive, HEARTBEAT_PERIOD_S, math.inf)
            self._heartbeat.start()

    def _stop_heartbeat(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.stop()
