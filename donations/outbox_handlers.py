"""What the worker does for this app."""

from django.utils import timezone

from donations.alarms.telling import ALARM_MAIL, send_alarm
from donations.gateway import gateway
from donations.giving.booking import BOOKED
from donations.giving.breaker.closing import close_pages
from donations.giving.breaker.stopping import CLOSE_PAGES, standing_stop
from donations.giving.models import Donation
from donations.my_giving import asking
from donations.receipts import mails, offline
from donations.receipts.issuing import bring_in_line
from donations.receipts.summaries.deeds import CARRY, carry_on
from donations.recurring.carrying import carry_out
from donations.recurring.models import RecurringGift
from donations.recurring.settling import LOOK
from donations.recurring.sweeping import look
from donations.recurring.wishing import CARRY_OUT
from donations.refunds.deeds import SEND, send_refund
from donations.refunds.models import Refund
from donations.telling import mails as told
from donations.telling import recurring as told_again
from kernel.outbox import GiveUp, TryAgain, every, handles

__all__ = ["asking", "mails", "offline", "told", "told_again"]  # they say what they handle

every(1, "donations.webhooks.inbox.drain", name="stripe inbox")
every(10, "donations.webhooks.sweep.sweep_now", name="stripe sweep")
every(60, "donations.receipts.sweeping.sweep_now", name="receipts")
every(24 * 60, "donations.recurring.noticing.look_at_cards_now", name="cards that expire")
every(5, "donations.alarms.looking.look_now", name="money alarms")
every(24 * 60, "donations.payouts.listing.list_now", name="stripe list")
# it moves the figures once a day at most, whenever it runs
every(60, "donations.ledger.publishing.publish_totals_now", name="public totals")
every(60, "donations.campaigns.transfers.comparing.publish_campaigns_now", name="campaigns' totals")
every(60, "donations.campaigns.deeds.end_those_over_now", name="campaigns over")


@handles(SEND)
def send(refund_id: str) -> None:
    """Ask Stripe for a refund that was requested."""
    refund = Refund.objects.select_related("donation").filter(pk=refund_id).first()
    if refund is None:
        raise GiveUp("unknown_refund")
    send_refund(refund, at=timezone.now())


@handles(BOOKED)
def issue_receipts(donation_id: str) -> None:
    """Bring the receipts of a gift in line with the books."""
    bring_in_line(Donation.objects.get(pk=donation_id), at=timezone.now())


@handles(CARRY)
def write_summaries(run_id: str) -> None:
    """Write to the next donors of a run."""
    carry_on(run_id, at=timezone.now())


@handles(CARRY_OUT)
def carry_out_wishes(gift_id: str) -> None:
    """Ask Stripe for what was asked for a recurring gift."""
    if not carry_out(RecurringGift.objects.get(pk=gift_id), at=timezone.now()):
        raise TryAgain("busy")


@handles(LOOK)
def look_at_recurring(gift_id: str) -> None:
    """Ask Stripe about a recurring gift that a finance officer has settled."""
    look(RecurringGift.objects.get(pk=gift_id), stripe=gateway(), at=timezone.now())


@handles(CLOSE_PAGES)
def close(stop_id: str) -> None:
    """Close the payment pages that were open when giving was stopped, while it is."""
    if standing_stop() and close_pages(stripe=gateway(), at=timezone.now()):
        raise TryAgain("pages_left")


handles(ALARM_MAIL)(send_alarm)
