"""EMVA GenCP 1.3.1: packets, registers and the host's session."""
