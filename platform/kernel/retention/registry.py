"""The declared table of classes, in the order in which apps registered them."""

from django.core.exceptions import ImproperlyConfigured

from kernel.retention.classes import Kept, Passing

CLASSES: dict[str, Passing | Kept] = {}


def _register(declared: Passing | Kept) -> None:
    known = CLASSES.setdefault(declared.name, declared)
    if known is not declared and type(known) is not type(declared):
        raise ImproperlyConfigured(f"Two classes of data are called {declared.name}.")
    CLASSES[declared.name] = declared


def let_go(*declared: Passing) -> None:
    """Declare classes whose members go after a term. Call it from an app's `retention_classes.py`."""
    for one in declared:
        _register(one)


def keep(*declared: Kept) -> None:
    """Declare classes that stay, with the reason."""
    for one in declared:
        _register(one)


def passing() -> list[Passing]:
    """Return the classes whose members go."""
    return [one for one in CLASSES.values() if isinstance(one, Passing)]


def kept() -> list[Kept]:
    """Return the classes that stay."""
    return [one for one in CLASSES.values() if isinstance(one, Kept)]
