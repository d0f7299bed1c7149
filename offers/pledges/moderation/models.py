"""What is held, why, and what was decided; and how often an address was written to that nobody has proven yet."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.pledges.models import Pledge


class HoldReason(models.TextChoices):
    """Why an offer is held. Each is a column of HeldOffer."""

    TRAP = "trap", _("a field that nobody sees was filled in")  # a machine, or a browser that fills in what it knows
    MANY_FROM_ONE_PLACE = "many_from_one_place", _("many came from one place today")  # which place is not known
    SAME_ADDRESS = "same_address", _("this address offers the same already")
    TURNED_AWAY = "turned_away", _("an offer from this address was turned away or stopped")
    MANY_TO_ONE_ADDRESS = "many_to_one_address", _("this address has had its messages for today")


class Decision(models.TextChoices):
    KEEP = "keep", _("keep")  # it goes on as any other offer: its address is asked
    DISCARD = "discard", _("discard")  # it ends; nobody is written to


class HeldOfferQuerySet(models.QuerySet["HeldOffer"]):
    """Adjectives."""

    def waiting(self) -> "HeldOfferQuerySet":
        """Those nobody has decided about."""
        return self.filter(decision="")

    def decided(self) -> "HeldOfferQuerySet":
        """Those whose decision the worker has yet to carry out."""
        return self.exclude(decision="").filter(done_at=None)


class HeldOffer(models.Model):
    """An offer that was sent and waits for somebody to look at it. Until it is kept, no mail goes out for it."""

    pledge = models.OneToOneField(
        Pledge,
        related_name="held",
        on_delete=models.PROTECT,  # why it was held is kept with its pledge
    )
    trap = models.BooleanField(default=False)
    many_from_one_place = models.BooleanField(default=False)
    same_address = models.BooleanField(default=False)
    turned_away = models.BooleanField(default=False)
    many_to_one_address = models.BooleanField(default=False)
    held_at = models.DateTimeField()
    decision = models.CharField(max_length=7, choices=Decision, blank=True, default="")
    why = models.CharField(max_length=16, blank=True, default="")
    decided_by = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)  # kept, but its address has had its messages for the day
    done_at = models.DateTimeField(null=True, blank=True)

    objects = HeldOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(trap=True)
                | Q(many_from_one_place=True)
                | Q(same_address=True)
                | Q(turned_away=True)
                | Q(many_to_one_address=True),
                name="offers_held_for_a_reason",
                violation_error_message=_("An offer is held for a reason."),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by="", done_at=None)
                | (Q(decision__in=("keep", "discard"), decided_at__isnull=False) & ~Q(decided_by="")),
                name="offers_held_decided_by_somebody",
                violation_error_message=_("A decision says who took it and when."),
            ),
        ]
        indexes = [
            models.Index(fields=["held_at", "id"], condition=Q(decision=""), name="offers_held_waiting"),
            models.Index(
                fields=["decided_at", "id"], condition=~Q(decision="") & Q(done_at=None), name="offers_held_decided"
            ),
        ]

    def __str__(self) -> str:
        return self.pledge_id

    @property
    def reasons(self) -> list[HoldReason]:
        """Why it is held, in the order of the vocabulary."""
        return [reason for reason in HoldReason if getattr(self, reason)]


class AddressAsked(models.Model):
    """One message to an address that nobody has proven, by its blind index; kept for a day, to count by."""

    blind = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["blind", "at"], name="offers_address_asked_lately")]

    def __str__(self) -> str:
        return "a message"
