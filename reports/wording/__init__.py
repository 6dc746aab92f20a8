"""The sentences of the report, one file for each language; this table alone lists them."""

from collections.abc import Mapping
from typing import Final

from reports.wording.en import ENGLISH
from reports.wording.wording import PRODUCT, Wording
from reports.wording.zh import CHINESE

__all__ = ["CHINESE", "ENGLISH", "LANGUAGES", "PRODUCT", "Wording", "wording_of"]

# To add a language: its file beside this one, and its row here.
LANGUAGES: Final[Mapping[str, Wording]] = {
    wording.language: wording for wording in (ENGLISH, CHINESE)
}


def wording_of(language: str) -> Wording:
    """Return the sentences of a language named like "en". Raises KeyError."""
    return LANGUAGES[language]
