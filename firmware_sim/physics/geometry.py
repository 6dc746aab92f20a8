"""The pixel grid of a panel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PanelGeometry:
    """Rows and columns of square pixels; row 0 lies at the finger tips."""

    rows: int
    columns: int
    pitch_um: float

    @property
    def shape(self) -> tuple[int, int]:
        """Array shape (rows, columns)."""
        return self.rows, self.columns

    @property
    def pitch_mm(self) -> float:
        """Distance between pixel centres in mm."""
        return self.pitch_um / 1000.0

    @property
    def size_mm(self) -> tuple[float, float]:
        """Height and width of the sensitive field in mm."""
        return self.rows * self.pitch_mm, self.columns * self.pitch_mm


FULL_PANEL = PanelGeometry(3000, 2400, 100.0)
SMALL_PANEL = PanelGeometry(750, 600, 400.0)
