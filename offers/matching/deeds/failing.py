"""How help fails: nobody was there, it broke down, or it was not safe. What was not safe stops the provider at once.

Starting again takes every check and two people, like any vetting: nobody clears a provider alone.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.kinds.reasons import FailReason
from offers.matching.deeds.moving import end, locked
from offers.matching.deeds.stopping import stop_pledge
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.record import of_same_provider
from offers.matching.sides import PERSON, must_speak_for
from offers.needs.deeds import raise_urgency
from offers.needs.deeds.raising import must_be_raised
from offers.pledges.locking import save
from offers.pledges.models import Pledge, PledgeStatus

AGREED = (MatchStatus.PROVIDER_ACCEPTED, MatchStatus.CONFIRMED, MatchStatus.CONTACT_DISCLOSED, MatchStatus.STARTED)


@transaction.atomic
def fail(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str, urgency: str = "") -> Match:
    """Say that help failed, for a word of FailReason; the need is open again and the provider's record says so.

    Both sides had said yes, or a safety report froze the match. With `unsafe`, everything this provider offers through
    the same organisation is suspended in the same breath. Raises Refusal `invalid_choice`, `not_your_side`,
    `illegal_transition`.

    `urgency` raises the need's in the same breath, if help had begun: who has just lost a place does not wait for a
    second person to read one word (decision 29).
    """
    if why not in FailReason.values:
        raise Refusal("invalid_choice", _("Choose one of the reasons."), "reason")
    # all that may have to be stopped is locked first, in the order of ids, so that two reports never wait in a ring
    everything = of_same_provider(match.pledge) if why == FailReason.UNSAFE else Pledge.objects.none()
    offers = list(everything.select_for_update(of=("self",)).order_by("pk"))
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if match.status == MatchStatus.FAILED:
        return match
    if match.status not in AGREED and not (match.frozen and match.status in LIVE):
        sentence = _("Only what both sides agreed to can fail. Before that it is declined or canceled.")
        legal = [word for word in match.moves.legal(match.status) if word != MatchStatus.FAILED]
        raise Refusal("illegal_transition", sentence, state=str(match.status), legal=legal)
    _must_have_lost_a_place(match, urgency)
    end(match, to=MatchStatus.FAILED, by=by, at=at, why=why)
    if urgency:
        raise_urgency(need=match.need, urgency=urgency, by=by, at=at)
    match.pledge.placements_failed += 1
    save(match.pledge, "placements_failed", at=at)
    for offer in offers:
        if PledgeStatus.SUSPENDED in offer.moves.legal(offer.status):
            stop_pledge(pledge=offer, by=by, at=at, why="safety_report")
    return match


def _must_have_lost_a_place(match: Match, urgency: str) -> None:
    """Raise Refusal `invalid_choice` for an urgency that is none, or `not_begun` before help had begun."""
    if not urgency:
        return
    if match.status != MatchStatus.STARTED:
        raise Refusal(
            "not_begun", _("Help had not begun: change the need itself, and a second person reads it."), "urgency"
        )
    must_be_raised(match.need, urgency)
