"""What a link of the chain says, as bytes that are signed; pure functions.

A *key* link says: this is the group's key of that version, and these people hold it. A *joining* link says: this
person holds it too. Ids are opaque.
"""

import hashlib
from dataclasses import dataclass

from kernel.vault.framing import frame, unframe

KEY = b"waystation group key"
JOINING = b"waystation joining"


@dataclass(frozen=True, order=True)
class Holder:
    """Who holds a group's key: an opaque id, the X25519 key their copy is sealed to, the Ed25519 key they sign with."""

    id: str
    box: bytes
    sign: bytes

    def framed(self) -> bytes:
        """Return the holder as bytes."""
        return frame(self.id.encode(), self.box, self.sign)


@dataclass(frozen=True)
class KeyBody:
    """A group's key of one version. `after` is the head of the chain it was made for (empty at the beginning)."""

    owner: str
    group: str
    version: int
    public_key: bytes
    holders: tuple[Holder, ...] = ()
    recovery: bytes = b""  # the Ed25519 key that the trustees of this key sign with
    recipients: tuple[str, ...] = ()  # age recipients of the trustees
    after: bytes = b""

    def encoded(self) -> bytes:
        """Return the bytes that are signed."""
        return frame(
            KEY,
            self.owner.encode(),
            self.group.encode(),
            b"%d" % self.version,
            self.public_key,
            frame(*(holder.framed() for holder in sorted(self.holders))),
            self.recovery,
            frame(*(recipient.encode() for recipient in sorted(self.recipients))),
            self.after,
        )


@dataclass(frozen=True)
class JoiningBody:
    """A person who holds a group's key from now on. `key` is the fingerprint of the key link it is for."""

    owner: str
    group: str
    key: str
    holder: Holder

    def encoded(self) -> bytes:
        """Return the bytes that are signed."""
        return frame(JOINING, self.owner.encode(), self.group.encode(), self.key.encode(), self.holder.framed())


def _holder(framed: bytes) -> Holder:
    named, box, sign = unframe(framed)
    return Holder(named.decode(), box, sign)


def decoded(body: bytes) -> KeyBody | JoiningBody:
    """Return what a link says. Raises ValueError for bytes that are no link, or not in their one form."""
    purpose, *rest = unframe(body)
    read: KeyBody | JoiningBody
    if purpose == JOINING:
        owner, group, key, holder = rest
        read = JoiningBody(owner.decode(), group.decode(), key.decode(), _holder(holder))
    elif purpose == KEY:
        owner, group, version, public_key, holders, recovery, recipients, after = rest
        read = KeyBody(
            owner.decode(),
            group.decode(),
            int(version),
            public_key,
            tuple(_holder(one) for one in unframe(holders)),
            recovery,
            tuple(one.decode() for one in unframe(recipients)),
            after,
        )
    else:
        raise ValueError("This is no link.")
    if read.encoded() != body:
        raise ValueError("This is not how a link is written.")
    return read


def fingerprint(body: bytes) -> str:
    """Return 64 hex digits that stand for a link."""
    return hashlib.sha256(body).hexdigest()


def head_after(head: bytes, body: bytes) -> bytes:
    """Return the head of the chain (32 bytes) once `body` has followed `head`."""
    return hashlib.sha256(frame(head, body)).digest()
