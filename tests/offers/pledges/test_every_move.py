"""The whole table of moves: every legal one leaves a row of history, every other is refused in words, deed by deed."""

from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from kernel.states import Refusal
from offers.models import Pledge, PledgeStatus
from offers.pledges.confirming import confirm
from offers.pledges.editing import edit
from offers.pledges.lapsing import lapse
from offers.pledges.living import pause, resume, withdraw
from offers.pledges.locking import locked, moved
from offers.pledges.models import PLEDGE_MOVES
from offers.pledges.reoffering import offer_again
from offers.pledges.submitting import submit
from offers.pledges.vetting import record_step, reject, sign_vetting, suspend
from tests.factories.pledges import days_ahead, make_contact, make_pledge

BY = "user:1"
STATES = PledgeStatus.values
PAIRS = list(product(STATES, STATES))
DAYS = days_ahead(2, 60)
Deed = Callable[[Pledge, datetime], object]

# deed: what it does, and the states in which it may be done
DEEDS: dict[str, tuple[Deed, set[str]]] = {
    "submit": (lambda p, at: submit(pledge=p, contact=make_contact(), language="en", at=at), {"draft"}),
    "record": (lambda p, at: record_step(pledge=p, step="identity", outcome="passed", by=BY, at=at), {"vetting"}),
    "sign": (lambda p, at: sign_vetting(pledge=p, by=BY, at=at), {"vetting"}),
    "reject": (lambda p, at: reject(pledge=p, by=BY, at=at, why="not_suitable"), {"vetting"}),
    "suspend": (
        lambda p, at: suspend(pledge=p, by=BY, at=at, why="safety_report"),
        {"vetting", "active", "paused"},
    ),
    "pause": (lambda p, at: pause(pledge=p, by=BY, at=at), {"active"}),
    "resume": (lambda p, at: resume(pledge=p, by=BY, at=at), {"paused"}),
    "withdraw": (
        lambda p, at: withdraw(pledge=p, by=BY, at=at),
        {"draft", "submitted", "email_confirmed", "vetting", "active", "paused", "suspended"},
    ),
    "confirm": (lambda p, at: confirm(pledge=p, by=BY, at=at), {"active", "paused"}),
    "lapse": (lambda p, at: lapse(pledge=p, at=at, why="days_over"), {"vetting", "active", "paused"}),
    "offer again": (lambda p, at: offer_again(pledge=p, changes={"availability": DAYS}, by=BY, at=at), {"expired"}),
    "edit": (
        lambda p, at: edit(pledge=p, changes={"availability": DAYS}, by=BY, at=at),
        {"submitted", "email_confirmed", "vetting", "active", "paused"},
    ),
}


def offer(status: str, at: datetime) -> Pledge:
    return make_pledge(status=status, confirm_by=localdate(at))


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair[1] in PLEDGE_MOVES.legal(pair[0])])
def test_every_legal_move_leaves_a_row_of_history(operator, at, old, new):
    pledge = moved(offer(old, at), to=new, by=BY, at=at, why="test")
    move = pledge.history.get()
    assert (move.old, move.new, move.by, move.at, move.why) == (old, new, BY, at, "test")
    pledge.refresh_from_db()
    assert (pledge.status, pledge.version, pledge.updated_at) == (new, 2, at)


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair[1] not in PLEDGE_MOVES.legal(pair[0])])
def test_every_other_move_is_refused_in_words(operator, at, old, new):
    pledge = offer(old, at)
    with pytest.raises(Refusal) as refused:
        moved(pledge, to=new, by=BY, at=at)
    assert refused.value.code == "illegal_transition"
    assert old in refused.value.sentence
    assert refused.value.facts["legal"] == list(PLEDGE_MOVES.legal(old))
    pledge.refresh_from_db()
    assert (pledge.status, pledge.history.count()) == (old, 0)


@pytest.mark.parametrize("old", STATES)
def test_of_two_who_move_at_once_one_is_refused(operator, at, old):
    """The second read the offer before the first had moved it: compare-and-swap tells."""
    pledge = offer(old, at)
    for new in PLEDGE_MOVES.legal(old)[:1]:
        late = Pledge.objects.get(pk=pledge.pk)
        moved(pledge, to=new, by=BY, at=at)
        with pytest.raises(Refusal) as refused:
            moved(late, to=new, by="user:2", at=at)
        assert refused.value.code == "illegal_transition"
        assert pledge.history.count() == 1


@pytest.mark.parametrize(("name", "status"), list(product(DEEDS, STATES)))
def test_each_deed_is_done_in_its_states_alone(operator, at, name, status):
    deed, legal = DEEDS[name]
    pledge = offer(status, at)
    try:
        with transaction.atomic():
            deed(pledge, at)
    except Refusal as refusal:
        code, sentence = refusal.code, refusal.sentence
    else:
        code, sentence = "", ""
    fresh = locked(pledge)
    if status not in legal:
        assert code == "illegal_transition"
        assert status in sentence
        assert (fresh.status, fresh.version, fresh.history.count()) == (status, 1, 0)
    else:
        assert code in ("", "steps_missing")
        assert (fresh.status == status) == (not fresh.history.exists())
