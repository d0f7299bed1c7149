"""Real threads with connections of their own: keys change hands while contacts are sealed."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.joining import let_in
from kernel.disclosure.models import GroupKeySeat
from kernel.disclosure.rekeying import rekey
from kernel.disclosure.rotating import make_group_key, sign_group_key
from kernel.states import Refusal
from kernel.vault.chain.trust import trusted_of
from kernel.vault.models import ChainLink, GroupKey, KeyShare
from tests.kernel.disclosure.keyed import Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = 40


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed(people=3)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Run every deed in a thread of its own, all starting together; return `done` or the code of a refusal, of each."""
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
        return list(pool.map(run, deeds))


def test_moving_and_sealing_anew_at_once_lose_nothing(keyed: Keyed) -> None:
    for number in range(RECORDS):
        seal(keyed, f"pl_{number}")
    keyed.rotate("A")
    order = [f"pl_{number}" for number in range(RECORDS)]
    secrets.SystemRandom().shuffle(order)

    def seal_anew() -> None:
        for record_id in order:
            seal(keyed, record_id, b"moved house")

    movers = [lambda who=who: rekey(**keyed.as_(who)) for who in (*keyed.people["A"][:2], keyed.people["B"][0])]
    outcomes = at_once(seal_anew, *movers)
    assert outcomes == ["done"] * 4
    for group in "AB":
        assert rekey(**keyed.as_(keyed.people[group][0])).left == 0
    a, b = keyed.people["A"][0], keyed.people["B"][0]
    assert all(keyed.open(record_id, a, b) == b"moved house" for record_id in order)
    assert KeyShare.objects.count() == 2 * RECORDS


def test_a_key_changed_while_contacts_come_in_leaves_all_of_them_open(keyed: Keyed) -> None:
    def take_in() -> None:
        for number in range(RECORDS):
            seal(keyed, f"pl_{number}")

    def change() -> None:
        for _ in range(3):
            keyed.rotate("A")
            rekey(**keyed.as_(keyed.people["A"][0]))

    assert at_once(take_in, change) == ["done", "done"]
    while rekey(**keyed.as_(keyed.people["A"][0])).left:
        pass
    a, b = keyed.people["A"][1], keyed.people["B"][1]
    assert all(keyed.open(f"pl_{number}", a, b) for number in range(RECORDS))
    assert not GroupKeySeat.objects.filter(group_key__state="retired").exists()


@pytest.mark.postgresql  # on SQLite whoever seals holds the only place to write from the beginning
def test_a_key_changed_between_reading_keys_and_chain_refuses_nobody(keyed: Keyed) -> None:
    changed: list[str] = []

    def change_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "vault_chainlink" in sql and not changed:
            changed.extend(at_once(lambda: keyed.rotate("A")))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(change_first):
        seal(keyed, "pl_between")
    assert changed == ["done"]
    a, b = keyed.people["A"][1], keyed.people["B"][1]
    assert keyed.open("pl_between", a, b)


def test_two_signers_at_once_make_one_link(keyed: Keyed) -> None:
    key = make_group_key(**keyed.as_(keyed.people["A"][0]))
    signers = [keyed.people["A"][1], *keyed.people["B"]]
    outcomes = at_once(*(lambda who=who: sign_group_key(key=key, **keyed.as_(who)) for who in signers))
    assert sorted(outcomes) == ["done", "not_pending", "not_pending", "not_pending"]
    assert GroupKey.objects.filter(group="A", state="live").get() == key
    assert trusted_of(keyed.organisation.pk).groups["A"].key.version == 2


def test_everybody_lets_a_newcomer_in_at_once(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    digits = digits_of(newcomer)
    people = [*keyed.people["A"], *keyed.people["B"]]
    outcomes = at_once(*(lambda who=who: let_in(newcomer=newcomer, digits=digits, **keyed.as_(who)) for who in people))
    assert set(outcomes) <= {"done", "cannot_join"}
    assert outcomes.count("done") >= 2
    if not GroupKeySeat.objects.filter(member_key=newcomer).exists():
        assert let_in(newcomer=newcomer, digits=digits, **keyed.as_(keyed.people["A"][0]))
    assert GroupKeySeat.objects.filter(member_key=newcomer).count() == 1
    assert ChainLink.objects.filter(holder=newcomer.holder.id).count() == 1
    assert newcomer.holder.id in trusted_of(keyed.organisation.pk).groups["A"].holders


def test_two_new_keys_at_once_leave_one_that_waits(keyed: Keyed) -> None:
    makers = keyed.people["A"]
    outcomes = at_once(*(lambda who=who: make_group_key(**keyed.as_(who)) for who in makers))
    assert outcomes == ["done"] * 3
    assert GroupKey.objects.filter(group="A", state="pending").count() == 1
