"""A reference: that somebody was asked about the provider of an offer, and what they chose to answer."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField
from offers.pledges.models import Pledge


class KnownFor(models.TextChoices):
    """How long a referee has known the provider."""

    MONTHS = "months", _("less than a year")
    YEARS = "years", _("one to five years")
    LONG = "long", _("more than five years")
    NOT = "not", _("I do not know this person")


class Trust(models.TextChoices):
    """Whether a referee would trust the provider with somebody in danger."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    NOT_SAID = "not_said", _("I prefer not to say")


class YesNo(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")


class HeldBack(models.TextChoices):
    """Why nobody is written to. Whoever named the address is not told: they might be trying whose it is."""

    OWN_ADDRESS = "own_address", _("it is the address of the offer itself")
    NAMED_BEFORE = "named_before", _("it was named before")


class ReferenceQuerySet(models.QuerySet["Reference"]):
    """Adjectives."""

    def in_force(self) -> "ReferenceQuerySet":
        """Those of the present round of checks."""
        return self.filter(voided_at=None)

    def open(self) -> "ReferenceQuerySet":
        """Those that still wait for an answer."""
        return self.filter(ended_at=None)

    def answered(self) -> "ReferenceQuerySet":
        """Those whose answer is in."""
        return self.filter(answered_at__isnull=False)


class Reference(models.Model):
    """One person asked. Who it is lies nowhere; where to write to, in the vault's addresses until this ends."""

    id = PublicIdField(prefix="rq")
    pledge = models.ForeignKey(
        Pledge,
        related_name="references",
        on_delete=models.PROTECT,  # it is forgotten by a deed, never as a side effect
    )
    named_by = models.CharField(max_length=60)  # opaque actor: the provider, or somebody who checks
    mark = models.BinaryField(max_length=32, null=True, blank=True)  # equal for equal addresses of one offer alone
    language = models.CharField(max_length=5, default="en")
    held_back = models.CharField(max_length=12, choices=HeldBack, blank=True, default="")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # answered, run out or no longer asked: the link is over
    voided_at = models.DateTimeField(null=True, blank=True)  # it was said of something else: checks began anew
    known_for = models.CharField(max_length=6, choices=KnownFor, blank=True, default="")
    trust = models.CharField(max_length=8, choices=Trust, blank=True, default="")
    against_children = models.CharField(max_length=3, choices=YesNo, blank=True, default="")

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, known_for="", trust="", against_children="")
                | Q(
                    answered_at__isnull=False,
                    ended_at__isnull=False,
                    held_back="",
                    known_for__in=KnownFor.values,
                    trust__in=Trust.values,
                    against_children__in=YesNo.values,
                ),
                name="offers_reference_whole",
                violation_error_message=_("A reference is answered in full, once, or not at all."),
            ),
            models.CheckConstraint(
                condition=Q(held_back__in=["", *HeldBack.values]),
                name="offers_reference_held_back_known",
                violation_error_message=_("This is no reason for holding a question back."),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(ended_at=None), name="offers_reference_open")]

    def __str__(self) -> str:
        return self.pk

    @property
    def code(self) -> str:
        """The short word by which a provider and a referee know that they speak of the same question."""
        return self.pk[3:8].upper()

    @property
    def warns(self) -> bool:
        """Whether what was answered speaks against the provider."""
        return self.trust == Trust.NO or self.against_children == YesNo.YES

    @property
    def speaks_for(self) -> bool:
        """Whether somebody who knows the provider trusts them, children included."""
        return self.answered_at is not None and self.trust == Trust.YES and not self.warns and self.knows

    @property
    def knows(self) -> bool:
        """Whether the one who answered knows the provider at all."""
        return self.known_for not in ("", KnownFor.NOT)

    def is_open(self, at: datetime) -> bool:
        """Whether the private link leads somewhere."""
        return self.ended_at is None and not self.held_back and at < self.expires_at
