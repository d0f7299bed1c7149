"""Recovery: trustees of both groups bring an organisation back whose members have lost their passphrases.

A trustee's copy opens one group's key and signs as that group's trustees. Letting a newcomer in takes two, as always:
the trustee of the newcomer's group gives the seat, and a member who can, or the trustee of the other group, signs too.
"""

from datetime import datetime

import pyrage
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.disclosure.holding import Voucher, lock, trusted_keys
from kernel.disclosure.joining import give_seats, sign_joining
from kernel.disclosure.models import MemberKey, RecoveryCopy
from kernel.disclosure.trustees import Recovered, open_copy
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.chain.replay import trustees_of
from kernel.vault.chain.signing import public_of

ACTOR = "system"  # a trustee has no login here; the reason says whose trustee it was


@transaction.atomic
def recover(*, newcomer: MemberKey, group: str, identity: pyrage.x25519.Identity, digits: str, at: datetime) -> bool:
    """Sign for a newcomer as a trustee of `group`; give the seat if that is the newcomer's group and two have signed.

    Returns whether it was given. Raises Refusal `no_copy` if no copy of the group's live key opens with the identity,
    and what `joining.let_in` raises.
    """
    organisation = newcomer.member.organisation
    lock(organisation)
    opened = open_copies(organisation, group, identity)
    state = trusted_keys(organisation).groups[group]
    live = next((found for copy, found in opened if copy.group_key.version == state.key.version), None)
    if live is None or public_of(live.signing) != state.key.recovery:
        raise Refusal("no_copy", _("No copy of this group's live key opens with that identity."))
    why = f"trustee_{group.lower()}"
    sign_joining(newcomer, digits, Voucher(trustees_of(group), group, live.signing), ACTOR, at, why)
    if group != newcomer.group:
        return False
    return give_seats(newcomer, {copy.group_key_id: found.private_key for copy, found in opened}, ACTOR, at, why)


def open_copies(
    organisation: Organisation, group: str, identity: pyrage.x25519.Identity
) -> list[tuple[RecoveryCopy, Recovered]]:
    """Return the copies of a group's keys, of all versions, that open with an identity, and what they hold."""
    copies = RecoveryCopy.objects.filter(group_key__owner=organisation.pk, group_key__group=group)
    opened = []
    for copy in copies.select_related("group_key").order_by("group_key__version"):
        try:
            opened.append((copy, open_copy(copy, identity)))
        except BrokenSeal:
            continue  # another trustee's
    return opened
