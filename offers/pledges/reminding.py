"""Somebody lost their link: it is mailed again, and nobody learns whether there was anything to mail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from kernel.outbox import enqueue, handles
from kernel.outbox.models import OutboxRow
from kernel.vault.index import blind_email
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.moderation.asking import ask, lock_address, may_ask
from offers.pledges.outbox_kinds import CONFIRM_MAIL, LINKS_ASKED, MANAGE_MAIL

# one mail an hour for each offer, and a few a day for each address, however often it is asked for
AT_MOST_EVERY = timedelta(hours=1)
MOST_OFFERS = 20
IN_USE = (
    PledgeStatus.EMAIL_CONFIRMED,
    PledgeStatus.VETTING,
    PledgeStatus.ACTIVE,
    PledgeStatus.PAUSED,
    PledgeStatus.SUSPENDED,
    PledgeStatus.EXPIRED,
)


def ask_for_links(blind: bytes) -> None:
    """Promise to mail the private links of an address, known by its blind index, if it has any.

    The request that asks does exactly this, known address or not: whether there is one, the worker finds out.
    """
    enqueue(LINKS_ASKED, blind.hex())


def mail_links(*, email: str, at: datetime) -> int:
    """Mail the private link of every offer made with this address; one not yet confirmed is asked about once more.

    Returns how many mails will be sent, for the tests: no page may show it.
    """
    return _mail_links(blind_email(email), at)  # slow on purpose, so never while a transaction holds up others


@handles(LINKS_ASKED)
def find_links(object_id: str) -> None:
    """Look whether an address has offers, and promise a message for each."""
    _mail_links(bytes.fromhex(object_id), timezone.now())


@transaction.atomic
def _mail_links(blind: bytes, at: datetime) -> int:
    lock_address(blind)
    # those in use first: whoever else made offers with this address must not push out the owner's
    first = Case(When(status__in=IN_USE, then=Value(0)), default=Value(1), output_field=IntegerField())
    wanted = Q(status__in=IN_USE) | (Q(status=PledgeStatus.SUBMITTED) & (Q(held=None) | Q(held__decision="keep")))
    offers = Pledge.objects.filter(wanted, blind_email=blind).order_by(first, "-created_at")[:MOST_OFFERS]
    sent = 0
    for pledge in offers:
        kind = MANAGE_MAIL if pledge.status in IN_USE else CONFIRM_MAIL
        lately = OutboxRow.objects.filter(kind=kind, object_id=pledge.pk, created_at__gt=at - AT_MOST_EVERY)
        if may_ask(blind, at) and not lately.exists():
            ask(kind, pledge, blind, at)
            sent += 1
    return sent
