"""What a proposal must pass: judged in one way before anybody is locked out, and again under the locks.

What is plain already is refused at once, in the same words, and nobody waits for it: of a crowd that wants one room
all but a few hear that it is taken without standing in line.
"""

import math
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching import holds
from offers.matching.reading import pair_facts
from offers.matching.rules import Question, ask, feasible, first_failure
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge, PledgeStatus


def look(
    *,
    need_id: str,
    pledge_id: str,
    organisation: Organisation,
    at: datetime,
    units: int | None,
    start: date | None,
) -> None:
    """Raise the Refusal that is plain without a lock: the need is not open, or the pledge is full.

    One query, and more only where every unit of the pledge has some live hold: then all rules are judged, for who may
    not know of a pledge is told nothing of its being full. Whatever passes here is judged again under the locks.
    """
    left = Pledge.objects.filter(pk=pledge_id).values_list(F("units_total") - F("units_held"))
    need = Need.objects.visible_to(organisation).filter(pk=need_id).annotate(left=left).first()
    if need is None:
        raise unknown("need")
    _must_be_open(need)
    free: int | None = vars(need)["left"]
    if free is None:
        raise unknown("pledge")
    if free < (need.units if units is None else units):
        pledge = Pledge.objects.filter(pk=pledge_id).first()
        if pledge is None:  # gone since
            raise unknown("pledge")
        judged(need=need, pledge=pledge, organisation=organisation, at=at, units=units, start=start)


def judged(
    *,
    need: Need,
    pledge: Pledge,
    organisation: Organisation,
    at: datetime,
    units: int | None,
    start: date | None,
) -> Question:
    """Return the question that every rule says yes to, or raise the Refusal that `propose` tells (two queries)."""
    _must_be_open(need)
    if start is not None and not need.window_from <= start < need.window_until:
        raise Refusal("start_outside_window", _("The stay begins on a day of the need's window."), "from")
    seen, pair = _may_see(organisation, pledge), pair_facts(need, pledge)
    if pair.frozen:  # even if the offer was checked anew meanwhile
        _must_be_seen(seen)
        raise Refusal("frozen", _("A safety report froze what this offer promised: nothing new comes to it."), "pledge")
    question = ask(pair.need, pair.pledge, today=at.date(), units=units, start=start)
    _must_fit(question, seen=seen)
    _must_not_hoard(question, need=need, pledge=pledge)
    return question


def unknown(field: str) -> Refusal:
    """What is not yours is answered like what never existed, word for word."""
    sentences = {"need": _("There is no such need."), "pledge": _("There is no such pledge.")}
    return Refusal("unknown_reference", sentences[field], field)


def _must_be_open(need: Need) -> None:
    if need.status != NeedStatus.OPEN:
        need.moves.check(old=need.status, new=NeedStatus.HELD)


def _may_see(organisation: Organisation, pledge: Pledge) -> bool:
    """Whether a refusal may tell the organisation about this pledge, rather than deny that it exists."""
    if pledge.organisation_id == organisation.pk:
        return True
    return organisation.is_operator and pledge.status != PledgeStatus.DRAFT


def _must_be_seen(seen: bool) -> None:
    if not seen:
        raise unknown("pledge")


def _must_fit(question: Question, *, seen: bool) -> None:
    """Raise the Refusal that says why this is no candidate, as far as the asker may know."""
    failed = first_failure(question.ignoring_holds())
    if failed is not None:
        _must_be_seen(seen)
        misfit = _("This pledge does not fit the need.")
        raise Refusal("not_a_candidate", f"{misfit} {_(failed.sentence)}", "pledge", rule=failed.code)
    if not feasible(question):
        raise holds.taken()


def _must_not_hoard(question: Question, *, need: Need, pledge: Pledge) -> None:
    """Raise Refusal `too_many_units` for more than the need asks for or its party fills: others wait for them."""
    most = max(need.units, math.ceil(need.party_size / pledge.max_party))
    if question.units > most:
        raise Refusal("too_many_units", _("This need has use for %(most)s units at most.") % {"most": most}, "units")
