"""A match: a need and a pledge brought together. A hold: the units a live match takes, day by day."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.needs.models import Need
from offers.pledges.models import Pledge


class MatchStatus(models.TextChoices):
    SUGGESTED = "suggested", _("suggested")  # a partner answered a published need; holds nothing
    PROPOSED = "proposed", _("proposed")  # a caseworker wants it; the person is asked first
    PERSON_AGREED = "person_agreed", _("the person agreed")  # now the provider is asked
    PROVIDER_ACCEPTED = "provider_accepted", _("the provider accepted")  # waits for the second person
    CONFIRMED = "confirmed", _("confirmed")  # a second person of the need's side said yes
    CONTACT_DISCLOSED = "contact_disclosed", _("contact disclosed")  # two people let the caseworker see the contact
    STARTED = "started", _("started")  # help is being given
    COMPLETED = "completed", _("completed")  # it ended well
    DECLINED_BY_PERSON = "declined_by_person", _("declined by the person")
    DECLINED_BY_PROVIDER = "declined_by_provider", _("declined by the provider")
    EXPIRED = "expired", _("expired")  # nobody answered in time
    CANCELED = "canceled", _("canceled")  # one side called it off
    FAILED = "failed", _("failed")  # no-show, unsafe, or it broke down


LIVE = ("proposed", "person_agreed", "provider_accepted", "confirmed", "contact_disclosed", "started")
_ENDS = ("declined_by_person", "declined_by_provider", "expired", "canceled", "failed")
MATCH_MOVES = Moves(
    {
        "suggested": ("proposed", "expired"),
        "proposed": ("person_agreed", *_ENDS),
        "person_agreed": ("provider_accepted", *_ENDS),
        "provider_accepted": ("confirmed", *_ENDS),
        "confirmed": ("contact_disclosed", *_ENDS),
        "contact_disclosed": ("started", *_ENDS),
        "started": ("completed", *_ENDS),
    }
)


class MatchQuerySet(models.QuerySet["Match"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "MatchQuerySet":
        """Those with a need of the organisation, and those with a pledge of its that it may have heard of."""
        return self.filter(Q(need__organisation=organisation) | Q(pledge__organisation=organisation, hidden=False))

    def live(self) -> "MatchQuerySet":
        """Those that hold units."""
        return self.filter(status__in=LIVE)


class Match(models.Model):
    """One need and one pledge, with a state, the score it was proposed at, and what it is made of."""

    id = PublicIdField(prefix="mt")
    need = models.ForeignKey(Need, related_name="matches", on_delete=models.PROTECT)  # a match is history
    pledge = models.ForeignKey(Pledge, related_name="matches", on_delete=models.PROTECT)  # a match is history
    status = models.CharField(max_length=20, choices=MatchStatus)
    units = models.PositiveIntegerField(default=1)
    starts_on = models.DateField()  # the hold: from this day …
    ends_on = models.DateField()  # … to the day before this one
    score = models.PositiveSmallIntegerField()
    components = models.JSONField(default=dict)
    hold_expires_at = models.DateTimeField(null=True, blank=True)  # asked until then; none once both said yes
    asked_at = models.DateTimeField(null=True, blank=True)  # the provider was asked by mail; else somebody asks them
    reminded_at = models.DateTimeField(null=True, blank=True)  # whoever has to answer now was reminded
    frozen = models.BooleanField(default=False)  # a safety report came in
    suggestion = models.ForeignKey(
        "offers.Suggestion",
        null=True,
        blank=True,
        related_name="proposals",
        on_delete=models.PROTECT,  # where a match came from is history
    )
    hidden = models.BooleanField(default=False)  # came of a suggestion: the pledge's side hears once the person agreed
    thinned_at = models.DateTimeField(null=True, blank=True)  # since then it says in which months, and no more
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = MatchQuerySet.as_manager()
    moves = MATCH_MOVES

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(status__in=LIVE),
                name="offers_match_one_live_a_need",
                violation_error_message=_("This need has a live match already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")),
                name="offers_match_dates_forward",
                violation_error_message=_("A match ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(score__lte=1000),
                name="offers_match_score_range",
                violation_error_message=_("A score is between 0 and 1000."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=MatchStatus.values),
                name="offers_match_status_known",
                violation_error_message=_("This is not a state a match can be in."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        MatchMove.objects.create(match=self, old=old, new=new, by=by, at=at, why=why)


class MatchMove(models.Model):
    """One change of state of a match."""

    written_once = True

    match = models.ForeignKey(Match, related_name="history", on_delete=models.PROTECT)  # history is kept with its match
    old = models.CharField(max_length=20, blank=True, default="")
    new = models.CharField(max_length=20)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.match_id}: {self.old} → {self.new}"


class Hold(models.Model):
    """One unit of a pledge taken by a live match for a range of days. The database refuses an overlap."""

    match = models.ForeignKey(Match, related_name="holds", on_delete=models.PROTECT)  # a hold ends, it is not deleted
    pledge = models.ForeignKey(Pledge, related_name="holds", on_delete=models.PROTECT)  # a hold ends, it is not deleted
    unit = models.PositiveIntegerField()  # 1 … units_total
    starts_on = models.DateField()
    ends_on = models.DateField()  # half-open
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__gte=1, ends_on__gt=models.F("starts_on")),
                name="offers_hold_whole",
                violation_error_message=_("A hold names a unit and at least one day."),
            )
        ]
        indexes = [models.Index(fields=["pledge", "live", "starts_on"], name="offers_hold_calendar")]

    def __str__(self) -> str:
        return f"{self.pledge_id} unit {self.unit}"
