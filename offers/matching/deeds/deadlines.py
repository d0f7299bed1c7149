"""How long somebody has to answer while units are held for them."""

from datetime import datetime, timedelta

from offers.kinds.vocabulary import Urgency
from offers.needs.models import Need

ANSWER_WITHIN = timedelta(days=5)
ANSWER_WITHIN_IF_URGENT = timedelta(hours=12)


def answer_by(need: Need, *, at: datetime) -> datetime:
    """When a question put now lapses: 5 days on, 12 hours for what is urgent or an emergency."""
    urgent = need.urgency in (Urgency.URGENT, Urgency.EMERGENCY)
    return at + (ANSWER_WITHIN_IF_URGENT if urgent else ANSWER_WITHIN)
