"""What Linux's C library (glibc) keeps of freed memory; other systems have no such calls."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

# mallopt(3): M_MMAP_THRESHOLD, its value at the start, and the most that glibc raises it to by
# itself as large arrays are freed.
_OWN_PAGES_FROM, _AT_START, _AT_MOST = -3, 128 * 1024, 32 * 1024 * 1024


@contextmanager
def sparing_memory() -> Iterator[None]:
    """Let every large array go back to the system as soon as it is freed, and at the end the rest.

    Starting a net takes much more than it needs afterwards. From then on arrays have pages of their
    own from 32 MB, as glibc would have it in the end by itself. `scripts/bench` measures memory.
    """
    _arrays_with_own_pages(_AT_START)
    try:
        yield
    finally:
        _arrays_with_own_pages(_AT_MOST)
        give_back_memory()


def _arrays_with_own_pages(least_bytes: int) -> None:
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_OWN_PAGES_FROM, least_bytes)


def give_back_memory() -> None:
    """Return freed memory, which would be kept for this process, to the system."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
