"""A simulated hand X-ray unit: panel, generator, and the wires on which both are spoken to."""
