"""Finds the kinds of help: every file of this folder that says `KIND`."""

import importlib
import pkgutil
from functools import cache

from offers import kinds
from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Kind


@cache
def found() -> dict[str, HelpKind]:
    """Return every kind by its word, in the order of the vocabulary.

    Raises LookupError when a word has no file, or a file no word: a kind is both.
    """
    modules = (
        importlib.import_module(f"{kinds.__name__}.{part.name}") for part in pkgutil.iter_modules(kinds.__path__)
    )
    declared = {module.KIND.code: module.KIND for module in modules if hasattr(module, "KIND")}
    missing = [word for word in Kind if word not in declared]
    if missing:
        raise LookupError(f"No file in offers/kinds declares {', '.join(missing)}.")
    return {word.value: declared[word] for word in Kind}


def kind_of(word: str) -> HelpKind:
    """Return the kind with that word. Raises KeyError for a word that is none."""
    return found()[word]
