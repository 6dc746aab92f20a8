"""Training of the reading nets: outside the wheel, with dependencies of its own (extra `train`)."""
