"""SFNC EventControl: which events the detector tells of, and what they carry."""

from firmware_sim.events import DeviceEvent
from firmware_sim.feature_table.choice import selector, switch
from firmware_sim.features import Carried, CarrierPort, Feature, Kind, Origin, Writer

_EVENT = "EventControl"
_NAMES = {
    "ExposureStart": DeviceEvent.EXPOSURE_START,
    "ExposureEnd": DeviceEvent.EXPOSURE_END,
    "Interlock": DeviceEvent.INTERLOCK,
    "LeaseExpired": DeviceEvent.LEASE_EXPIRED,
    "FrameSent": DeviceEvent.FRAME_SENT,
}
# What an event's 64-bit number is, and what the event means.
_MEANING = {
    "ExposureStart": ("FrameID", "Integration began; for an armed exposure its window."),
    "ExposureEnd": ("FrameID", "Integration ended."),
    "Interlock": ("Status", "Interlocks opened or closed: bit 0 door, bit 1 generator."),
    "LeaseExpired": ("Nonce", "Nobody exposed in time; the panel is no longer armed."),
    "FrameSent": ("FrameID", "A frame was given to the link."),
}
_IN_SFNC = ("ExposureStart", "ExposureEnd")
# GenCP 1.3.1, EVENT: size, id, time stamp and data of an event as the node map counts them.
_ID_AT, _ID_LENGTH, _TIME_AT, _VALUE_AT = 2, 2, 4, 12
EVENT_SELECTOR = selector("EventSelector", _EVENT, "Which event is meant.", _NAMES)


ROWS = (
    EVENT_SELECTOR,
    Feature(
        "EventNotification",
        _EVENT,
        Kind.ENUMERATION,
        "Whether the host is told of the selected event.",
        *switch(
            EVENT_SELECTOR,
            lambda d, event: event in d.events.wanted,
            lambda d, event: d.events.switch_on(DeviceEvent(event)),
            lambda d, event: d.events.switch_off(DeviceEvent(event)),
        ),
        entries={"Off": 0, "On": 1},
        selectors=("EventSelector",),
    ),
)
PORTS = tuple(CarrierPort(f"Event{name}Port", "EventID", event) for name, event in _NAMES.items())


def _carried(name: str) -> tuple[Carried, ...]:
    event, port, category = f"Event{name}", f"Event{name}Port", f"Event{name}Data"
    value, meaning = _MEANING[name]
    origin = Origin.SFNC if name in _IN_SFNC else Origin.OURS
    number = Kind.INTEGER
    return (
        Carried(
            event,
            category,
            number,
            meaning,
            port,
            _ID_AT,
            _ID_LENGTH,
            origin=origin,
            written_by=Writer.LINK,
        ),
        Carried(
            f"{event}Timestamp",
            category,
            number,
            "When it was.",
            port,
            _TIME_AT,
            8,
            unit="ns",
            origin=origin,
            written_by=Writer.LINK,
        ),
        Carried(
            f"{event}{value}",
            category,
            number,
            "What it was about.",
            port,
            _VALUE_AT,
            8,
            origin=origin,
        ),
    )


CARRIED = tuple(row for name in _NAMES for row in _carried(name))
