"""A need: what a person needs, written without the person. No field here can say who, where, or why."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.kinds.vocabulary import Kind, Urgency


class NeedStatus(models.TextChoices):
    DRAFT = "draft", _("draft")  # being written
    IN_REVIEW = "in_review", _("waiting for the second person")  # complete, nobody has approved it yet
    OPEN = "open", _("open")  # may be matched
    HELD = "held", _("held")  # a match is being asked about
    MATCHED = "matched", _("matched")  # both sides agreed and a second person confirmed
    FULFILLED = "fulfilled", _("fulfilled")  # help was given
    EXPIRED = "expired", _("expired")  # its date passed
    WITHDRAWN = "withdrawn", _("withdrawn")  # no longer needed, or asked for by mistake
    MERGED = "merged", _("merged")  # the same need stands elsewhere


NEED_MOVES = Moves(
    {
        "draft": ("in_review", "open", "withdrawn"),
        "in_review": ("open", "draft", "withdrawn", "expired"),
        "open": ("held", "in_review", "fulfilled", "expired", "withdrawn", "merged"),
        "held": ("open", "matched", "expired", "withdrawn"),
        "matched": ("open", "fulfilled", "withdrawn"),
    }
)

STANDING = tuple(NEED_MOVES.movable())


class NeedQuerySet(models.QuerySet["Need"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "NeedQuerySet":
        """The organisation's own. Nobody else's exist for it, the operator included."""
        return self.filter(organisation=organisation)

    def open(self) -> "NeedQuerySet":
        """Those that may be matched."""
        return self.filter(status=NeedStatus.OPEN)

    def standing(self) -> "NeedQuerySet":
        """Those that have not ended."""
        return self.filter(status__in=STANDING)

    def bundled_with(self, need: "Need") -> "NeedQuerySet":
        """The others that are to be met in the same place, whatever has become of them."""
        return self.filter(bundle=need.bundle).exclude(pk=need.pk) if need.bundle else self.none()

    def perhaps_the_same_as(self, need: "Need") -> "NeedQuerySet":
        """Others that stand, of the same household, for the same kind of help."""
        same = self.filter(organisation=need.organisation_id, household=bytes(need.household), kind=need.kind)
        return same.standing().exclude(pk=need.pk)


class Need(models.Model):
    """Units of one kind of help wanted in a window of days, for a party counted by age band."""

    id = PublicIdField(prefix="nd")
    organisation = models.ForeignKey(
        Organisation,
        related_name="needs",
        on_delete=models.PROTECT,  # who answers for a need stays known
    )
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # null: written through the API
    )
    caseworker_ref = models.CharField(
        max_length=60
    )  # opaque actor who wrote it: counts caseworkers in the release gate
    case_ref_sealed = (
        models.BinaryField()
    )  # the owner's own reference under the server key; returned to the owner alone
    household = models.BinaryField(max_length=32)  # HMAC(organisation, case_ref) under a key of its own; never shown
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=9, choices=NeedStatus, default=NeedStatus.DRAFT)
    units = models.PositiveIntegerField(default=1)
    urgency = models.CharField(max_length=9, choices=Urgency.choices)
    party_size = models.PositiveSmallIntegerField()
    bands = models.JSONField()  # {"0-2": 0, "3-12": 1, "13-17": 0, "18-59": 2, "60+": 0}, sums to party_size
    window_from = models.DateField()
    window_until = models.DateField()  # half-open: the stay begins on a day before this one
    stay_days = models.PositiveSmallIntegerField()
    countries = models.JSONField(null=True, blank=True)  # ISO 3166-1 codes, best first; null is "any"
    countries_excluded = models.JSONField(default=list)
    languages = models.JSONField(default=list)  # BCP 47 tags, best first
    requires = models.JSONField(default=list)  # `Feature` words, sorted
    prefers = models.JSONField(default=list)
    exclusions = models.JSONField(default=list)  # tokens: ids of pledges and organisations, digests of words
    exclusions_sealed = models.BinaryField(blank=True, default=b"")  # the words themselves, under the server key
    consent = models.JSONField()  # {"given": true, "on": "2026-11-20", "for": ["matching"]}
    opened_at = models.DateTimeField(null=True, blank=True)  # when waiting began; kept through a breakdown
    bundle = models.CharField(max_length=40, blank=True, default="", db_index=True)  # needs to be met in one place
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # what stands for another need stays
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # the second person stays known
    )
    expires_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)  # since then it says what was needed, and of nobody
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = NeedQuerySet.as_manager()
    moves = NEED_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="offers_need_kind_known",
                violation_error_message=_("Choose one of the kinds of help."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=NeedStatus.values),
                name="offers_need_status_known",
                violation_error_message=_("This is not a state a need can be in."),
            ),
            models.CheckConstraint(
                condition=Q(window_until__gt=models.F("window_from")),
                name="offers_need_window_forward",
                violation_error_message=_("The window ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(party_size__gte=1, units__gte=1, stay_days__gte=1),
                name="offers_need_counts_positive",
                violation_error_message=_("A need is for at least one person, one unit and one day."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(caseworker=None) | ~Q(approved_by=models.F("caseworker")),
                name="offers_need_two_people",
                violation_error_message=_("A second person approves: the caseworker who wrote it cannot."),
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | Q(status__in=("draft", "in_review", "withdrawn", "expired")),
                name="offers_need_open_since",
                violation_error_message=_("An open need says since when."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status="merged"),
                name="offers_need_stands_for",
                violation_error_message=_("Only a merged need names the one that stands for it."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "kind"], name="offers_need_open"),
            models.Index(fields=["organisation", "updated_at", "id"], name="offers_need_feed"),
            models.Index(fields=["organisation", "household"], name="offers_need_case"),
        ]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        NeedMove.objects.create(need=self, old=old, new=new, by=by, at=at, why=why)


class NeedMove(models.Model):
    """One change of state of a need."""

    written_once = True

    need = models.ForeignKey(Need, related_name="history", on_delete=models.PROTECT)  # history is kept with its need
    old = models.CharField(max_length=9)
    new = models.CharField(max_length=9)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.old} → {self.new}"
