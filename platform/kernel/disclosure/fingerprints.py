"""What two people compare in person before one lets the other in: thirty digits, read out or typed.

A key that was exchanged in the database gives other digits; whoever wanted the same would have to try 2^99 keys.
"""

import hashlib
import hmac

from kernel.disclosure.models import MemberKey
from kernel.vault.framing import frame

PURPOSE = b"waystation fingerprint of a member key"
DIGITS = 30
IN_A_GROUP = 5


def digits_of(key: MemberKey) -> str:
    """Return the digits of a member's keys, of this member, organisation and group: six groups of five."""
    owner = key.member.organisation_id
    digest = hashlib.sha256(frame(PURPOSE, owner.encode(), key.group.encode(), key.holder.framed())).digest()
    digits = f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"
    return " ".join(digits[at : at + IN_A_GROUP] for at in range(0, DIGITS, IN_A_GROUP))


def same(typed: str, key: MemberKey) -> bool:
    """Return whether what somebody typed are the digits of this key, however they are spaced."""
    return hmac.compare_digest("".join(filter(str.isdecimal, typed)).encode(), digits_of(key).replace(" ", "").encode())
