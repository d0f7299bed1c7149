"""A dispute, and what we answered. What it did to the funds is in the ledger; nobody is in it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.disputes.reasons import in_words
from donations.giving.models import Donation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves


class DisputeStatus(models.TextChoices):
    OPEN = "open", _("undecided")  # the bank has not decided; what it holds back may come again
    WON = "won", _("decided for us")  # the money is here again, or never left
    LOST = "lost", _("decided against us")  # what the bank holds is gone


# a bank may still give back what it had decided to keep
DISPUTE_MOVES = Moves({"open": ("won", "lost"), "lost": ("won",)})


class Dispute(models.Model):
    """One dispute of a payment. `amount` is in the dispute's currency; of an inquiry nothing is held back."""

    id = PublicIdField(prefix="dsp")
    donation = models.ForeignKey(Donation, related_name="disputes", on_delete=models.PROTECT)  # disputes are records
    stripe_dispute = models.CharField(max_length=255, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40)  # Stripe's code
    inquiry = models.BooleanField(default=False)  # the bank only asks
    status = models.CharField(max_length=10, choices=DisputeStatus, default=DisputeStatus.OPEN)
    evidence_due = models.DateTimeField(null=True, blank=True)  # none: nothing can be sent any more
    submissions = models.PositiveSmallIntegerField(default=0)  # how often evidence was sent in, here or at Stripe
    opened_at = models.DateTimeField()  # at Stripe
    updated_at = models.DateTimeField(db_index=True)

    moves = DISPUTE_MOVES

    class Meta:
        indexes = [models.Index(fields=["status", "evidence_due"], name="donations_dispute_by_deadline")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES),
                name="donations_dispute_positive",
                violation_error_message=_("A dispute is about more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=DisputeStatus.values),
                name="donations_dispute_status_known",
                violation_error_message=_("This is not a state a dispute can be in."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def shown_reason(self) -> str:
        """Why the bank asks, in the reader's language."""
        return in_words(self.reason)

    @property
    def amount(self) -> Money:
        """What it is about."""
        return Money(self.amount_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        DisputeMove.objects.create(dispute=self, old=old, new=new, by=by, at=at, why=why)


class DisputeMove(models.Model):
    """One change of state of a dispute."""

    written_once = True

    dispute = models.ForeignKey(Dispute, related_name="history", on_delete=models.PROTECT)  # kept with its dispute
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.old} → {self.new}"


class Statement(models.TextChoices):
    """What we say to the bank: closed words, so that nothing slips out about what the gift was for."""

    WILLING = "willing", _("The gift was made on our page, of free will.")
    REFUNDED = "refunded", _("The gift was refunded already.")
    ONCE = "once", _("There are two gifts, and each was meant.")


class AnswerState(models.TextChoices):
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")


class Answer(models.Model):
    """One time that we answered a dispute, in words that are chosen and never written."""

    dispute = models.ForeignKey(Dispute, related_name="answers", on_delete=models.PROTECT)  # what was said stays known
    statement = models.CharField(max_length=10, choices=Statement)
    state = models.CharField(max_length=8, choices=AnswerState, default=AnswerState.SENDING)
    failure = models.CharField(max_length=40, blank=True, default="")  # Stripe's code
    stripe_file = models.CharField(max_length=255, blank=True, default="")  # what went with it, by its id at Stripe
    idempotency_key = models.CharField(max_length=40, unique=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AnswerState.values, statement__in=Statement.values),
                name="donations_answer_known",
                violation_error_message=_("This is no such answer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.state}"
