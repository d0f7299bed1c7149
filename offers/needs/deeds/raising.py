"""It presses more than it did: who has just lost a place cannot wait for a second person to read one word."""

from datetime import datetime

from django.utils.translation import gettext as _

from kernel import audit
from kernel.states import Refusal
from offers.kinds.vocabulary import Urgency
from offers.needs.models import Need

RAISED_TO = (Urgency.URGENT, Urgency.EMERGENCY)


def must_be_raised(need: Need, urgency: str) -> None:
    """Raise Refusal `invalid_choice` on `urgency` unless it presses more than the need does now."""
    if urgency not in RAISED_TO or Urgency.values.index(urgency) > Urgency.values.index(need.urgency):
        raise Refusal("invalid_choice", _("Urgency is raised to urgent, or to an emergency."), "urgency")


def raise_urgency(*, need: Need, urgency: str, by: str, at: datetime) -> Need:
    """Raise the urgency of a need, with its row locked, in the transaction of what happened; it stays open.

    Raises Refusal `invalid_choice`.
    """
    must_be_raised(need, urgency)
    if urgency == need.urgency:
        return need
    Need.objects.filter(pk=need.pk).update(urgency=urgency, version=need.version + 1, updated_at=at)
    need.urgency, need.version, need.updated_at = urgency, need.version + 1, at
    audit.record(by, "need.urgency_raised", need.pk, reason=urgency, fields=["urgency"], at=at)
    return need
