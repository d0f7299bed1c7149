"""`rekey`: after a change of keys an old half opens nothing with the current database, and everything else opens."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from kernel.disclosure.holding import private_keys
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.models import GroupKeySeat, RecoveryCopy
from kernel.disclosure.rekeying import Progress, rekey
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal, close_box
from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from kernel.vault.rekeying import waiting
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed()


def turn(keyed: Keyed, group: str, **more: Any) -> Progress:
    return rekey(**keyed.as_(keyed.people[group][0]), **more)


def opens(keyed: Keyed, record_id: str = "pl_1") -> bool:
    return keyed.open(record_id, keyed.people["A"][0], keyed.people["B"][0]) == b"Canary Sixpence"


@pytest.mark.parametrize(("group", "other"), [("A", "B"), ("B", "A")])
def test_an_old_half_opens_nothing_any_more(keyed: Keyed, group: str, other: str) -> None:
    """The leaver kept the group's old key and a copy of the boxes; a colleague of the other group helps."""
    record = seal(keyed)
    leaver = keyed.people[group][1]
    kept = half_of(record, group, private_keys(leaver, keyed.private[leaver.pk]))
    take_key_away(member=leaver, why="gone", by="user:1", at=NOW)
    keyed.rotate(group)
    assert opens(keyed)
    assert turn(keyed, group) == Progress(1, 0, 0)
    assert opens(keyed)
    assert turn(keyed, other) == Progress(1, 0, 0)
    assert opens(keyed)
    assert KeyShare.objects.filter(letter="R").count() == 0
    record = SealedRecord.objects.get()
    helper = keyed.people[other][0]
    today = half_of(record, other, private_keys(helper, keyed.private[helper.pk]))
    with pytest.raises(BrokenSeal):
        open_halves(record, *((kept, today) if group == "A" else (today, kept)))


def test_the_old_half_is_worthless_from_the_first_step_on(keyed: Keyed) -> None:
    record = seal(keyed)
    a, b = keyed.people["A"][0], keyed.people["B"][0]
    kept = half_of(record, "A", private_keys(a, keyed.private[a.pk]))
    keyed.rotate("A")
    turn(keyed, "A")
    today = half_of(record, "B", private_keys(b, keyed.private[b.pk]))
    with pytest.raises(BrokenSeal):
        open_halves(record, kept, today)


def test_many_changes_in_any_order_leave_everything_open(keyed: Keyed) -> None:
    seal(keyed)
    for group in "AABABBA":
        keyed.rotate(group)
        turn(keyed, group)
        assert opens(keyed)
    assert KeyShare.objects.filter(letter="R").exists()
    for group in "ABAB":
        turn(keyed, group)
        assert opens(keyed)
    assert KeyShare.objects.count() == 2


def test_it_folds_all_that_was_left_at_once(keyed: Keyed) -> None:
    seal(keyed)
    for _ in range(3):
        keyed.rotate("A")
        turn(keyed, "A")
    assert KeyShare.objects.filter(letter="R", group_key__group="B").count() == 3
    assert turn(keyed, "B") == Progress(1, 0, 0)
    assert KeyShare.objects.count() == 2
    assert opens(keyed)


def test_a_retired_key_is_forgotten_once_nothing_needs_it() -> None:
    keyed = make_keyed(trustees=True)
    seal(keyed)
    old = GroupKey.objects.get(group="A")
    keyed.rotate("A")
    assert GroupKeySeat.objects.filter(group_key=old).count() == 2
    turn(keyed, "A")
    assert not GroupKeySeat.objects.filter(group_key=old).exists()
    assert not RecoveryCopy.objects.filter(group_key=old).exists()
    assert GroupKey.objects.filter(pk=old.pk).exists()
    assert opens(keyed)


def test_it_goes_on_where_it_stopped(keyed: Keyed) -> None:
    for number in range(7):
        seal(keyed, f"pl_{number}")
    keyed.rotate("A")
    assert turn(keyed, "A", at_most=3) == Progress(3, 4, 0)
    assert all(opens(keyed, f"pl_{number}") for number in range(7))
    assert turn(keyed, "A", at_most=3) == Progress(3, 1, 0)
    assert turn(keyed, "A", at_most=3) == Progress(1, 0, 0)
    assert turn(keyed, "A") == Progress(0, 0, 0)
    assert all(opens(keyed, f"pl_{number}") for number in range(7))


def test_it_is_safe_to_be_killed_at_any_statement(keyed: Keyed) -> None:
    """Every statement of a slice fails once; each time the records open as before, and at last it goes through."""
    for number in range(3):
        seal(keyed, f"pl_{number}")
    keyed.rotate("A")
    kills = 0
    while True:
        try:
            with connection.execute_wrapper(_killed_at(kills)):
                turn(keyed, "A")
        except _Killed:
            kills += 1
            assert all(opens(keyed, f"pl_{number}") for number in range(3))
        else:
            break
    assert kills > 10
    assert not waiting(keyed.organisation.pk, "A").exists()
    assert turn(keyed, "B").left == 0
    assert all(opens(keyed, f"pl_{number}") for number in range(3))


class _Killed(Exception):
    pass


def _killed_at(number: int) -> Callable[..., Any]:
    left = [number]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> CursorWrapper:
        if left[0] <= 0 and not sql.startswith(("SAVEPOINT", "ROLLBACK", "RELEASE")):
            raise _Killed
        left[0] -= 1
        return run(sql, params, many, context)

    return execute


def test_a_record_that_does_not_open_stays_and_stops_nobody(keyed: Keyed) -> None:
    for number in range(3):
        seal(keyed, f"pl_{number}")
    broken = KeyShare.objects.get(letter="A", record__record_id="pl_1")
    KeyShare.objects.filter(pk=broken.pk).update(box=b"x" * 100)
    keyed.rotate("A")
    assert turn(keyed, "A") == Progress(2, 1, 1)
    assert bytes(KeyShare.objects.get(pk=broken.pk).box) == b"x" * 100
    assert GroupKeySeat.objects.filter(group_key__version=1, group_key__group="A").exists()


def test_a_part_moved_from_another_record_is_not_folded(keyed: Keyed) -> None:
    """Someone who may write the table gives one record the part that was left for another."""
    for number in range(2):
        seal(keyed, f"pl_{number}")
    keyed.rotate("A")
    turn(keyed, "A")
    one, two = KeyShare.objects.filter(letter="R").order_by("pk")
    KeyShare.objects.filter(pk=two.pk).update(record=one.record)
    progress = turn(keyed, "B")
    assert (progress.moved, progress.broken) == (0, 1)
    KeyShare.objects.filter(pk=two.pk).update(record=two.record)
    assert turn(keyed, "B") == Progress(2, 0, 0)
    assert all(opens(keyed, f"pl_{number}") for number in range(2))


def test_it_moves_nothing_to_a_key_that_was_planted(keyed: Keyed) -> None:
    seal(keyed)
    keyed.rotate("A")
    GroupKey.objects.filter(group="A", version=2).update(state="retired")
    GroupKey.objects.filter(group="A", version=1).update(state="live")
    with pytest.raises(Refusal) as caught:
        turn(keyed, "A")
    assert caught.value.code == "key_not_pinned"


def test_who_left_moves_nothing(keyed: Keyed) -> None:
    seal(keyed)
    leaver = keyed.people["A"][1]
    keyed.rotate("A")
    take_key_away(member=leaver, why="gone", by="user:1", at=NOW)
    with pytest.raises(Refusal) as caught:
        rekey(**keyed.as_(leaver))
    assert caught.value.code == "not_seated"


def test_a_forged_part_opens_nothing(keyed: Keyed) -> None:
    """Anybody can seal to a public key: a made-up part breaks a record at worst, as deleting it would."""
    record = seal(keyed)
    live = GroupKey.objects.get(group="B")
    box = close_box(half=b"\1" * 32, letter="R", record_id="pl_1", form=1, to=bytes(live.public_key))
    KeyShare.objects.create(record=record, letter="R", group_key=live, box=box)
    with pytest.raises(BrokenSeal):
        opens(keyed)


def test_a_batch_asks_the_same_number_of_questions_however_long(keyed: Keyed) -> None:
    asked = []
    for many in (2, 20):
        for number in range(many):
            seal(keyed, f"pl_{number}")
        keyed.rotate("A")
        with CaptureQueriesContext(connection) as queries:
            turn(keyed, "A")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def move_many(keyed: Keyed, many: int) -> tuple[float, float]:
    """Seal `many` records, change A's key, move them, fold them; return the seconds of both."""
    for number in range(many):
        seal(keyed, f"pl_{number}")
    keyed.rotate("A")
    seconds = []
    for group in "AB":
        begun = time.perf_counter()
        while turn(keyed, group).left:
            pass
        seconds.append(time.perf_counter() - begun)
    assert KeyShare.objects.count() == 2 * many
    assert all(opens(keyed, f"pl_{number}") for number in range(0, many, max(1, many // 50)))
    return seconds[0], seconds[1]


def test_it_moves_many(keyed: Keyed) -> None:
    move_many(keyed, 450)


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_it_moves_ten_thousand(keyed: Keyed, capsys: pytest.CaptureFixture[str]) -> None:
    moved, folded = move_many(keyed, 10_000)
    with capsys.disabled():
        print(f"\n10,000 records: {moved:.1f} s to move, {folded:.1f} s to fold")  # noqa: T201 - the figure
    assert moved < 60
    assert folded < 60
