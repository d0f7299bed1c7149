"""Offers made with the same address, found by its blind index; and those that look like the same offer twice."""

from offers.pledges import availability
from offers.pledges.models import Pledge, PledgeQuerySet, PledgeStatus

STANDING = (PledgeStatus.EMAIL_CONFIRMED, PledgeStatus.VETTING, PledgeStatus.ACTIVE, PledgeStatus.PAUSED)


def of_the_same_address(pledge: Pledge) -> PledgeQuerySet:
    """Return the other offers made with a pledge's address, of every organisation, drafts left out."""
    if not pledge.blind_email:
        return Pledge.objects.none()
    return Pledge.objects.submitted().filter(blind_email=pledge.blind_email).exclude(pk=pledge.pk)


def looks_the_same(one: Pledge, other: Pledge) -> bool:
    """Whether two offers of one address may be one: both stand, of one kind, in one place, with a day in common.

    That is a reason to look, never to refuse: a host may offer two rooms.
    """
    if not (one.status in STANDING and other.status in STANDING):
        return False
    if (one.kind, one.country, one.region, one.city) != (other.kind, other.country, other.region, other.city):
        return False
    ranges, others = availability.read(one.availability), availability.read(other.availability)
    return any(mine.start < its.end and its.start < mine.end for mine in ranges for its in others)
