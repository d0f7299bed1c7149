"""`rekey` under SIGKILL: whenever its process dies, everything opens with both groups, and it goes on from there."""

import base64
import random
from collections import Counter

import pytest
from django.db import transaction

from kernel import vault
from kernel.accounts.models import Member
from kernel.disclosure.holding import private_keys
from kernel.disclosure.rekeying import rekey
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import KeyShare, SealedRecord
from kernel.vault.rekeying import waiting
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed, seal
from tests.kills import KILLED, Nursery

pytestmark = pytest.mark.django_db(transaction=True)
DEED = f"{__name__}:move_all"
SMALL = 8  # records of one small transaction of a short deed
PLAIN = "Canary {}"


def move_all(member: int, private: str, at_most: int) -> None:
    """Move the records of a member's group, `at_most` in each turn, until none is left. Runs in the child."""
    by = Member.objects.select_related("user", "organisation").get(pk=member)
    while rekey(by=by, member_private=base64.b64decode(private), at=NOW, at_most=at_most).left:
        pass


def _words(keyed: Keyed, group: str) -> dict[str, object]:
    member = keyed.people[group][0]
    return {"member": member.pk, "private": base64.b64encode(keyed.private[member.pk]).decode(), "at_most": SMALL}


def _sealed(keyed: Keyed, many: int) -> list[str]:
    names = [f"pl_{number}" for number in range(many)]
    with transaction.atomic():
        for name in names:
            seal(keyed, name, PLAIN.format(name).encode())
    return names


def _all_open(keyed: Keyed, names: list[str]) -> None:
    """Every record opens with the seats of one person of each group and has one half of each; no other is there."""
    records = {record.record_id: record for record in SealedRecord.objects.all()}
    assert sorted(records) == sorted(names)
    letters = Counter(KeyShare.objects.exclude(letter="R").values_list("record__record_id", "letter"))
    assert letters == Counter({(name, letter): 1 for name in names for letter in "AB"})
    keys = {}
    for group in "AB":
        member = keyed.people[group][1]
        keys[group] = private_keys(member, keyed.private[member.pk])
    for name, record in records.items():
        assert (
            open_halves(record, *(half_of(record, group, keys[group]) for group in "AB")) == PLAIN.format(name).encode()
        )


def _turned_under_fire(keyed: Keyed, names: list[str], *, kills: int, timed: int, seed: int) -> None:
    """Change keys again and again while the one who moves the records dies; then let it come to its end."""
    chance, died, groups = random.Random(seed), 0, "AB"
    with Nursery() as nursery:
        for number in range(10 * (kills + timed)):
            if died >= kills and number >= kills + timed:
                break
            group = groups[number % 2]
            if not any(waiting(keyed.organisation.pk, one).exists() for one in "AB"):
                keyed.rotate(group)
            if died < kills:
                ended = nursery.do(DEED, **_words(keyed, group), at_statement=chance.randrange(2, 40))
            else:
                ended = nursery.do(DEED, **_words(keyed, group), after=chance.uniform(0, 0.3))
            assert ended in (0, KILLED), ended
            died += ended == KILLED
            _all_open(keyed, names)
            if number % 2:
                vault.shred(names.pop(), "pledge.contact")  # erased between two deaths: it does not come back
        assert died >= kills
        for group in "ABA":
            assert nursery.do(DEED, **_words(keyed, group)) == 0
            _all_open(keyed, names)
    assert not any(waiting(keyed.organisation.pk, group).exists() for group in "AB")
    assert KeyShare.objects.count() == 2 * len(names)


def _killed(*, records: int, kills: int, timed: int, seed: int) -> None:
    keyed = make_keyed()
    names = _sealed(keyed, records)
    first = SealedRecord.objects.get(record_id=names[0])
    leaver, helper = keyed.people["A"][1], keyed.people["B"][0]
    kept = half_of(first, "A", private_keys(leaver, keyed.private[leaver.pk]))
    keyed.rotate("A")
    _turned_under_fire(keyed, names, kills=kills, timed=timed, seed=seed)
    today = half_of(first, "B", private_keys(helper, keyed.private[helper.pk]))
    with pytest.raises(BrokenSeal):
        open_halves(first, kept, today)


def test_it_is_killed_and_nothing_is_half_moved() -> None:
    _killed(records=2 * SMALL + 3, kills=3, timed=1, seed=11)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_killed_many_times_and_nothing_is_half_moved(seed: int) -> None:
    _killed(records=20 * SMALL, kills=20, timed=20, seed=seed)
