"""The life of a recurring gift, and what may be asked of Stripe about one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.states import Moves


class RecurringStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("gift", "not begun yet")  # its first page can still be paid
    ACTIVE = "active", _("goes on")
    PAST_DUE = "past_due", _("an instalment could not be collected")  # Stripe tries again for a while
    PAUSED = "paused", _("paused")  # nothing is collected until it goes on
    CANCELED = "canceled", pgettext_lazy("gift", "ended")


RECURRING_MOVES = Moves(
    {
        "pending": ("active", "canceled"),
        "active": ("past_due", "paused", "canceled"),
        "past_due": ("active", "canceled"),
        "paused": ("active", "canceled"),
    }
)
LIVING = (RecurringStatus.ACTIVE, RecurringStatus.PAST_DUE, RecurringStatus.PAUSED)


class GiftInterval(models.TextChoices):
    MONTH = "month", _("every month")
    YEAR = "year", _("every year")


class Wish(models.TextChoices):
    """What we have to ask of Stripe."""

    PAUSE = "pause", _("pause")
    RESUME = "resume", _("go on")
    AMOUNT = "amount", _("another amount")
    CANCEL = "cancel", _("end")
    FORGET = "forget", _("forget the donor")


class Cause(models.TextChoices):
    """Why Stripe says something else of a gift than was asked here, as far as a finance officer knows."""

    DONOR = "donor", _("the donor wants it so")
    OURS = "ours", _("somebody of ours changed it at Stripe")
    UNKNOWN = "unknown", _("nobody knows why")


class NoticeKind(models.TextChoices):
    """What a donor is told by mail, each once."""

    FAILED = "failed", _("an instalment could not be collected")
    STILL_FAILING = "still_failing", _("it could still not be collected")
    CONFIRM = "confirm", _("the bank asks for the donor")
    CARD_EXPIRES = "card_expires", _("the card expires soon")
    ENDED = "ended", _("it has ended")
