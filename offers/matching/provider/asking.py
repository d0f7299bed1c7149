"""Asking the provider: promised in the breath in which the person's yes is written, and told when it is over.

Only who gave us an address of their own is written to; for everyone else the organisation that brought the offer asks.
"""

from datetime import datetime

from kernel import audit
from kernel.outbox import enqueue
from kernel.vault import addresses
from offers.matching.models import Match, MatchStatus

QUESTION_MAIL = "offers.match_question"
REMINDER_MAIL = "offers.match_question_reminder"
OVER_MAIL = "offers.match_over"
# between being asked and hearing from a caseworker, a provider waits for word from us
WAITS_FOR_WORD = (MatchStatus.PERSON_AGREED, MatchStatus.PROVIDER_ACCEPTED, MatchStatus.CONFIRMED)


def ask_provider(match: Match, *, at: datetime) -> None:
    """Promise a mail with a private link, in the caller's transaction, if an address is kept for the offer."""
    if addresses.find(match.pledge_id) is None:
        return
    match.asked_at = at
    Match.objects.filter(pk=match.pk).update(asked_at=at)
    enqueue(QUESTION_MAIL, match.pk)
    audit.record("system", "match.provider_asked", match.pk, at=at)


def tell_provider_it_is_over(match: Match, *, was: str) -> None:
    """Promise a neutral word to a provider who was asked and still waits; `was`: where the match stood until now."""
    if match.asked_at is not None and was in WAITS_FOR_WORD and match.status != MatchStatus.DECLINED_BY_PROVIDER:
        enqueue(OVER_MAIL, match.pk)
