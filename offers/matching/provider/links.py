"""The private link of one question about one match. It lies in no table, and ends with the deadline of the question."""

from datetime import datetime

from django.utils.crypto import constant_time_compare

from kernel.ids import ID_LENGTH
from offers.matching.deeds.deadlines import answer_by
from offers.matching.models import Match, MatchStatus
from offers.pledges.links import signature

SAID_YES = (
    MatchStatus.PROVIDER_ACCEPTED,
    MatchStatus.CONFIRMED,
    MatchStatus.CONTACT_DISCLOSED,
    MatchStatus.STARTED,
    MatchStatus.COMPLETED,
)
ANSWERED = (*SAID_YES, MatchStatus.DECLINED_BY_PROVIDER)


def _signature(match: Match) -> str:
    # of the offer's own links too: what ends those ends this one
    return signature("answer", f"{match.pk}:{match.pledge.link_version}")


def token(match: Match) -> str:
    """Return the word in the address of the question: the match's random id, signed for this purpose alone."""
    return match.pk.removeprefix("mt_") + _signature(match)


def question_behind(word: str, *, at: datetime) -> Match | None:
    """Return the match that a link asks about, or was answered by; None once its deadline has passed.

    None as well for a match that ended in any other way, and for a word that never led anywhere.
    """
    # frozen ones too are over: no page may tell a provider that somebody said it was not safe
    asked = Match.objects.filter(pk=f"mt_{word[:ID_LENGTH]}", asked_at__isnull=False, frozen=False)
    match = asked.select_related("need", "pledge__organisation").first()
    if match is None or not constant_time_compare(_signature(match), word[ID_LENGTH:]):
        return None
    if match.asked_at is None or at >= answer_by(match.need, at=match.asked_at):
        return None
    return match if match.status in (MatchStatus.PERSON_AGREED, *ANSWERED) else None
