"""What a provider does with an offer that stands: stop it for a while, take it up again, take it back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from kernel.vault import addresses
from offers.kinds.reasons import PauseReason, WithdrawReason, must_be_listed
from offers.pledges.locking import locked, moved, only_while
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.references.ending import end_references
from offers.pledges.vetting import confirm_by, void_steps


@transaction.atomic
def pause(*, pledge: Pledge, by: str, at: datetime, why: str = "") -> Pledge:
    """Stop an active offer for a while; what was promised already stays promised.

    `why` is a word of PauseReason. Raises Refusal `illegal_transition` or `invalid_choice`.
    """
    must_be_listed(why, among=PauseReason)
    return set_aside(pledge=pledge, by=by, at=at, why=why)


@transaction.atomic
def set_aside(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Do what `pause` does for a code of the house's own, such as a silence. Raises `illegal_transition`."""
    pledge = locked(pledge)
    moved(pledge, to=PledgeStatus.PAUSED, by=by, at=at, why=why)
    audit.record(by, "pledge.paused", pledge.pk, reason=why, at=at)
    return pledge


@transaction.atomic
def resume(*, pledge: Pledge, by: str, at: datetime) -> Pledge:
    """Take up a paused offer, which also says that it is still so; one whose checks lapsed goes back to vetting.

    Raises Refusal `illegal_transition`.
    """
    pledge = locked(pledge)
    # the table lets vetting and drafts become active too, by signature or trust: never by the provider's word
    only_while(pledge, PledgeStatus.PAUSED)
    today = localdate(at)
    if pledge.vetting_valid_until is None or pledge.vetting_valid_until < today:
        void_steps(pledge, at=at)
        moved(pledge, to=PledgeStatus.VETTING, by=by, at=at, why="checks_lapsed", verified_features=[])
    else:
        moved(pledge, to=PledgeStatus.ACTIVE, by=by, at=at, confirm_by=confirm_by(today))
    audit.record(by, "pledge.resumed", pledge.pk, at=at)
    return pledge


@transaction.atomic
def withdraw(*, pledge: Pledge, by: str, at: datetime, why: str = "") -> Pledge:
    """Take an offer back. Every link to it ends and the address our mails went to is forgotten.

    The caller frees what it promised, in the same transaction. `why` is a word of WithdrawReason.
    Raises Refusal `illegal_transition` or `invalid_choice`.
    """
    must_be_listed(why, among=WithdrawReason)
    return taken_back(pledge=pledge, by=by, at=at, why=why)


@transaction.atomic
def taken_back(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Do what `withdraw` does for a code of the house's own, such as an erasure's. Raises `illegal_transition`."""
    pledge = locked(pledge)
    moved(pledge, to=PledgeStatus.WITHDRAWN, by=by, at=at, why=why, link_version=pledge.link_version + 1)
    addresses.forget(pledge.pk)
    end_references(pledge, at=at)
    audit.record(by, "pledge.withdrawn", pledge.pk, reason=why, at=at)
    return pledge
