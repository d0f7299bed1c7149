"""Making a calendar address, making it worthless, and finding out where one leads."""

import base64
import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from kernel import audit
from offers.pledges.calendar_link.models import CalendarLink
from offers.pledges.locking import locked, only_while
from offers.pledges.models import Pledge, PledgeStatus

WORD = "[a-z2-7]{32}"  # 160 bits
READABLE = (PledgeStatus.VETTING, PledgeStatus.ACTIVE, PledgeStatus.PAUSED)


def secret_of(link: CalendarLink, purpose: str) -> str:
    """Return 160 bits in base32 that only this server can make, for one purpose of one address."""
    bound = salted_hmac(f"offers.calendar.{purpose}", f"{link.pledge_id}:{bytes(link.salt).hex()}", algorithm="sha256")
    return base64.b32encode(bound.digest()[:20]).decode().lower()


def word_of(link: CalendarLink) -> str:
    """Return the word in the address. It says nothing: not even the offer's id is in it."""
    return secret_of(link, "word")


def _fingerprint(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


@transaction.atomic
def switch_on(*, pledge: Pledge, by: str, at: datetime) -> CalendarLink:
    """Make an address; an earlier one is worthless from now on. Raises Refusal `illegal_transition`."""
    pledge = locked(pledge)
    only_while(pledge, *READABLE)
    CalendarLink.objects.filter(pledge=pledge).delete()
    link = CalendarLink(pledge=pledge, salt=secrets.token_bytes(16), made_at=at)
    link.fingerprint = _fingerprint(word_of(link))
    link.save()
    audit.record(by, "pledge.calendar_on", pledge.pk, at=at)
    return link


@transaction.atomic
def switch_off(*, pledge: Pledge, by: str, at: datetime) -> None:
    """Make the address worthless, whatever state the offer is in. Twice changes nothing."""
    pledge = locked(pledge)
    if forget_link(pledge):
        audit.record(by, "pledge.calendar_off", pledge.pk, at=at)


def forget_link(pledge: Pledge) -> int:
    """Delete the address of a pledge, and return how many there were."""
    return CalendarLink.objects.filter(pledge=pledge).delete()[0]


def told_link(pledge: Pledge) -> bool:
    """Return whether there is one, as the provider is told."""
    return CalendarLink.objects.filter(pledge=pledge).exists()


def link_behind(word: str) -> CalendarLink | None:
    """Return the link an address belongs to, with its pledge, or None if it never was one, or is none any more."""
    found = CalendarLink.objects.select_related("pledge").filter(fingerprint=_fingerprint(word)).first()
    return found if found is not None and found.pledge.status in READABLE else None
