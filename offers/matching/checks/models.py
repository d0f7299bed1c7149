"""A check: one side of a match that has started was asked how it goes, and gave one of four words, or none."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from offers.matching.checks.rhythm import Step, overdue_after
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON, PROVIDER


class CheckAnswer(models.TextChoices):
    """How it goes. There is no field in which a word could be written."""

    FINE = "fine", _("all is well")
    NEEDS_HELP = "needs_help", _("needs help")
    WANTS_TO_STOP = "wants_to_stop", _("wants it to end")
    UNSAFE = "unsafe", _("it is not safe")


# somebody has to look after these; what is not safe is an incident, and looked after as one
TO_LOOK_AFTER = (CheckAnswer.NEEDS_HELP, CheckAnswer.WANTS_TO_STOP)


class CheckQuerySet(models.QuerySet["PlacementCheck"]):
    """Adjectives."""

    def open(self) -> "CheckQuerySet":
        """Those that still wait for an answer."""
        return self.filter(ended_at=None)

    def of(self, organisation: Organisation) -> "CheckQuerySet":
        """Those of the sides that the organisation speaks for."""
        person = Q(side=PERSON, match__need__organisation=organisation)
        return self.filter(person | Q(side=PROVIDER, match__pledge__organisation=organisation))

    def to_look_after(self) -> "CheckQuerySet":
        """Those whose answer asks for somebody, and nobody has said yet that they do; until help has ended."""
        return self.filter(answer__in=TO_LOOK_AFTER, seen_at=None, match__status=MatchStatus.STARTED)


class PlacementCheck(models.Model):
    """One side asked once. `unanswered`: so many checks of this side, just before this one, nobody answered."""

    id = PublicIdField(prefix="chk")
    match = models.ForeignKey(
        Match,
        related_name="checks",
        on_delete=models.PROTECT,  # taken away when the match is thinned, never as a side effect
    )
    side = models.CharField(max_length=8, choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)])
    step = models.CharField(max_length=5, choices=Step)
    due_on = models.DateField()
    by_mail = models.BooleanField(default=False)  # the provider was written to; else somebody asks
    unanswered = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=13, choices=CheckAnswer, blank=True, default="")
    answered_by = models.CharField(max_length=60, blank=True, default="")  # opaque: a person, or the provider
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # answered, or no longer asked
    seen_by = models.CharField(max_length=60, blank=True, default="")  # who looks after what was answered
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "side", "due_on"],
                name="offers_check_once",
                violation_error_message=_("This side was asked on this day already."),
            ),
            models.UniqueConstraint(
                fields=["match", "side"],
                condition=Q(ended_at=None),
                name="offers_check_one_open_a_side",
                violation_error_message=_("This side is being asked already."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by="", answered_at=None)
                | (Q(answer__in=CheckAnswer.values, answered_at__isnull=False, ended_at__isnull=False)),
                name="offers_check_whole",
                violation_error_message=_("A check is answered with one of the words, once, or not at all."),
            ),
            models.CheckConstraint(
                condition=Q(side__in=[PERSON, PROVIDER], step__in=Step.values),
                name="offers_check_words_known",
                violation_error_message=_("A check is of one side, and of a kind that is known."),
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by="") | (Q(seen_at__isnull=False) & ~Q(seen_by="") & ~Q(answer="")),
                name="offers_check_seen_by_somebody",
                violation_error_message=_("What was answered is looked after by somebody."),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(ended_at=None), name="offers_check_open")]

    def __str__(self) -> str:
        return self.pk

    def is_overdue(self, at: datetime) -> bool:
        """Whether the silence of this side has to be shown: for too long, or for a second time."""
        return self.ended_at is None and (self.unanswered > 0 or at >= self.asked_at + overdue_after(self.step))
