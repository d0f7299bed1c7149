"""The switch: no gift can be begun until a person says so again. Whoever sees an attack presses first, asks later."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from donations.giving.breaker.models import GivingStop, StopReason
from kernel import audit, outbox
from kernel.states import Refusal

CLOSE_PAGES = "donations.close_pages"
STOPPED = _("No gifts are taken at the moment. Nothing was charged. Please come back later.")


def standing_stop() -> GivingStop | None:
    """Return the stop that is in force, if there is one."""
    return GivingStop.objects.filter(resumed_at=None).first()


def check_giving_goes_on() -> None:
    """Raise Refusal `giving_stopped` while it does not."""
    if GivingStop.objects.filter(resumed_at=None).exists():
        raise Refusal("giving_stopped", STOPPED, retry_after=3600)


@transaction.atomic
def stop_giving(*, reason: str, by: str, at: datetime) -> GivingStop:
    """Take no gifts from now on, and have open payment pages closed. Done twice, it changes nothing.

    Raises Refusal `unknown_reason`.
    """
    if reason not in StopReason.values:
        raise Refusal("unknown_reason", _("Choose one of the reasons."), "reason")
    standing = standing_stop()
    if standing:
        return standing
    try:
        with transaction.atomic():
            stop = GivingStop.objects.create(stopped_at=at, stopped_by=by, reason=reason)
    except IntegrityError:  # somebody pressed at the same moment
        return GivingStop.objects.get(resumed_at=None)
    audit.record(by, "giving.stop", f"stop:{stop.pk}", reason=reason, at=at)
    outbox.enqueue(CLOSE_PAGES, str(stop.pk))
    return stop


@transaction.atomic
def resume_giving(*, by: str, at: datetime) -> None:
    """Take gifts again. Raises Refusal `illegal_transition` if they were not stopped."""
    stop = GivingStop.objects.select_for_update().filter(resumed_at=None).first()
    if stop is None:
        raise Refusal("illegal_transition", _("Gifts are being taken: nothing is stopped."))
    GivingStop.objects.filter(pk=stop.pk).update(resumed_at=at, resumed_by=by)
    audit.record(by, "giving.resume", f"stop:{stop.pk}", at=at)
