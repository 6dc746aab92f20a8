"""Drivers for the X-ray panel and the generator, and the exposure sequence."""
