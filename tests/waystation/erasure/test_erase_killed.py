"""`manage.py erase` under SIGKILL: an offer is there as it was or gone altogether, and the next run finishes it."""

import io
import json
import random
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from kernel.retention.erasures import read
from kernel.retention.models import Erasure
from kernel.vault import addresses
from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from offers.models import Pledge
from tests.attacks.canaries.places import database_bytes
from tests.factories.pledges import make_contact
from tests.kills import KILLED, Nursery
from tests.offers.erasing.scene import KEYS, sealed_pledge
from waystation.erasure.management.commands.erase import Command

pytestmark = pytest.mark.django_db(transaction=True)
DEED = f"{__name__}:erase"


def erase(pledge: str) -> None:
    """Run the command. In the child."""
    call_command(Command(), "provider", "--pledge", pledge, stdout=io.StringIO())


def _opens(pledge: Pledge, name: str) -> bool:
    """Whether the contact opens with the keys of both groups."""
    record = SealedRecord.objects.get(record_id=pledge.pk)
    keys = dict(zip("AB", KEYS[pledge.organisation_id], strict=True))
    live = {group: {GroupKey.objects.get(group=group).pk: keys[group]} for group in "AB"}
    contact = open_halves(record, *(half_of(record, group, live[group]) for group in "AB"))
    return str(json.loads(contact)["name"]) == name


def _is_erased(pledge: Pledge, name: str) -> bool:
    """Whether it is gone; fails unless it is gone altogether or there as it was."""
    gone = {
        Pledge.objects.get(pk=pledge.pk).status == "erased",
        not SealedRecord.objects.filter(record_id=pledge.pk).exists(),
        not KeyShare.objects.filter(record__record_id=pledge.pk).exists(),
        addresses.find(pledge.pk) is None,
        Erasure.objects.filter(record_id=pledge.pk).exists(),
        pledge.history.filter(new="erased").exists(),
    }
    assert len(gone) == 1, "half erased"
    assert gone == {True} or _opens(pledge, name)
    return gone == {True}


def _killed(folder: Path, *, kills: int, timed: int, seed: int) -> None:
    erasures, chance, died = folder / "erasures.jsonl", random.Random(seed), 0
    neighbour = sealed_pledge(make_contact(name="Neighbour", email="neighbour@waystation.invalid"))
    with Nursery(ERASURES_FILE=str(erasures)) as nursery:
        for number in range(10 * (kills + timed)):
            if died >= kills and number >= kills + timed:
                break
            name = f"Kanarienvogel {number}"
            pledge = sealed_pledge(make_contact(name=name, email=f"kanari{number}@waystation.invalid"))
            sealed = bytes(SealedRecord.objects.get(record_id=pledge.pk).ciphertext)
            if died < kills:
                ended = nursery.do(DEED, pledge=pledge.pk, at_statement=chance.randrange(1, 55))
            else:
                ended = nursery.do(DEED, pledge=pledge.pk, after=chance.uniform(0, 0.4))
            assert ended in (0, KILLED), ended
            died += ended == KILLED
            _is_erased(pledge, name)
            assert nursery.do(DEED, pledge=pledge.pk) == 0
            assert _is_erased(pledge, name)
            assert ("pledge", pledge.pk) in set(read(erasures))
            if connection.vendor == "sqlite":
                assert not any(sealed[:64] in content for _name, content in database_bytes())
            assert _opens(neighbour, "Neighbour")
    assert died >= kills
    call_command("verify_audit", stdout=io.StringIO())


def test_it_is_killed_and_nothing_is_half_erased(tmp_path: Path) -> None:
    _killed(tmp_path, kills=2, timed=1, seed=7)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_killed_many_times_and_nothing_is_half_erased(tmp_path: Path, seed: int) -> None:
    _killed(tmp_path, kills=20, timed=20, seed=seed)
