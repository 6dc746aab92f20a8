"""Panels for the physics: the pitch of the real one, less of it."""

from firmware_sim.physics.geometry import PanelGeometry

MEDIUM_PANEL = PanelGeometry(600, 512, 100.0)
