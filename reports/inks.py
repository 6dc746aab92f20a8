"""The colours and typefaces that everything is printed in."""

from typing import Final

from reportlab.lib.colors import HexColor

INK: Final = HexColor("#1d2730")
QUIET: Final = HexColor("#5b6670")
HAIRLINE: Final = HexColor("#d5dbdf")
BAND: Final = HexColor("#eef3f5")
ACCENT: Final = HexColor("#0b5d73")
REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
# What a reader must not overlook.
WARNING: Final = HexColor("#8a2f0b")
WARNING_BAND: Final = HexColor("#fbeee6")
