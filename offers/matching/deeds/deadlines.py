"""How long somebody has to answer while units are held for them."""

from datetime import datetime, timedelta

from offers.kinds.vocabulary import Urgency
from offers.needs.models import Need

ANSWER_WITHIN = timedelta(days=5)
ANSWER_WITHIN_IF_URGENT = timedelta(hours=12)
REMIND_AFTER = timedelta(hours=48)
REMIND_AFTER_IF_URGENT = timedelta(hours=4)
URGENT = (Urgency.URGENT, Urgency.EMERGENCY)


def answer_by(need: Need, *, at: datetime) -> datetime:
    """When a question put now lapses: 5 days on, 12 hours for what is urgent or an emergency."""
    return at + (ANSWER_WITHIN_IF_URGENT if need.urgency in URGENT else ANSWER_WITHIN)
