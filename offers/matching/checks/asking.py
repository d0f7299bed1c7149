"""Asking both sides how it goes when a check is due, and reminding once whoever has not answered."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.timezone import localdate

from kernel import audit
from kernel.outbox import enqueue
from kernel.vault import addresses
from offers.matching.checks.models import CheckQuerySet, PlacementCheck
from offers.matching.checks.rhythm import Due, Step, due_by, remind_after
from offers.matching.deeds.moving import locked
from offers.matching.models import Match, MatchMove, MatchStatus
from offers.matching.reminding import of_the_person, tell_staff, workers
from offers.matching.sides import PERSON, PROVIDER

CHECK_MAIL = "offers.check"
REMINDER_MAIL = "offers.check_reminder"


def tend_checks(at: datetime | None = None) -> int:
    """Ask and remind as the day asks for, each match in a transaction of its own; return how many were asked.

    Run by the schedule; running it twice, or by two at once, does no harm, and a day it did not run asks nobody twice.
    """
    now = at or timezone.now()
    asked = sum(_ask(match, side, due, now) for match, side, due in list(_due(now)))
    for check in list(_quiet(now).order_by("asked_at", "pk")):
        _remind(check, now)
    return asked


def _due(at: datetime) -> Iterator[tuple[Match, str, Due]]:
    """Yield each side of a started match that was not asked yet for the latest check due."""
    began = MatchMove.objects.filter(match=OuterRef("pk"), new=MatchStatus.STARTED).order_by("-pk").values("at")
    last = {side: Max("checks__due_on", filter=Q(checks__side=side)) for side in (PERSON, PROVIDER)}
    started = Match.objects.filter(status=MatchStatus.STARTED).annotate(
        began=Subquery(began[:1]), last_person=last[PERSON], last_provider=last[PROVIDER]
    )
    for match in started.filter(began__isnull=False).order_by("began", "pk"):
        facts = match.__dict__  # annotated above
        due = due_by(localdate(facts["began"]), localdate(at))
        for side in (PERSON, PROVIDER):
            before: date | None = facts[f"last_{side}"]
            # a provider is not asked how it goes while people look into a report
            if due is not None and (before is None or before < due.on) and not (match.frozen and side == PROVIDER):
                yield match, side, due


@transaction.atomic
def _ask(match: Match, side: str, due: Due, at: datetime) -> bool:
    match = locked(match)
    asked = PlacementCheck.objects.filter(match=match, side=side)
    if match.status != MatchStatus.STARTED or asked.filter(due_on__gte=due.on).exists():
        return False  # it ended, or somebody asked, while we waited for the lock
    silent = asked.open().first()
    asked.open().update(ended_at=at)  # what nobody answered is not asked any more; that nobody did is carried on
    by_mail = side == PROVIDER and addresses.find(match.pledge_id) is not None
    check = PlacementCheck.objects.create(
        match=match,
        side=side,
        step=due.step,
        due_on=due.on,
        by_mail=by_mail,
        unanswered=silent.unanswered + 1 if silent else 0,
        asked_at=at,
    )
    if by_mail:
        enqueue(CHECK_MAIL, check.pk)
    audit.record("system", "check.asked", match.pk, fields=[check.pk], at=at)
    return True


def _quiet(at: datetime) -> CheckQuerySet:
    """Those that have waited long enough to be reminded of, and were not yet."""
    long = Q()
    for step in Step:
        long |= Q(step=step, asked_at__lte=at - remind_after(step))
    return PlacementCheck.objects.open().filter(long, reminded_at=None)


@transaction.atomic
def _remind(check: PlacementCheck, at: datetime) -> None:
    if not _quiet(at).filter(pk=check.pk).update(reminded_at=at):
        return  # answered meanwhile
    if check.by_mail:
        enqueue(REMINDER_MAIL, check.pk)
        return
    match = Match.objects.select_related("need", "pledge").get(pk=check.match_id)
    asks = of_the_person(match.need) if check.side == PERSON else workers(match.pledge.organisation_id)
    tell_staff(asks, at)
