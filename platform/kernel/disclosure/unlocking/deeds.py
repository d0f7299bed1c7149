"""Unlocking and locking: what puts a private key within a session's reach, and what takes it away.

The key of the row is HKDF-SHA256 over cookie, row secret and boot secret, 32 random bytes each: the database alone,
the browser alone and the machine's memory alone open nothing.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import models, transaction
from django.utils import timezone

from kernel import audit
from kernel.accounts.models import Member
from kernel.disclosure.opening import open_member_key
from kernel.disclosure.standing import key_in_force
from kernel.disclosure.unlocking import boot, tries
from kernel.disclosure.unlocking.rows import Unlock
from kernel.disclosure.unlocking.turns import one_at_a_time
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.framing import frame

LASTS = timedelta(minutes=15)  # from the moment of the words, whatever is done with the key
PURPOSE = b"waystation unlock"
SECRET_BYTES = 32
NONCE_BYTES = 12


def session_word(session_key: str) -> str:
    """Return the 64 hex digits under which a session's unlock is kept."""
    return hashlib.sha256(frame(PURPOSE, session_key.encode())).hexdigest()


def _cipher(cookie: bytes, row_secret: bytes) -> AESGCM:
    derivation = HKDF(algorithm=hashes.SHA256(), length=SECRET_BYTES, salt=None, info=PURPOSE)
    return AESGCM(derivation.derive(cookie + row_secret + boot.secret()))


def _bound(user_id: int, session_key: str, expires_at: datetime) -> bytes:
    instant = expires_at.astimezone(UTC).isoformat(timespec="microseconds")
    return frame(PURPOSE, b"%d" % user_id, session_key.encode(), instant.encode())


@transaction.atomic
def hold(*, member: Member, private_key: bytes, session_key: str, at: datetime) -> bytes:
    """Keep a private key for this session, in place of any kept before; return the cookie (32 bytes) that opens it."""
    cookie, row_secret, nonce = (secrets.token_bytes(n) for n in (SECRET_BYTES, SECRET_BYTES, NONCE_BYTES))
    expires_at, session = at + LASTS, session_word(session_key)
    sealed = _cipher(cookie, row_secret).encrypt(nonce, private_key, _bound(member.user_id, session_key, expires_at))
    Unlock.objects.filter(session=session).delete()
    Unlock.objects.filter(expires_at__lte=at).delete()
    Unlock.objects.create(
        member=member,
        session=session,
        secret=row_secret,
        sealed=nonce + sealed,
        created_at=at,
        expires_at=expires_at,
    )
    return cookie


def open_held(row: Unlock, *, cookie: bytes, session_key: str) -> bytes:
    """Return the private key (32 bytes) that `hold` was given. Raises BrokenSeal if anything is not as it was."""
    sealed = bytes(row.sealed)
    bound = _bound(row.member.user_id, session_key, row.expires_at)
    try:
        return _cipher(cookie, bytes(row.secret)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal from error


def unlock_session(*, member: Member, passphrase: str, session_key: str, at: datetime) -> bytes:
    """Open a member's own private key for 15 minutes of this session; return the cookie (32 bytes) to give out.

    Takes half a second and 128 MiB, so it runs alone and outside any transaction. Every try is audited. Raises Refusal
    `no_member_key`, `role_changed`, `too_many_tries`, `busy`, `wrong_passphrase`.
    """
    key = key_in_force(member)
    tries.check(member, at=at)
    with one_at_a_time():
        tries.charge(member, at=at)
        try:
            private_key = open_member_key(key, passphrase)
        except Refusal as refused:
            audit.record(member.user.actor, "disclosure.unlock_failed", _object(member), refused.code, at=at)
            raise
    with transaction.atomic():
        tries.forgive(member)
        audit.record(member.user.actor, "disclosure.unlocked", _object(member), at=at)
        return hold(member=member, private_key=private_key, session_key=session_key, at=at)


@transaction.atomic
def lock_session(*, session_key: str, at: datetime, why: str = "asked") -> bool:
    """Take a session's key away at once. Returns whether there was one; twice changes nothing."""
    return _take_away(Unlock.objects.filter(session=session_word(session_key)), at=at, why=why)


@transaction.atomic
def lock_everywhere(*, member: Member, at: datetime, why: str) -> bool:
    """Take a member's key away from every session; `why` is a code. Returns whether there was any."""
    return _take_away(Unlock.objects.filter(member=member), at=at, why=why)


def _take_away(rows: models.QuerySet[Unlock], *, at: datetime, why: str) -> bool:
    members = {row.member for row in rows.select_related("member__user")}
    rows.delete()
    for member in members:
        audit.record(member.user.actor, "disclosure.locked", _object(member), why, at=at)
    return bool(members)


def delete_expired(at: datetime | None = None) -> int:
    """Delete what is past its quarter of an hour; return how many. The schedule runs it every minute."""
    deleted, _by_model = Unlock.objects.filter(expires_at__lte=at or timezone.now()).delete()
    return deleted


def _object(member: Member) -> str:
    return f"member:{member.pk}"
