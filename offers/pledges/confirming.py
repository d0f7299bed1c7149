""" "It is still so": the provider's word, which counts until it is asked for again."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from offers.pledges.living import resume
from offers.pledges.locking import locked, only_while, save
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.rhythm import NO_ANSWER
from offers.pledges.vetting import confirm_by


def fell_silent(pledge: Pledge) -> bool:
    """Whether an offer is paused because nobody answered, and not because its provider wanted a pause."""
    if pledge.status != PledgeStatus.PAUSED:
        return False
    last = pledge.history.last()
    return last is not None and last.why == NO_ANSWER


@transaction.atomic
def confirm(*, pledge: Pledge, by: str, at: datetime) -> Pledge:
    """Say that an active or paused offer is still so. One that was paused for silence alone is taken up again.

    Said twice on a day, it changes nothing the second time. Raises Refusal `illegal_transition`.
    """
    pledge = locked(pledge)
    only_while(pledge, PledgeStatus.ACTIVE, PledgeStatus.PAUSED)
    if fell_silent(pledge):
        return resume(pledge=pledge, by=by, at=at)
    until = confirm_by(localdate(at))
    if pledge.confirm_by == until:
        return pledge
    pledge.confirm_by = until
    save(pledge, "confirm_by", at=at)
    audit.record(by, "pledge.confirmed", pledge.pk, fields=["confirm_by"], at=at)
    return pledge
