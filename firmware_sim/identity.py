"""Who the simulated panel says it is: drawn from the seed and the size of the panel."""

FULL_ROWS = 3000


def model_name(rows: int) -> str:
    """Give the model; nobody shall mistake it for a real detector."""
    size = "2430" if rows == FULL_ROWS else f"2430-{rows}"
    return f"HandPanel {size} (simulated)"


def serial_number(seed: int) -> str:
    """Give the serial number, such as BAS-00000007."""
    return f"BAS-{seed % 10**8:08d}"


def firmware_version(seed: int) -> str:
    """Give the firmware version; units of different seeds may differ in the last place."""
    return f"1.0.{seed % 3}"
