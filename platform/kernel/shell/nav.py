"""Where the navigation comes from: apps register pages in AppConfig.ready, the shell draws what fits the person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a navigation. `label`, `about` may be lazy translations; no roles: everybody in the console."""

    label: Any
    url_name: str
    roles: frozenset[str] = frozenset()
    order: int = 100
    about: Any = ""

    def url(self) -> str:
        """Return the address, or "" while no such page is served."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


@dataclass(slots=True)
class Register:
    """The entries of one navigation, by url name: registering again replaces."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        self.entries[entry.url_name] = entry

    def for_role(self, role: str) -> list[Entry]:
        """Return what a person of this role sees, in order, without pages that are not served."""
        fitting = (entry for entry in self.entries.values() if not entry.roles or role in entry.roles)
        return sorted((entry for entry in fitting if entry.url()), key=lambda entry: (entry.order, entry.url_name))


CONSOLE = Register()
PUBLIC = Register()


def register(label: Any, url_name: str, roles: Iterable[str] = (), order: int = 100, about: Any = "") -> None:
    """Put a page into the console's navigation and, `about` being its sentence, among the tiles of its index."""
    CONSOLE.add(Entry(label, url_name, frozenset(roles), order, about))


def register_public(label: Any, url_name: str, order: int = 100) -> None:
    """Put a page into the public navigation."""
    PUBLIC.add(Entry(label, url_name, order=order))
