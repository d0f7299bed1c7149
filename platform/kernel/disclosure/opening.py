"""From a passphrase to a member's private key, and from that to a group's: pure functions over rows and bytes."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_noop as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id

from kernel.accounts.models import Member
from kernel.disclosure.models import LEAST_MEMORY, GroupKeySeat, MemberKey
from kernel.disclosure.words import normal
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.chain.signing import public_of, signing_key
from kernel.vault.framing import frame, unframe
from kernel.vault.models import GroupKey

KEY_BYTES = 32
PASSES = 5  # of a new key: between 0.3 and 1.5 s on today's machines; a row says its own
NONCE_BYTES = 12
MEMBER_PURPOSE = b"waystation member key"
SEAT_PURPOSE = b"waystation group key seat"


def _stretched(passphrase: str, *, salt: bytes, passes: int, memory: int) -> AESGCM:
    """The cipher a passphrase opens: Argon2id, about half a second and 128 MiB."""
    return AESGCM(argon2id.kdf(KEY_BYTES, normal(passphrase).encode(), salt, opslimit=passes, memlimit=memory))


def _bound(member_pk: int, public_key: bytes) -> bytes:
    return frame(MEMBER_PURPOSE, b"%d" % member_pk, public_key)


def lock_member_key(member: Member, passphrase: str) -> MemberKey:
    """Return an unsaved fresh key pair for a member, its private half sealed under the passphrase. Slow on purpose.

    `group` and `created_at` are left to the caller.
    """
    private_key, salt, nonce = PrivateKey.generate(), secrets.token_bytes(argon2id.SALTBYTES), secrets.token_bytes(12)
    public_key = bytes(private_key.public_key)
    cipher = _stretched(passphrase, salt=salt, passes=PASSES, memory=LEAST_MEMORY)
    return MemberKey(
        member=member,
        salt=salt,
        passes=PASSES,
        memory=LEAST_MEMORY,
        public_key=public_key,
        signing_key=public_of(signing_key(bytes(private_key))),
        sealed_private_key=nonce + cipher.encrypt(nonce, bytes(private_key), _bound(member.pk, public_key)),
    )


def open_member_key(key: MemberKey, passphrase: str) -> bytes:
    """Return the member's private key (32 bytes). Raises Refusal `wrong_passphrase`, also for a changed row."""
    sealed = bytes(key.sealed_private_key)
    cipher = _stretched(passphrase, salt=bytes(key.salt), passes=key.passes, memory=key.memory)
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(key.member_id, bytes(key.public_key)))
    except InvalidTag:
        raise Refusal(
            "wrong_passphrase", _("That is not your passphrase: check the six words."), "passphrase"
        ) from None


def unlock(member: Member, passphrase: str) -> bytes:
    """Return a member's private key (32 bytes). Raises Refusal `no_member_key` or `wrong_passphrase`."""
    key = MemberKey.objects.filter(member=member).first()
    if key is None or key.left_at:
        raise Refusal("no_member_key", _("You have no key yet: an administrator starts that with you."))
    return open_member_key(key, passphrase)


def _names(group_key: GroupKey) -> list[bytes]:
    return [SEAT_PURPOSE, group_key.owner.encode(), group_key.group.encode(), b"%d" % group_key.version]


def seal_seat(group_key: GroupKey, group_private: bytes, member_key: MemberKey) -> bytes:
    """Return a group's private key sealed to a member, with the key it belongs to named inside."""
    box = SealedBox(PublicKey(bytes(member_key.public_key)))
    return box.encrypt(frame(*_names(group_key), group_private))


def group_private_key(seat: GroupKeySeat, member_private: bytes) -> bytes:
    """Return the group's private key (32 bytes). Raises BrokenSeal for a wrong key or a box from another seat."""
    try:
        inside = SealedBox(PrivateKey(member_private)).decrypt(bytes(seat.sealed_private_key))
        *names, private_key = unframe(inside)
    except (CryptoError, ValueError) as error:
        raise BrokenSeal from error
    if not hmac.compare_digest(frame(*names), frame(*_names(seat.group_key))) or len(private_key) != KEY_BYTES:
        raise BrokenSeal
    if bytes(PrivateKey(private_key).public_key) != bytes(seat.group_key.public_key):
        raise BrokenSeal
    return private_key
