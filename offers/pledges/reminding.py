"""Somebody lost their link: it is mailed again, and nobody learns whether there was anything to mail."""

from datetime import datetime, timedelta

from django.db import transaction

from kernel.outbox import enqueue
from kernel.outbox.models import OutboxRow
from kernel.vault.index import blind_email
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.submitting import CONFIRM_MAIL, MANAGE_MAIL

# one mail an hour for each offer, however often it is asked for: nobody's mailbox is flooded through us
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


def mail_links(*, email: str, at: datetime) -> int:
    """Mail the private link of every offer made with this address; one not yet confirmed is asked about once more.

    Returns how many mails will be sent, for the tests: no page may show it.
    """
    return _mail_links(blind_email(email), at)  # slow on purpose, so never while a transaction holds up others


@transaction.atomic
def _mail_links(blind: bytes, at: datetime) -> int:
    offers = Pledge.objects.filter(blind_email=blind).order_by("-created_at")[:MOST_OFFERS]
    sent = 0
    for pledge in offers:
        kind = MANAGE_MAIL if pledge.status in IN_USE else CONFIRM_MAIL
        due = pledge.status in IN_USE or pledge.status == PledgeStatus.SUBMITTED
        lately = OutboxRow.objects.filter(kind=kind, object_id=pledge.pk, created_at__gt=at - AT_MOST_EVERY)
        if due and not lately.exists():
            enqueue(kind, pledge.pk)
            sent += 1
    return sent
