"""Reporting: either side says that something is not safe, and in that breath everything of the provider's stands still.

Nothing is asked for but a word of Concern, and for want of one it is `other`: a report is never refused for its words.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.kinds.reasons import Concern, must_be_listed
from offers.matching.deeds.moving import locked
from offers.matching.meeting import RECENT, could_meet
from offers.matching.models import LIVE, Match
from offers.matching.record import of_same_provider
from offers.matching.safety.models import Freeze, Incident, IncidentStatus
from offers.matching.safety.paging import page
from offers.matching.sides import PERSON, must_speak_for, sides_of
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.vetting import suspend

SYSTEM = "system"


@transaction.atomic
def report_concern(
    *, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "", side: str | None = None
) -> Match:
    """Report, for one side, that a match is not safe; `why` is a word of Concern. Return the match, frozen.

    Every live match of what this provider offers through the same organisation is frozen with it, the offers are
    suspended, and coordinators of both sides are written to. `by` is opaque: `user:…`, `client:…`, `provider:…`;
    nobody of the other side is told whose word it was. Of a match that is over it is heard for RECENT, if the two could
    meet. The same report again changes nothing. Raises Refusal `not_your_side`, `invalid_choice`, `illegal_transition`.
    """
    concern = why or Concern.OTHER.value
    must_be_listed(concern, among=Concern)
    # all that may have to stand still is locked first, in the order of ids: whoever confirms or starts waits for it
    offers = list(of_same_provider(match.pledge).select_for_update(of=("self",)).order_by("pk"))
    match = locked(match)
    own = sides_of(match, organisation)
    side = side or (own[0] if own else PERSON)
    must_speak_for(side, match=match, organisation=organisation)
    _must_be_heard(match, at)
    said = {"match": match, "side": side, "concern": concern}
    if Incident.objects.standing().filter(**said).exists():
        return match
    incident = Incident.objects.create(
        **said, organisation=organisation, by=by, told_at=at, created_at=at, updated_at=at
    )
    incident.keep_history(old="", new=IncidentStatus.STANDING, by=by, at=at, why=concern)
    _freeze(incident, offers, at)
    _stop(offers, at)
    page(incident)
    match.refresh_from_db(fields=["frozen", "version", "updated_at"])
    return match


def is_heard(match: Match, at: datetime) -> bool:
    """Whether a report is heard: of a match that lives, or in which the two could meet and that ended lately."""
    met = Match.objects.filter(could_meet(), pk=match.pk, thinned_at=None, updated_at__gte=at - RECENT)
    return match.status in LIVE or met.exists()


def _must_be_heard(match: Match, at: datetime) -> None:
    if not is_heard(match, at):
        sentence = _("This is over, and the two did not meet in it just now: there is nothing left to stop.")
        raise Refusal("illegal_transition", sentence, state=str(match.status), legal=[])


def _freeze(incident: Incident, offers: Iterable[Pledge], at: datetime) -> None:
    """Freeze the match that was reported, and every live one of the provider's.

    The trail names who reported beside that match alone: nobody reads the others' ids out of what they did themselves.
    """
    others = Q(pledge__in=[offer.pk for offer in offers], status__in=LIVE)
    touched = Match.objects.select_for_update().filter(others | Q(pk=incident.match_id)).order_by("pk")
    for one in touched:
        Freeze.objects.create(incident=incident, match=one)
        Match.objects.filter(pk=one.pk).update(frozen=True, version=one.version + 1, updated_at=at)
        reported = one.pk == incident.match_id
        actor, why = (incident.by, incident.concern) if reported else (SYSTEM, "same_provider")
        audit.record(actor, "match.frozen", one.pk, reason=why, at=at)


def _stop(offers: Iterable[Pledge], at: datetime) -> None:
    """Suspend the offers, and let what they promised stand: it is frozen, until people have looked at it."""
    for offer in offers:
        if PledgeStatus.SUSPENDED in offer.moves.legal(offer.status):
            # not by whoever reported: their side is not to be read from the history of an offer
            suspend(pledge=offer, by=SYSTEM, at=at, why="safety_report")
