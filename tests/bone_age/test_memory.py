import ctypes

import numpy as np
import pytest

from bone_age import memory
from bone_age.memory import give_back_memory, sparing_memory


def test_what_is_started_sparingly_works_and_fails_as_ever():
    with sparing_memory():
        assert np.ones(2_000_000).sum() == 2_000_000
    with pytest.raises(ZeroDivisionError), sparing_memory():
        raise ZeroDivisionError


def test_a_system_without_such_calls_does_without(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    with memory.sparing_memory():
        give_back_memory()
