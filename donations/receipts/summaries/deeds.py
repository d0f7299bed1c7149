"""Asking for the summaries of a year, working them off batch by batch, and stopping in between."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from donations.receipts.mails import SUMMARY_MAIL
from donations.receipts.models import Receipt, ReceiptWish
from donations.receipts.summaries.models import Summary, SummaryRun, SummaryStatus
from donations.receipts.wishes import asker, by_mailbox
from kernel import audit, outbox
from kernel.states import Refusal, move
from kernel.vault.index import spelled

CARRY = "donations.summary_run"
BATCH = 50  # donors a transaction: a second or so
SYSTEM = "system"


def asked_for(year: int) -> "QuerySet[ReceiptWish]":
    """Return the wishes of gifts of a year for which a receipt was issued."""
    return ReceiptWish.objects.filter(
        donation__in=Receipt.objects.filter(given_on__year=year).order_by().values("donation")
    )


def receipts_in(summary: Summary) -> "QuerySet[Receipt]":
    """Return what stands on a summary: all receipts about that donor's gifts of the year, in order."""
    alike = ReceiptWish.objects.filter(blind_email=bytes(summary.wish.blind_email))
    mine = [one.donation_id for one in by_mailbox(alike)[spelled(asker(summary.wish).email)]]
    return (
        Receipt.objects.filter(given_on__year=summary.run.year, donation__in=mine)
        .select_related("issuer", "terms")
        .order_by("given_on", "pk")
    )


@transaction.atomic
def ask_for_summaries(*, year: int, by: str, at: datetime) -> SummaryRun:
    """Queue the summaries of a year. Raises Refusal `year_not_over`, `nothing_to_summarise`, `runs_already`."""
    if year >= at.year:
        raise Refusal("year_not_over", _("Summaries are made once the year is over."), "year")
    total = asked_for(year).values("blind_email").distinct().count()
    if not total:
        raise Refusal("nothing_to_summarise", _("No receipts were issued for gifts of that year."), "year")
    try:
        with transaction.atomic():
            run = SummaryRun.objects.create(year=year, total=total, created_at=at, updated_at=at)
    except IntegrityError:
        raise Refusal("runs_already", _("Summaries of this year are being made already."), "year") from None
    run.keep_history(old="", new=SummaryStatus.QUEUED, by=by, at=at, why="")
    audit.record(by, "summaries.asked", run.pk, at=at)
    outbox.enqueue(CARRY, run.pk)
    return run


@transaction.atomic
def cancel_summaries(*, run: SummaryRun, by: str, at: datetime) -> SummaryRun:
    """Stop after the batch that is under way. Raises Refusal `illegal_transition` for a run that is over."""
    held = SummaryRun.objects.select_for_update().get(pk=run.pk)
    move(held, to=SummaryStatus.CANCELED, by=by, at=at)
    audit.record(by, "summaries.canceled", held.pk, at=at)
    return held


@transaction.atomic
def carry_on(run_id: str, *, at: datetime, batch: int = BATCH) -> SummaryRun:
    """Write to the next donors of a run, and promise to come back for the rest; nothing for a run that is over.

    One transaction: killed anywhere, the next try goes on where this one began, and nobody is written to twice.
    """
    run = SummaryRun.objects.select_for_update().get(pk=run_id)
    if run.status not in (SummaryStatus.QUEUED, SummaryStatus.RUNNING):
        return run
    if run.status == SummaryStatus.QUEUED:
        move(run, to=SummaryStatus.RUNNING, by=SYSTEM, at=at)
    wishes = asked_for(run.year)
    ahead = wishes.filter(blind_email__gt=bytes(run.reached)) if run.reached else wishes
    blinds = ahead.order_by("blind_email").values_list("blind_email", flat=True).distinct()
    donors = [bytes(one) for one in blinds[:batch]]
    for donor in donors:
        for mine in by_mailbox(wishes.filter(blind_email=donor)).values():
            summary = Summary.objects.create(run=run, wish=mine[-1], created_at=at)
            outbox.enqueue(SUMMARY_MAIL, summary.pk)
    run.done += len(donors)
    run.reached = donors[-1] if donors else run.reached
    run.save(update_fields=["done", "reached"])
    if len(donors) < batch:
        move(run, to=SummaryStatus.SUCCEEDED, by=SYSTEM, at=at)
        audit.record(SYSTEM, "summaries.made", run.pk, at=at)
    else:
        outbox.enqueue(CARRY, run.pk)
    return run
