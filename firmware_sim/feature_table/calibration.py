"""DetectorCalibration, ours: what the factory measured."""

from firmware_sim.features import Feature, Kind, Origin

ROWS = (
    Feature(
        "SensitivityRQA3",
        "DetectorCalibration",
        Kind.FLOAT,
        "Mean corrected signal at RQA3 in DN per uGy, measured in the factory.",
        lambda d: d.panel.sensitivity_rqa3,
        origin=Origin.OURS,
    ),
)
