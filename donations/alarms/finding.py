"""What is wrong right now, read from the rows. Nothing is written here."""

from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet

from donations.alarms.models import AlarmCode
from donations.funds.models import Fund
from donations.giving.breaker.pressure import State, pressures, worst
from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.payouts.models import UnreadRow
from donations.recurring.models import RecurringGift
from donations.webhooks.models import EventState, InboxEvent

LATELY = timedelta(hours=2)
MISSED_AFTER = timedelta(minutes=5)  # Stripe delivers within seconds: what the sweep found older than this was not
MISSED = 3
# a page lives a day and the sweep asks about it; a bank debit takes up to fourteen days
PENDING_TOO_LONG, PROCESSING_TOO_LONG = timedelta(hours=26), timedelta(days=15)
FAILING = timedelta(minutes=30)


def found(*, at: datetime) -> set[str]:
    """Return the codes of all alarms that should stand at this moment."""
    checks = {
        AlarmCode.ENDPOINT_QUIET: endpoint_is_quiet,
        AlarmCode.STRIPE_UNREACHABLE: stripe_is_away,
        AlarmCode.EVENTS_ASIDE: lambda *, at: InboxEvent.objects.filter(state=EventState.POISON).exists(),
        AlarmCode.PAYMENTS_STUCK: lambda *, at: stuck(at=at).exists() or RecurringGift.objects.mismatched().exists(),
        AlarmCode.ROWS_UNREAD: lambda *, at: UnreadRow.objects.standing().exists(),
        AlarmCode.CARD_TESTING: cards_are_tested,
    }
    return {str(code) for code, check in checks.items() if check(at=at)}


def endpoint_is_quiet(*, at: datetime) -> bool:
    """Whether the sweep had to find several events lately, and Stripe has delivered nothing since the last of them.

    Silence alone is no sign: at night nothing happens. Events that we had to fetch are.
    """
    lately = InboxEvent.objects.filter(received_at__gt=at - LATELY)
    missed = lately.filter(swept=True, received_at__gt=F("happened_at") + MISSED_AFTER)
    if missed.count() < MISSED:
        return False
    newest = missed.aggregate(newest=Max("happened_at"))["newest"]
    return not lately.filter(swept=False, received_at__gte=newest).exists()


def stripe_is_away(*, at: datetime) -> bool:
    """Whether events have waited for half an hour because Stripe gave no answer that could be used."""
    away = ("unreachable_error", "busy_error", "stripe_fault_error", "unauthorised_error")
    waiting = InboxEvent.objects.filter(state=EventState.WAITING, error__in=away, received_at__lt=at - FAILING)
    return waiting.exists()


def stuck(*, at: datetime) -> QuerySet[Donation]:
    """Return donations that should have ended long ago, and those whose page says something else than we asked."""
    late = Q(status=DonationStatus.PENDING, created_at__lt=at - PENDING_TOO_LONG)
    late |= Q(status=DonationStatus.PROCESSING, created_at__lt=at - PROCESSING_TOO_LONG)
    return Donation.objects.filter(late | ~Q(mismatch=""))


def cards_are_tested(*, at: datetime) -> bool:
    """Whether the breaker has tripped, in all or for a fund."""
    return worst(pressures(list(Fund.objects.open()), at=at)) == State.TRIPPED
