"""Events on the event endpoint, as bytes and through EMVA's adapter."""

import pytest
from genicam import genapi

EIRM = 0x0001_2000


@pytest.fixture
def eager(camera):
    """A camera whose host wants every event."""
    camera.write(EIRM, b"\1\0\0\0")
    for entry in camera["EventSelector"].entries:
        camera["EventSelector"].value = entry.symbolic
        camera["EventNotification"].value = "On"
    return camera


def packets(camera):
    return list(iter(lambda: camera.take(0x82), None))


def dark_frame(camera):
    camera["ExposureTime"].value = 5000.0
    camera.start_stream()
    camera["AcquisitionStart"].execute()
    camera.unit.step(0.1)


def test_events_of_a_dark_frame_come_in_order(eager):
    dark_frame(eager)
    ids = [int.from_bytes(packet[14:16], "little") for packet in packets(eager)]
    assert ids == [0x9001, 0x9002, 0x9005]


def test_event_is_as_the_standard_draws_it(eager):
    eager.unit.step(1.5)
    dark_frame(eager)
    assert packets(eager)[0].hex(" ", 4) == (
        "55335645 0000000c 14000100 00000190 002f6859 00000000 00000000 00000000"
    )


def test_unwanted_event_is_not_sent(eager):
    eager["EventSelector"].value = "ExposureStart"
    eager["EventNotification"].value = "Off"
    dark_frame(eager)
    assert [packet[14] for packet in packets(eager)] == [0x02, 0x05]


def test_nothing_is_sent_while_the_event_interface_is_off(eager):
    eager.write(EIRM, bytes(4))
    dark_frame(eager)
    assert packets(eager) == []


def test_host_that_fetches_no_events_fills_no_memory(eager):
    for _ in range(200):
        eager.unit.open_door()
        eager.unit.close_door()
    assert len(packets(eager)) == 64


@pytest.fixture
def deliver(eager):
    """Hand every event that waits to the node map, which knows them as long as the test runs."""
    adapter = genapi.EventAdapterU3V(eager.nodes.pointer)

    def every_packet():
        for packet in packets(eager):
            adapter.deliver_message(packet)

    return every_packet


def test_node_map_learns_of_the_end_of_an_exposure(eager, deliver):
    heard = []
    genapi.register(eager["EventExposureEndTimestamp"].node, lambda node: heard.append(node))
    eager.unit.step(1.0)
    dark_frame(eager)
    deliver()
    assert heard
    assert eager["EventExposureEnd"].value == 0x9002
    assert eager["EventExposureEndTimestamp"].value == 1_005_000_000
    assert eager["EventExposureEndFrameID"].value == 0


def test_frame_of_the_event_is_the_frame_of_the_block(eager, deliver):
    eager["AcquisitionMode"].value = "MultiFrame"
    eager["AcquisitionFrameCount"].value = 3
    dark_frame(eager)
    deliver()
    assert eager["EventExposureStartFrameID"].value == 2
    assert int.from_bytes(eager.blocks()[-1][0][8:16], "little") == 2


def test_open_door_is_told(eager, deliver):
    eager.unit.open_door()
    deliver()
    assert eager["EventInterlockStatus"].value == 1


def test_lease_that_nobody_used_is_told(eager, hands, deliver):
    hands.arm(nonce=77)
    hands.listen(30.5)
    deliver()
    assert eager["EventLeaseExpiredNonce"].value == 77


def test_exposure_tells_its_window(eager, hands, deliver):
    hands.program()
    eager.unit.panel.on_frame = lambda frame: None
    hands.expose(nonce=3)
    deliver()
    start, end = (eager[f"EventExposure{edge}Timestamp"].value for edge in ("Start", "End"))
    assert end - start == 500_000_000


def test_events_cannot_be_enabled_on_a_halted_endpoint(camera):
    camera.device.control(bytes.fromhex("02 03 0000 8200 0000"), b"")
    with pytest.raises(OSError, match="0xa005"):
        camera.write(EIRM, b"\1\0\0\0")
