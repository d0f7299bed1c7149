"""Trustees: each group key is sealed to their offline age keys as well. Their identities never lie on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from kernel.accounts.models import Organisation
from kernel.disclosure.models import RecoveryCopy, Trustee
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.framing import frame, unframe
from kernel.vault.models import GroupKey

PURPOSE = b"waystation recovery copy"
LEAST_TRUSTEES = 2
MOST_TRUSTEES = 5
KEY_BYTES = 32


@dataclass(frozen=True)
class Recovered:
    """What a trustee's copy holds: the group's private key, and the key the trustees sign with."""

    private_key: bytes
    signing: Ed25519PrivateKey


def check_recipients(recipients: Sequence[str]) -> tuple[str, ...]:
    """Return age recipients, sorted; none at all is allowed, and means no recovery.

    Raises Refusal `bad_recipient` for one that is none, `too_few_trustees` for a single one, `too_many_trustees`.
    """
    named = tuple(sorted({recipient.strip() for recipient in recipients if recipient.strip()}))
    for recipient in named:
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError:
            sentence = _("This is no age recipient: it begins with age1 and is made by age-keygen.")
            raise Refusal("bad_recipient", sentence, "recipients") from None
    if len(named) == 1:
        raise Refusal("too_few_trustees", _("Name two trustees, or none: one alone may be out of reach."), "recipients")
    if len(named) > MOST_TRUSTEES:
        raise Refusal("too_many_trustees", _("Five trustees at most."), "recipients")
    return named


def write_copies(
    group_key: GroupKey,
    organisation: Organisation,
    recipients: Sequence[str],
    *,
    private_key: bytes,
    signing: Ed25519PrivateKey,
    at: datetime,
) -> None:
    """Seal a group's private key to its trustees, in the caller's transaction.

    Raises Refusal `trustee_of_other_group` if one of them is trusted with the other group.
    """
    inside = frame(*_names(group_key), private_key, signing.private_bytes_raw())
    for recipient in recipients:
        trustee, _made = Trustee.objects.get_or_create(
            organisation=organisation, recipient=recipient, defaults={"group": group_key.group}
        )
        if trustee.group != group_key.group:
            sentence = _("A trustee of one group is never one of the other: name somebody else.")
            raise Refusal("trustee_of_other_group", sentence, "recipients")
        RecoveryCopy.objects.create(
            group_key=group_key,
            trustee=trustee,
            file=pyrage.encrypt(inside, [pyrage.x25519.Recipient.from_str(recipient)]),
            created_at=at,
        )


def _names(group_key: GroupKey) -> list[bytes]:
    return [PURPOSE, group_key.owner.encode(), group_key.group.encode(), b"%d" % group_key.version]


def open_copy(copy: RecoveryCopy, identity: pyrage.x25519.Identity) -> Recovered:
    """Return what a copy holds. Raises BrokenSeal for another trustee's, a moved or a changed one."""
    try:
        *names, private_key, seed = unframe(pyrage.decrypt(bytes(copy.file), [identity]))
    except (pyrage.DecryptError, ValueError) as error:
        raise BrokenSeal from error
    if names != _names(copy.group_key) or len(private_key) != KEY_BYTES or len(seed) != KEY_BYTES:
        raise BrokenSeal
    if bytes(PrivateKey(private_key).public_key) != bytes(copy.group_key.public_key):
        raise BrokenSeal
    return Recovered(private_key, Ed25519PrivateKey.from_private_bytes(seed))
