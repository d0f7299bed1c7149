"""A run over all donors of a year, and the summary of one of them. The paper itself is drawn from the receipts."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from donations.receipts.models import ReceiptWish
from kernel.ids.fields import PublicIdField
from kernel.states import Moves


class SummaryStatus(models.TextChoices):
    QUEUED = "queued", _("waits")  # nobody was written to yet
    RUNNING = "running", _("runs")  # some were
    SUCCEEDED = "succeeded", _("done")  # everybody was
    CANCELED = "canceled", _("stopped")  # somebody no longer wanted it; who was written to stays so


SUMMARY_MOVES = Moves({"queued": ("running", "succeeded", "canceled"), "running": ("succeeded", "canceled")})


class SummaryRun(models.Model):
    """Summaries of one year for every donor with a receipt. `reached` is the last donor's blind index, and `done` how
    many were worked off: the few spellings that share one are one there, and are written to each for itself."""

    id = PublicIdField(prefix="sr")
    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=SummaryStatus, default=SummaryStatus.QUEUED)
    total = models.PositiveIntegerField(default=0)  # donors, when it was asked
    done = models.PositiveIntegerField(default=0)
    reached = models.BinaryField(max_length=32, default=b"")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    moves = SUMMARY_MOVES

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(status__in=["queued", "running"]),
                name="donations_summary_run_one_a_year",
                violation_error_message=_("Summaries of this year are being made already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "succeeded", "canceled"], done__gte=0, total__gte=0)
                & Q(year__gte=2000, year__lte=2200)
                & (~Q(status="queued") | Q(done__lte=F("total"))),
                name="donations_summary_run_known",
                violation_error_message=_("This is no run over a year."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        SummaryRunMove.objects.create(run=self, old=old, new=new, by=by, at=at, why=why)


class SummaryRunMove(models.Model):
    """One change of state of a run."""

    written_once = True

    run = models.ForeignKey(SummaryRun, related_name="history", on_delete=models.PROTECT)  # kept with its run
    old = models.CharField(max_length=9, blank=True, default="")
    new = models.CharField(max_length=9)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.old} → {self.new}"


class Summary(models.Model):
    """That a donor was sent what they gave in a year. It goes with the wish it was sent by."""

    id = PublicIdField(prefix="sy")
    run = models.ForeignKey(SummaryRun, related_name="summaries", on_delete=models.PROTECT)  # runs stay
    wish = models.ForeignKey(
        ReceiptWish, related_name="summaries", on_delete=models.CASCADE
    )  # nothing of a donor stays behind when the wish goes
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "wish"],
                name="donations_summary_once",
                violation_error_message=_("This donor was written to in this run."),
            )
        ]

    def __str__(self) -> str:
        return self.pk
