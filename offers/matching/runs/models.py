"""A run: what was asked, how far it is, what it reached and what proves it. An assignment: one pair of its plan."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.matching.models import Match
from offers.needs.models import Need
from offers.pledges.models import Pledge


class RunStatus(models.TextChoices):
    QUEUED = "queued", "queued"  # waits for a process that makes the plan
    RUNNING = "running", "running"  # a process makes it, and says so every few seconds
    SUCCEEDED = "succeeded", "succeeded"  # there is a plan; nothing is held until it is applied
    FAILED = "failed", "failed"  # there is none, and `error` says why
    CANCELED = "canceled", "canceled"  # somebody no longer wants it


RUN_MOVES = Moves(
    {
        "queued": ("running", "failed", "canceled"),
        "running": ("succeeded", "failed", "canceled", "queued"),
    }
)


class RunQuerySet(models.QuerySet["MatchingRun"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "RunQuerySet":
        """The operator's own; nobody else plans for the whole network."""
        return self.filter(organisation=organisation) if organisation.is_operator else self.none()


class MatchingRun(models.Model):
    """One plan over open needs. Its words are ids and figures; of nobody it says more than the needs themselves do."""

    id = PublicIdField(prefix="run")
    organisation = models.ForeignKey(
        Organisation,
        related_name="matching_runs",
        on_delete=models.PROTECT,  # who planned stays known
    )
    status = models.CharField(max_length=9, choices=RunStatus, default=RunStatus.QUEUED)
    kinds = models.JSONField(default=list)  # words of `Kind`; none: all
    countries = models.JSONField(default=list)  # ISO 3166-1: where the help is; none: anywhere
    needs_named = models.JSONField(null=True, blank=True)  # ids of needs; null: every open one
    forbid = models.JSONField(default=list)  # [[need, pledge], …]: pairs that must not be in the plan
    force = models.JSONField(default=list)  # likewise: pairs that must
    alternative_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        related_name="alternatives",
        on_delete=models.PROTECT,  # what it is compared with stays; runs are thinned, not deleted
    )
    dry_run = models.BooleanField(default=True)  # false: applied as soon as it succeeded
    seed = models.PositiveIntegerField(default=1)
    time_limit_s = models.PositiveSmallIntegerField(default=60)  # for the solvers together
    as_of = models.DateField()  # the day the rules are asked about
    progress = models.PositiveSmallIntegerField(default=0)  # thousandths
    attempts = models.PositiveSmallIntegerField(default=0)  # how often a process took it up
    beat_at = models.DateTimeField(null=True, blank=True)  # the last sign of life of that process
    snapshot = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of the facts the plan was made from
    objective = models.JSONField(null=True, blank=True)
    report = models.JSONField(null=True, blank=True)  # by family size, by organisation, each objective
    prices = models.JSONField(default=list)  # [[part, pledge, first unit of the lot, price], …]: the proof
    error = models.CharField(max_length=40, blank=True, default="")  # a code
    applied_by = models.CharField(max_length=60, blank=True, default="")
    apply_asked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)  # every pair was tried
    thinned_at = models.DateTimeField(null=True, blank=True)  # since then it keeps its figures, and no pairs
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = RunQuerySet.as_manager()
    moves = RUN_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RunStatus.values),
                name="offers_run_status_known",
                violation_error_message="This is not a state a run can be in.",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=1000, time_limit_s__gte=1),
                name="offers_run_figures",
                violation_error_message="A run is between begun and done, and has a second at least.",
            ),
            models.CheckConstraint(
                condition=Q(apply_asked_at=None) | Q(status="succeeded"),
                name="offers_run_applied_with_a_plan",
                violation_error_message="Only a plan that was made can be applied.",
            ),
            models.CheckConstraint(
                condition=Q(alternative_to=None) | Q(dry_run=True),
                name="offers_run_alternative_is_dry",
                violation_error_message="What if not is a question: its plan is looked at before it is applied.",
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        RunMove.objects.create(run=self, old=old, new=new, by=by, at=at, why=why)


class RunMove(models.Model):
    """One change of state of a run."""

    written_once = True

    run = models.ForeignKey(MatchingRun, related_name="history", on_delete=models.PROTECT)  # history is kept
    old = models.CharField(max_length=9, blank=True, default="")
    new = models.CharField(max_length=9)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.old} → {self.new}"


class Outcome(models.TextChoices):
    PLANNED = "planned", "planned"  # nothing was done with it yet
    PROPOSED = "proposed", "proposed"  # a match came of it
    KEPT = "kept", "kept"  # the need's open proposal is the best for it, and stays as it is
    LOST = "lost", "lost"  # the need stays as it was; `why` says what changed


class Assignment(models.Model):
    """One need and one pledge of a plan, as they were when it was made."""

    run = models.ForeignKey(
        MatchingRun, related_name="assignments", on_delete=models.PROTECT
    )  # let go before its run is thinned
    need = models.ForeignKey(Need, related_name="+", on_delete=models.PROTECT)  # erasing a need takes these first
    pledge = models.ForeignKey(Pledge, related_name="+", on_delete=models.PROTECT)  # likewise
    units = models.PositiveIntegerField()
    lots = models.JSONField()  # [[first unit of the lot, units taken], …]
    unit_numbers = models.JSONField(default=list)  # the numbers of those units: nobody else of the plan has them
    starts_on = models.DateField()
    ends_on = models.DateField()
    score = models.PositiveSmallIntegerField()
    need_version = models.PositiveIntegerField()
    pledge_version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PLANNED)
    asked_by = models.CharField(max_length=60, blank=True, default="")  # who asked for it to be applied
    why = models.CharField(max_length=40, blank=True, default="")  # a code
    match = models.ForeignKey(
        Match,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # what came of it, or what stays
    )
    instead_of = models.ForeignKey(
        Match,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # the open proposal that it moves
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "need"],
                name="offers_assignment_one_a_need",
                violation_error_message="A plan places a need once.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("proposed", "kept"), match__isnull=False)
                | (~Q(outcome__in=("proposed", "kept")) & Q(match=None)),
                name="offers_assignment_proposed_is_a_match",
                violation_error_message="What was proposed, or stays so, is a match.",
            ),
            models.CheckConstraint(
                condition=Q(score__lte=1000, ends_on__gt=models.F("starts_on")),
                name="offers_assignment_figures",
                violation_error_message="A score is between 0 and 1000, and a stay ends after it begins.",
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="offers_assignment_todo")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.need_id} → {self.pledge_id}"
