"""A pledge: an offer of help in kind. Who offers it lies sealed in the vault, never here."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.kinds.vocabulary import Check, Kind, ProviderType


class PledgeStatus(models.TextChoices):
    DRAFT = "draft", _("draft")  # still being written, by its private link
    SUBMITTED = "submitted", _("waiting for the e-mail to be confirmed")  # complete, the address not proven
    EMAIL_CONFIRMED = "email_confirmed", _("e-mail confirmed")  # the provider answered the mail
    VETTING = "vetting", _("being checked")  # someone looks whether it is safe
    ACTIVE = "active", _("active")  # may be matched, while vetting and confirm_by are in date
    PAUSED = "paused", _("paused")  # the provider, or silence, stopped it for a while
    REJECTED = "rejected", _("not accepted")  # a check failed
    SUSPENDED = "suspended", _("suspended")  # stopped for safety; every hold is freed
    WITHDRAWN = "withdrawn", _("withdrawn")  # the provider took it back
    EXPIRED = "expired", _("expired")  # its dates are over, or nobody answered
    ERASED = "erased", _("erased")  # contact shredded, numbers kept


_END = ("withdrawn",)
PLEDGE_MOVES = Moves(
    {
        "draft": ("submitted", "vetting", "active", *_END),
        "submitted": ("email_confirmed", "rejected", "expired", *_END),
        "email_confirmed": ("vetting", *_END),
        "vetting": ("active", "rejected", "suspended", "expired", *_END),
        "active": ("paused", "vetting", "suspended", "expired", *_END),
        "paused": ("active", "vetting", "suspended", "expired", *_END),
        "suspended": ("vetting", *_END),
        "expired": ("vetting", "erased"),
        "rejected": ("erased",),
        "withdrawn": ("erased",),
    }
)


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "PledgeQuerySet":
        """Those the organisation brought itself; everyone else's do not exist for it."""
        return self.filter(organisation=organisation)

    def submitted(self) -> "PledgeQuerySet":
        """Those that are offers, drafts left out."""
        return self.exclude(status=PledgeStatus.DRAFT)

    def active(self, today: date) -> "PledgeQuerySet":
        """Those that may be matched: active, vetting and confirmation in date."""
        return self.filter(status=PledgeStatus.ACTIVE, confirm_by__gte=today).filter(
            Q(vetting_valid_until=None) | Q(vetting_valid_until__gte=today)
        )


# what of a score depends on the pledge alone, as the search spells it: its index lists the best first
_STANDING = (Value(50) * (F("placements_completed") + 1)) / (
    F("placements_completed") + 2 * F("placements_failed") + 2
) + (Value(40) * Least("checks_passed", 6)) / 6
_SEARCHED = Q(status="active")
_NEARBY = Q(status="active", remote=False, service_area=[])
_FAR = Q(status="active") & ~Q(remote=False, service_area=[])


class Pledge(models.Model):
    """Units of one kind of help, when and where they are available, and what was verified of them."""

    id = PublicIdField(prefix="pl")
    organisation = models.ForeignKey(
        Organisation,
        related_name="pledges",
        on_delete=models.PROTECT,  # who answers for a pledge stays known
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=16, choices=PledgeStatus, default=PledgeStatus.DRAFT)
    provider_type = models.CharField(max_length=12, choices=ProviderType.choices, default=ProviderType.PERSON)
    units_total = models.PositiveIntegerField(default=1)
    units_held = models.PositiveIntegerField(default=0)  # units with a live hold; kept by the hold deeds alone
    max_party = models.PositiveIntegerField(default=1)  # persons a unit takes
    exclusive = models.BooleanField(default=True)  # a unit goes to one household: strangers never share a home
    availability = models.JSONField(default=list)  # [{"from": "2026-12-01", "until": "2027-03-01"}], half-open, sorted
    available_from = models.DateField(null=True, blank=True)  # the first and the last day of it, for indexed search
    available_until = models.DateField(null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(default=0)
    min_stay_days = models.PositiveSmallIntegerField(default=0)
    max_stay_days = models.PositiveSmallIntegerField(null=True, blank=True)  # none: no limit
    country = models.CharField(max_length=2, blank=True, default="")  # ISO 3166-1 alpha-2
    region = models.CharField(max_length=6, blank=True, default="")  # ISO 3166-2
    city = models.PositiveIntegerField(null=True, blank=True)  # GeoNames id
    service_area = models.JSONField(default=list)  # ISO 3166-1 codes of countries served besides its own
    radius_km = models.PositiveSmallIntegerField(null=True, blank=True)
    remote = models.BooleanField(default=False)
    languages = models.JSONField(default=list)  # BCP 47 tags, best first
    features = models.JSONField(default=list)  # declared, sorted
    verified_features = models.JSONField(default=list)  # proven at vetting, sorted, part of `features`
    household = models.JSONField(default=dict)  # age bands of those who live there
    refusals = models.JSONField(default=list)  # lawful refusals: features of a party it cannot take, e.g. "children"
    preferences = models.JSONField(default=list)  # soft wishes, in the words of `Feature` and "short_stay", "long_stay"
    exclusion_tokens = models.JSONField(default=list)  # as `offers.needs.exclusions.token_of` makes them of words
    vetting_valid_until = models.DateField(null=True, blank=True)
    confirm_by = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # "is this still so?" was last asked, and a reminder sent
    reminded_at = models.DateTimeField(null=True, blank=True)
    blind_email = models.BinaryField(null=True, blank=True)  # finds duplicates; says nothing without its key
    language = models.CharField(max_length=5, default="en")  # the language mails to the provider are written in
    link_version = models.PositiveSmallIntegerField(default=1)  # raised to make earlier private links worthless
    placements_completed = models.PositiveIntegerField(default=0)
    placements_failed = models.PositiveIntegerField(default=0)
    checks_passed = models.PositiveIntegerField(default=0, editable=False)  # the database's own count: see 0028
    screened_at = models.DateTimeField(null=True, blank=True)  # when the worker looked at what the form brought
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = PledgeQuerySet.as_manager()
    moves = PLEDGE_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(units_held__lte=F("units_total")),
                name="offers_pledge_held_within_total",
                violation_error_message=_("More units are held than the pledge has."),
            ),
            models.CheckConstraint(
                condition=Q(units_total__gte=1, max_party__gte=1),
                name="offers_pledge_units_positive",
                violation_error_message=_("A pledge offers at least one unit, for at least one person."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="offers_pledge_kind_known",
                violation_error_message=_("Choose one of the kinds of help."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=PledgeStatus.values),
                name="offers_pledge_status_known",
                violation_error_message=_("This is not a state a pledge can be in."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "erased", "withdrawn")) | ~Q(country=""),
                name="offers_pledge_has_country",
                violation_error_message=_("A pledge says in which country it is."),
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(confirm_by__isnull=False),
                name="offers_pledge_active_has_confirm_by",
                violation_error_message=_("An active pledge says until when it was confirmed."),
            ),
            models.CheckConstraint(
                condition=Q(exclusive=True) | ~Q(kind="housing"),
                name="offers_pledge_home_is_exclusive",
                violation_error_message=_("Strangers are never put in one home: a room is for one household."),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "status", "country", "available_from"], name="offers_pledge_search"),
            models.Index(fields=["organisation", "updated_at", "id"], name="offers_pledge_feed"),
            models.Index(fields=["blind_email"], name="offers_pledge_same_address"),
            models.Index(
                fields=["confirm_by"], condition=Q(status__in=("active", "paused")), name="offers_pledge_asked_again"
            ),
            models.Index(fields=["status", "vetting_valid_until"], name="offers_pledge_running_out"),
            models.Index("kind", "max_party", _STANDING, condition=_SEARCHED, name="offers_pledge_best"),
            models.Index("kind", "country", "max_party", _STANDING, condition=_NEARBY, name="offers_pledge_best_near"),
            models.Index("kind", "max_party", _STANDING, condition=_FAR, name="offers_pledge_best_far"),
            # the same three again, for a party that has wishes: within the features that pledges have
            models.Index(
                "kind", "verified_features", "max_party", _STANDING, condition=_SEARCHED, name="offers_pledge_wished"
            ),
            models.Index(
                "kind",
                "country",
                "verified_features",
                "max_party",
                _STANDING,
                condition=_NEARBY,
                name="offers_pledge_wished_near",
            ),
            models.Index(
                "kind", "verified_features", "max_party", _STANDING, condition=_FAR, name="offers_pledge_wished_far"
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        PledgeMove.objects.create(pledge=self, old=old, new=new, by=by, at=at, why=why)


class PledgeMove(models.Model):
    """One change of state of a pledge."""

    written_once = True
    goes_with_its_draft = True

    pledge = models.ForeignKey(
        Pledge, related_name="history", on_delete=models.PROTECT
    )  # history is kept with its pledge
    old = models.CharField(max_length=16)
    new = models.CharField(max_length=16)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.old} → {self.new}"


class VettingStepQuerySet(models.QuerySet["VettingStep"]):
    """Adjectives."""

    def in_force(self) -> "VettingStepQuerySet":
        """Those of the present round: a material change voids what was checked before it."""
        return self.filter(voided_at=None, renews=False)

    def renewing(self) -> "VettingStepQuerySet":
        """Those that take the place of one in force as soon as a second person has signed them."""
        return self.filter(voided_at=None, renews=True)

    def passed(self) -> "VettingStepQuerySet":
        """Those in force that ended well and that a second person signed."""
        return self.in_force().filter(outcome="passed").exclude(second_reviewer="")


class VettingStep(models.Model):
    """The outcome of one check: by whom, seconded by whom, valid until when. The evidence itself is not held."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", pgettext_lazy("check", "failed")

    pledge = models.ForeignKey(
        Pledge, related_name="vetting", on_delete=models.PROTECT
    )  # checks are kept with their pledge
    step = models.CharField(max_length=24, choices=Check.choices)
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    reviewer = models.CharField(max_length=60)
    reviewed_at = models.DateTimeField()
    second_reviewer = models.CharField(max_length=60, blank=True, default="")
    seconded_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True, default="")
    features = models.JSONField(default=list)  # what this check has proven, sorted words of `Feature`
    voided_at = models.DateTimeField(null=True, blank=True)  # a material change came after it: to be done again
    renews = models.BooleanField(default=False)  # waits to take the place of the one in force, which runs out

    objects = VettingStepQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(second_reviewer=F("reviewer")),
                name="offers_vetting_two_people",
                violation_error_message=_("A second person signs: the reviewer cannot."),
            ),
            models.CheckConstraint(
                condition=Q(step__in=Check.values, outcome__in=("passed", "failed")),
                name="offers_vetting_words_known",
                violation_error_message=_("Choose one of the checks and its outcome."),
            ),
            models.UniqueConstraint(
                fields=["pledge", "step"],
                condition=Q(voided_at=None, renews=False),
                name="offers_vetting_one_outcome_a_step",
                violation_error_message=_("This step has an outcome already."),
            ),
            models.UniqueConstraint(
                fields=["pledge", "step"],
                condition=Q(voided_at=None, renews=True),
                name="offers_vetting_one_renewal_a_step",
                violation_error_message=_("This step is being renewed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.step} {self.outcome}"
