"""The types of a bone-age reading."""

from enum import Enum


class Sex(Enum):
    """The child's sex as the standards of skeletal maturity know it."""

    FEMALE = "F"
    MALE = "M"
