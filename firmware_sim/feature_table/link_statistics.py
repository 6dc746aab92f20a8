"""LinkStatistics, ours: what the detector counts of its control link."""

from firmware_sim.features import Device, Feature, Kind, Origin, Value

_LINK = "LinkStatistics"
_INT = Kind.INTEGER


def _reset(device: Device, value: Value) -> None:
    device.link.reset()


ROWS = (
    Feature(
        "LinkCommandCount",
        _LINK,
        _INT,
        "Commands heard.",
        lambda d: d.link.commands,
        origin=Origin.OURS,
    ),
    Feature(
        "LinkResendCount",
        _LINK,
        _INT,
        "Commands that came again.",
        lambda d: d.link.resends,
        origin=Origin.OURS,
    ),
    Feature(
        "LinkChecksumErrorCount",
        _LINK,
        _INT,
        "Packets with a wrong checksum.",
        lambda d: d.link.checksum_errors,
        origin=Origin.OURS,
    ),
    Feature(
        "LinkMalformedCount",
        _LINK,
        _INT,
        "Packets that were none.",
        lambda d: d.link.malformed,
        origin=Origin.OURS,
    ),
    Feature(
        "LinkStatisticsReset",
        _LINK,
        Kind.COMMAND,
        "Count from zero again.",
        lambda d: 0,
        _reset,
        origin=Origin.OURS,
    ),
)
