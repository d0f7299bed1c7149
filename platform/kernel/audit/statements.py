"""What a checkpoint says, in the one form that is signed, stored, written to a file and sent by mail.

A line of the file is the canonical JSON (keys sorted, no spaces) of format, number, position, head, at, previous, key
and signature. The signature, Ed25519, is over the same JSON without `signature`; `previous` is the SHA-256 of the bytes
that were signed in the checkpoint before. So a line, the public key and any Ed25519 library are all that is needed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kernel.audit.canonical import canonical
from kernel.audit.keys import public_word

FORMAT = "waystation-audit-checkpoint-1"  # within what is signed: the key never signs anything that reads otherwise


@dataclass(frozen=True)
class Statement:
    """Checkpoint `number` says at `at`: there are `position` seals, and the hash of the last one is `head`."""

    number: int
    position: int
    head: str
    at: str
    previous: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Return what the signature is over."""
        facts = asdict(self)
        del facts["signature"]
        return canonical({"format": FORMAT, **facts})

    @property
    def hash(self) -> str:
        """The SHA-256 of what was signed, 64 hex digits: the next checkpoint names it."""
        return hashlib.sha256(self.signed_bytes()).hexdigest()

    def line(self) -> str:
        """Return the checkpoint as it stands in the file and in the mail, without a line's end."""
        return canonical({"format": FORMAT, **asdict(self)}).decode()

    def is_sound(self, keys: Sequence[str]) -> bool:
        """Return whether one of `keys` (public, base64) signed this."""
        if self.key not in keys:
            return False
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.key))
            public.verify(base64.b64decode(self.signature, validate=True), self.signed_bytes())
        except (InvalidSignature, binascii.Error, ValueError, TypeError, AttributeError):
            return False
        return True


def sign(key: Ed25519PrivateKey, *, number: int, position: int, head: str, at: str, previous: str) -> Statement:
    """Return a signed statement."""
    facts: dict[str, Any] = {"number": number, "position": position, "head": head, "at": at, "previous": previous}
    bare = Statement(**facts, key=public_word(key))
    return Statement(**facts, key=bare.key, signature=base64.b64encode(key.sign(bare.signed_bytes())).decode())


def read_line(line: str) -> Statement:
    """Return the statement of one line. Raises ValueError unless the line is exactly what `Statement.line` writes."""
    facts = json.loads(line)
    if not isinstance(facts, dict) or facts.pop("format", None) != FORMAT:
        raise ValueError("This line is no checkpoint.")
    try:
        statement = Statement(**facts)
    except TypeError:
        raise ValueError("This line is no checkpoint.") from None
    counted = type(statement.number) is int and type(statement.position) is int
    if not counted or statement.line() != line.strip():
        raise ValueError("This line is not as a checkpoint is written.")
    return statement
