"""USB3 Vision: bootstrap registers and the image stream."""
