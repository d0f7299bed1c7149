"""The life of a donation until it is paid. What happens to the money later is read from the ledger, never kept here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.states import Moves


class DonationStatus(models.TextChoices):
    PENDING = "pending", _("not paid yet")  # the page can still be paid; a declined card leaves it here
    PROCESSING = "processing", _("on its way")  # the bank has it; days may pass
    PAID = "paid", _("paid")  # Stripe says so and it is in the book
    FAILED = "failed", _("failed")  # the bank said no, after all
    EXPIRED = "expired", _("expired")  # nobody paid in time
    CANCELED = "canceled", _("canceled")  # taken back before it was paid


DONATION_MOVES = Moves(
    {
        "pending": ("processing", "paid", "failed", "expired", "canceled"),
        "processing": ("paid", "failed"),
    }
)
UNFINISHED = (DonationStatus.PENDING, DonationStatus.PROCESSING)


class PublicStatus(models.TextChoices):
    """What the API and the console show: the life above, and after `paid` what the ledger says became of the money."""

    PENDING = "pending", _("not paid yet")
    PROCESSING = "processing", _("on its way")
    PAID = "paid", _("paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("refunded in part")
    REFUNDED = "refunded", _("refunded")
    DISPUTED = "disputed", _("held back by the bank")  # until the donor's bank has decided
    PARTIALLY_LOST = "partially_lost", _("taken back in part")  # a dispute was decided against us
    LOST = "lost", _("taken back")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    CANCELED = "canceled", _("canceled")
