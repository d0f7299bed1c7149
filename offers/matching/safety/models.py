"""An incident: somebody of one side says that it is not safe. What it froze stays frozen until two people lift it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.kinds.reasons import Concern
from offers.matching.models import Match
from offers.matching.sides import PERSON, PROVIDER


class IncidentStatus(models.TextChoices):
    STANDING = "standing", _("everything stands still")  # nobody has said yet that it may go on
    LIFT_ASKED = "lift_asked", _("a second person is asked")  # one person says that it may go on
    LIFTED = "lifted", _("lifted")  # two people said so


INCIDENT_MOVES = Moves(
    {
        "standing": ("lift_asked",),
        "lift_asked": ("lifted", "standing"),
    }
)


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "IncidentQuerySet":
        """Those it reported, and those by which a match of its own stands still; the operator's are all of them."""
        if organisation.is_operator:
            return self
        mine = Match.objects.visible_to(organisation).values("pk")
        touched = Freeze.objects.filter(match__in=mine).values("incident")
        return self.filter(Q(organisation=organisation) | Q(pk__in=touched))

    def standing(self) -> "IncidentQuerySet":
        """Those that still freeze something."""
        return self.exclude(status=IncidentStatus.LIFTED)


class Incident(models.Model):
    """One report: of which match, by which side, of what kind. Whoever is of the other side never learns whose it was.

    `organisation` is the one that spoke for `side`. `taken_by` has said that they are looking after it.
    """

    id = PublicIdField(prefix="inc")
    match = models.ForeignKey(Match, related_name="incidents", on_delete=models.PROTECT)  # a report is history
    organisation = models.ForeignKey(
        Organisation,
        related_name="+",
        on_delete=models.PROTECT,  # who spoke stays known
    )
    side = models.CharField(max_length=8, choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)])
    concern = models.CharField(max_length=20, choices=Concern)
    status = models.CharField(max_length=10, choices=IncidentStatus, default=IncidentStatus.STANDING)
    by = models.CharField(max_length=60)  # opaque: a person, a program, or a provider by the private link
    taken_by = models.CharField(max_length=60, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField()  # when coordinators were last written to
    times_told = models.PositiveSmallIntegerField(default=1)
    asked_by = models.CharField(max_length=60, blank=True, default="")  # who asks to lift it
    lifted_by = models.CharField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = IncidentQuerySet.as_manager()
    moves = INCIDENT_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=IncidentStatus.values),
                name="offers_incident_status_known",
                violation_error_message=_("This is not a state an incident can be in."),
            ),
            models.CheckConstraint(
                condition=Q(concern__in=Concern.values),
                name="offers_incident_concern_known",
                violation_error_message=_("Choose one of the concerns."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_by="") | (~Q(lifted_by=F("asked_by")) & ~Q(lifted_by=F("by"))),
                name="offers_incident_two_lift_it",
                violation_error_message=_("Two people lift it, neither of them the one who reported."),
            ),
            models.CheckConstraint(
                condition=Q(asked_by="") | ~Q(asked_by=F("by")),
                name="offers_incident_not_by_its_reporter",
                violation_error_message=_("Two people lift it, neither of them the one who reported."),
            ),
            models.CheckConstraint(
                condition=Q(status="standing", asked_by="", lifted_by="")
                | (Q(status="lift_asked", lifted_by="") & ~Q(asked_by=""))
                | (Q(status="lifted") & ~Q(asked_by="") & ~Q(lifted_by="")),
                name="offers_incident_says_who_lifts",
                violation_error_message=_("Who asks to lift it and who does are named, in that order."),
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="offers_incident_standing")]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        IncidentMove.objects.create(incident=self, old=old, new=new, by=by, at=at, why=why)


class IncidentMove(models.Model):
    """One change of state of an incident."""

    written_once = True

    incident = models.ForeignKey(
        Incident,
        related_name="history",
        on_delete=models.PROTECT,  # history is kept with its incident
    )
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.old} → {self.new}"


class Freeze(models.Model):
    """That an incident froze a match: it goes on once every incident that froze it is lifted."""

    written_once = True

    incident = models.ForeignKey(Incident, related_name="freezes", on_delete=models.PROTECT)  # part of its history
    match = models.ForeignKey(Match, related_name="freezes", on_delete=models.PROTECT)  # part of its history

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "match"],
                name="offers_freeze_once",
                violation_error_message=_("This incident froze this match already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} froze {self.match_id}"
