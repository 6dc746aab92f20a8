"""What became of an exposure, as `result.json` says it and the report words it."""

from typing import Final

ACCEPTED: Final = "accepted"
NOT_REVIEWED: Final = "not reviewed"
REJECTED: Final = "rejected"
NO_X_RAYS: Final = "no X-rays"
UNCLEAR: Final = "unclear"

# The outcomes of an exposure whose image was read.
READ: Final = (ACCEPTED, NOT_REVIEWED)
