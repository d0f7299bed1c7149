"""Finds the kinds of help: every file of this folder that says `KIND`."""

import importlib
import pkgutil
import re
from functools import cache

from offers import kinds
from offers.kinds.helpkind import HelpKind

WORD = re.compile(r"[a-z_]{1,20}")  # as wide as the columns that keep it


@cache
def found() -> dict[str, HelpKind]:
    """Return every kind by its word, in their order.

    Raises LookupError when two files declare one word, or one a word that no column can keep.
    """
    modules = (
        importlib.import_module(f"{kinds.__name__}.{part.name}") for part in pkgutil.iter_modules(kinds.__path__)
    )
    declared = sorted((module.KIND for module in modules if hasattr(module, "KIND")), key=lambda kind: kind.order)
    words = [kind.code for kind in declared]
    wrong = [word for word in words if words.count(word) > 1 or not WORD.fullmatch(word)]
    if wrong:
        raise LookupError(f"Each kind of help has one short word of its own: {', '.join(wrong)}.")
    return dict(zip(words, declared, strict=True))


def kind_of(word: str) -> HelpKind:
    """Return the kind with that word. Raises KeyError for a word that is none."""
    return found()[word]
