"""Pins: the group keys this installation was started with, named in its environment and not in its database.

Whoever may write the database could put a key of their own there, and what is posted from then on would be sealed to
them. A pinned installation seals to pinned keys alone.
"""

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

from kernel.states import Refusal
from kernel.vault.framing import frame

if TYPE_CHECKING:
    from kernel.vault.models import GroupKey

PURPOSE = b"waystation group key"


def fingerprint(key: "GroupKey") -> str:
    """Return 64 hex digits that stand for this key of this owner, group and version."""
    named = frame(PURPOSE, key.owner.encode(), key.group.encode(), b"%d" % key.version, bytes(key.public_key))
    return hashlib.sha256(named).hexdigest()


def check(key: "GroupKey") -> None:
    """Raise Refusal `key_not_pinned` unless `settings.VAULT_PINS` names this key, or is empty."""
    if settings.VAULT_PINS and fingerprint(key) not in settings.VAULT_PINS:
        raise Refusal(
            "key_not_pinned",
            "Contact details cannot be taken in: a key here is not one this installation was told to trust.",
        )
