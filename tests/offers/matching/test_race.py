"""Real threads with connections of their own, let go at one moment, as workers of a server would."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.deeds import propose
from offers.models import Hold, Match, Need, Pledge
from tests.offers.matching.contention import DONE, LOCK_ERROR, crowd, doubled, oversold, proposed, scene, untrue
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 16


def all_at_once(deeds: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every deed in a thread of its own, all starting together; count `done` and the codes of refusals."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            connections["default"].ensure_connection()
            gate.wait(30)
            deed()
        except Refusal as refused:
            return refused.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return Counter(pool.map(run, deeds))


def proposal(need: Need, pledge: Pledge, organisation: Organisation) -> Callable[[], object]:
    return lambda: propose(need_id=need.pk, pledge_id=pledge.pk, organisation=organisation, by="user:1", at=NOW)


def test_it_gives_one_room_to_exactly_one_of_sixteen_needs() -> None:
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    room = make_pledge(theirs)
    needs = [make_need(ours) for _ in range(MANY)]
    outcomes = all_at_once([proposal(need, room, ours) for need in needs])
    assert outcomes == {"done": 1, "capacity_taken": MANY - 1}
    assert Hold.objects.filter(pledge=room, live=True).count() == 1
    room.refresh_from_db()
    assert room.units_held == 1
    assert Need.objects.filter(status="held").count() == 1


def test_it_gives_one_need_exactly_one_of_sixteen_rooms() -> None:
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    need = make_need(ours)
    rooms = [make_pledge(theirs) for _ in range(MANY)]
    outcomes = all_at_once([proposal(need, room, ours) for room in rooms])
    assert outcomes == {"done": 1, "illegal_transition": MANY - 1}
    assert Match.objects.live().filter(need=need).count() == 1
    assert Hold.objects.filter(live=True).count() == 1
    assert sum(Pledge.objects.values_list("units_held", flat=True)) == 1


def test_it_fills_a_house_to_the_last_room_and_no_further() -> None:
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    house = make_pledge(theirs, units_total=5)
    outcomes = all_at_once([proposal(make_need(ours), house, ours) for _ in range(MANY)])
    assert outcomes == {"done": 5, "capacity_taken": MANY - 5}
    assert sorted(Hold.objects.filter(live=True).values_list("unit", flat=True)) == [1, 2, 3, 4, 5]


def test_who_is_too_late_hears_it_while_somebody_else_still_books() -> None:
    """The row of the room, and on SQLite the one place to write, are taken for as long as the others are asking."""
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    room, free, late, held = make_pledge(theirs), make_pledge(theirs), make_need(ours), make_need(ours)
    proposal(held, room, ours)()
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        list(Pledge.objects.select_for_update().order_by("pk"))
        told = other.submit(all_at_once, [proposal(late, room, ours), proposal(held, free, ours)])
        assert told.result(60) == {"capacity_taken": 1, "illegal_transition": 1}


def survives_a_crowd(attempts: int, *, processes: int, threads: int) -> None:
    """Whoever comes second hears why; nothing is given twice; of ten thousand not ten meet a lock that fails."""
    told = crowd(scene(attempts), proposed, processes=processes, threads=threads)
    assert set(told.counts) <= {DONE, "capacity_taken", "illegal_transition", LOCK_ERROR}
    assert told.attempts == attempts
    assert told.counts[LOCK_ERROR] * 1000 < attempts
    assert (oversold(), doubled(), untrue()) == (0, 0, [])
    assert told.counts[DONE] == Match.objects.live().count() == Hold.objects.filter(live=True).count()
    assert attempts / 5 < told.counts[DONE] < attempts / 2


def test_nothing_is_given_twice_to_a_crowd() -> None:
    survives_a_crowd(160, processes=2, threads=4)


@pytest.mark.chaos
def test_nothing_is_given_twice_in_ten_thousand_attempts_of_thirty_two_workers() -> None:
    survives_a_crowd(10_000, processes=4, threads=8)
