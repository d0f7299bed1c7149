"""Pins: the group keys this installation was started with, named in its environment and not in its database.

Whoever may write the database could put a key of their own there, and what is posted from then on would be sealed to
them. So a key is trusted if a pin names it, or if it follows from one that is pinned by signatures of two
(`kernel.vault.chain`), and in no other way.
"""

from typing import TYPE_CHECKING

from kernel.vault.chain import bodies

if TYPE_CHECKING:
    from kernel.vault.models import GroupKey


def fingerprint(key: "GroupKey") -> str:
    """Return 64 hex digits that stand for this key of this owner, group and version, its holders and its trustees."""
    return bodies.fingerprint(bytes(key.links.get(holder="").body))
