"""pyserial on /dev/ttyACM0: frames of the PMX protocol to the simulated generator."""

import sys
import time

import serial
from report import check, need

TTY = "/dev/ttyACM0"
STX, ETX = b"\x02", b"\x03"
STATUS = b"22,"


def frame(text):
    """Frame a command: Spellman's checksum is the sum's complement in 7 bits, with bit 6 set."""
    return STX + text + bytes([(-sum(text) & 0x7F) | 0x40]) + ETX


def opened(baud=9600, limit_s=2):
    return serial.Serial(TTY, baud, timeout=limit_s)


def ask(line, text):
    """Give the answer to a command, without its frame."""
    line.write(frame(text))
    answer = line.read_until(ETX)
    need(frame(answer[1:-2]) == answer, f"answer {answer!r}")
    return answer[1:-2]


def status(baud):
    with opened(baud) as line:
        time.sleep(0.2)
        line.reset_input_buffer()
        answer = ask(line, STATUS)
    need(answer.startswith(STATUS), f"answer {answer!r}")
    return repr(answer)


def wrong_checksum():
    wrong = frame(STATUS)[:-2] + b"\x41" + ETX
    need(wrong != frame(STATUS), "that is the right one")
    with opened(limit_s=1) as line:
        line.reset_input_buffer()
        line.write(wrong)
        heard = line.read(64)
        need(heard == b"", f"{heard!r}")
        ask(line, STATUS)


def line_state():
    for _ in range(50):
        opened().close()
    with opened() as line:
        for state in (False, True):
            line.dtr = state
        for state in (False, True):
            line.rts = state
        line.send_break(0.05)
        ask(line, STATUS)
        return f"cts {line.cts} dsr {line.dsr} cd {line.cd}"


def main(tag):
    for baud in (9600, 115200):
        check(f"{tag}: pyserial at {baud} baud: status 22 of the PMX", status, baud)
    name = f"{tag}: a frame with a wrong checksum gets silence, the next one an answer"
    check(name, wrong_checksum)
    check(f"{tag}: line state: DTR, RTS, break, 50 opens and closes", line_state)


if __name__ == "__main__":
    main(*sys.argv[1:])
