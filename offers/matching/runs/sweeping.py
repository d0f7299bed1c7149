"""Objects by the million, and nobody who goes through them again and again to see which are still used."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Let nobody look for circles of objects meanwhile: facts are in none, and looking took a fifth of a run's time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
