"""Telling people by mail that a disclosure waits for them: neither for whom, nor about what, nor who asks.

The mail leads to the console's list. Nobody is written to about each of many: one who looks sees all that waits.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Member
from kernel.disclosure.disclosing.rows import WAITING
from kernel.disclosure.models import Disclosure, DisclosureStatus, MemberKey
from kernel.outbox import enqueue, handles, mail
from kernel.vault.models import Group

WAITS_MAIL, READABLE_MAIL = "disclosure.waits", "disclosure.readable"
SUBJECTS: dict[str, Any] = {WAITS_MAIL: _("Something waits for you"), READABLE_MAIL: _("Your answer is here")}
TOLD_LATELY = timedelta(minutes=15)
MOST_TOLD = 10  # requests of one person in a day that are told of; the console says who asks for more
A_DAY = timedelta(days=1)


def tell_givers(disclosure: Disclosure, *, at: datetime) -> None:
    """Promise a note to everyone who could give a half, in the caller's transaction.

    Nobody is told again while another request of the same side, told of a moment ago, still waits for them.
    """
    others = Disclosure.objects.filter(owner=disclosure.owner_id).exclude(pk=disclosure.pk)
    side = others.filter(requester__organisation=disclosure.requester.organisation_id)
    told = side.filter(status__in=WAITING, asked_at__gt=at - TOLD_LATELY, expires_at__gt=at)
    today = others.filter(requester=disclosure.requester_id, asked_at__gt=at - A_DAY)
    if not told.exists() and today.count() < MOST_TOLD:
        for member in _givers(disclosure):
            enqueue(WAITS_MAIL, f"{disclosure.pk}:{member.pk}")


def tell_asker(disclosure: Disclosure) -> None:
    """Promise the one who asked a note that it can be read now, in the caller's transaction."""
    enqueue(READABLE_MAIL, disclosure.pk)


def _givers(disclosure: Disclosure) -> list[Member]:
    """Return the members of the owner whose group could give a half now: those whose half is missing."""
    missing = [Group.B] if disclosure.half_b_by_id is None else []
    if disclosure.crosses and disclosure.half_a_by_id is None:
        missing.append(Group.A)
    keys = MemberKey.objects.filter(
        group__in=missing,
        left_at=None,
        member__organisation=disclosure.owner_id,
        member__left_at=None,
        member__user__is_active=True,
    ).exclude(member=disclosure.requester_id)
    found = keys.select_related("member__user").order_by("pk")
    return [key.member for key in found if key.member.key_group == key.group]


@handles(WAITS_MAIL)
def send_waits(object_id: str) -> None:
    """Write to one of those who could give a half, if it still waits and for them."""
    disclosure_id, _colon, number = object_id.partition(":")
    disclosure = _found(disclosure_id)
    if disclosure.status in WAITING and disclosure.expires_at > timezone.now():
        for member in _givers(disclosure):
            if str(member.pk) == number:
                _send(WAITS_MAIL, member)


@handles(READABLE_MAIL)
def send_readable(disclosure_id: str) -> None:
    """Write to the one who asked, while it can be read."""
    disclosure = _found(disclosure_id)
    if disclosure.status == DisclosureStatus.APPROVED and disclosure.expires_at > timezone.now():
        _send(READABLE_MAIL, disclosure.requester)


def _found(disclosure_id: str) -> Disclosure:
    return Disclosure.objects.select_related("requester__user", "owner").get(pk=disclosure_id)


def _send(kind: str, member: Member) -> None:
    if not member.user.is_active:
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("disclosures"))
    mail.send(
        to=member.user.email,
        subject=SUBJECTS[kind],
        template="disclosure/mail_waits.txt" if kind == WAITS_MAIL else "disclosure/mail_readable.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )
