"""Where the navigation comes from: apps register pages in AppConfig.ready, the shell draws what the person may open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from kernel.accounts.members import Member
from kernel.accounts.rules import may


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a navigation. `label`, `about` may be lazy translations; no permission: for everybody."""

    label: Any
    url_name: str
    permission: str = ""
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

    def for_everybody(self) -> list[Entry]:
        """Return what nobody needs a permission for, in order, without pages that are not served."""
        return _in_order(entry for entry in self.entries.values() if not entry.permission)

    def for_member(self, member: Member) -> list[Entry]:
        """Return what a member may open, in order, without pages that are not served: a door shown opens."""
        return _in_order(
            entry for entry in self.entries.values() if not entry.permission or may(member, entry.permission)
        )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted((entry for entry in entries if entry.url()), key=lambda entry: (entry.order, entry.url_name))


CONSOLE = Register()
PUBLIC = Register()


def register(label: Any, url_name: str, permission: str = "", order: int = 100, about: Any = "") -> None:
    """Put a page into the console's navigation and, `about` being its sentence, among the tiles of its index.

    It is shown to those who have the permission that its door asks for.
    """
    CONSOLE.add(Entry(label, url_name, permission, order, about))


def register_public(label: Any, url_name: str, order: int = 100) -> None:
    """Put a page into the public navigation."""
    PUBLIC.add(Entry(label, url_name, order=order))
