"""What may lie on the simulated panel: a phantom hand, a hand from an image, or nothing."""
