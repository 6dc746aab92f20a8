"""Published growth references: WHO 2006/2007, CDC 2000 and China (Zong & Li 2013).

Tables, papers, terms and checksums: SOURCES.md beside this file. Nothing is read on import; each
table is read once, when first asked for.
"""

from growth.references.curves import (
    Position,
    position_at,
    reference_curve,
    reference_span,
    sds_for,
    size_for,
)
from growth.references.tables import Measure, Reference

__all__ = [
    "Measure",
    "Position",
    "Reference",
    "position_at",
    "reference_curve",
    "reference_span",
    "sds_for",
    "size_for",
]
