"""The owner of the database changes the trail at random, a thousand times, and is found out every time.

Each change is undone before the next. The auditor holds the copy of the checkpoints that left the machine.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction

from kernel import audit
from kernel.audit.checkpoints import take_checkpoint
from kernel.audit.exporting import export_checkpoints
from kernel.audit.faults import Fault
from kernel.audit.models import AuditCheckpoint, AuditEntry, AuditSeal, AuditUnsealed
from kernel.audit.verify import verify_trail
from tests.kernel.audit.tampering import chain_anew, entry_at, execute, record_some, shift_down, tampering

pytestmark = pytest.mark.django_db

LENGTH = 24
MARKS = [5, 11, 17, 24]  # the seals at which a checkpoint was taken
MANY = 100
CHANGE = 1_000


@dataclass(frozen=True)
class Expected:
    """Where the fault must be found: what of it may be, and what must."""

    codes: set[str]
    position: int | None = None
    entry: int | None = None
    checkpoint: int | None = None
    covers: int | None = None

    def fits(self, fault: Fault) -> bool:
        """Whether the fault names the row that was changed first."""
        if fault.code not in self.codes:
            return False
        if self.covers is not None:
            return fault.since is not None and fault.since < self.covers <= (fault.position or 0)
        named = (self.position, self.entry, self.checkpoint)
        return all(
            want in (None, got)
            for want, got in zip(named, (fault.position, fault.entry, fault.checkpoint), strict=True)
        )


Mutation = Callable[[random.Random], Expected]


def edit(chance: random.Random) -> Expected:
    """Change one column of one entry."""
    position = chance.randint(1, LENGTH)
    entry = AuditEntry.objects.get(pk=entry_at(position))
    column = chance.choice(["actor", "action", "object_id", "reason", "fields", "at"])
    new = {"fields": ["b", "a"], "at": "2020-01-01 00:00:00+00:00"}.get(column, f"{getattr(entry, column)}x")
    AuditEntry.objects.filter(pk=entry.pk).update(**{column: new})
    return Expected({"entry_changed"}, position=position, entry=entry.pk)


def edit_seal(chance: random.Random) -> Expected:
    """Change one column of one seal."""
    position = chance.randint(1, LENGTH)
    column = chance.choice(["entry_hash", "previous_hash", "hash", "sealed_at"])
    value = "2020-01-01 00:00:00+00:00" if column == "sealed_at" else f"{chance.getrandbits(256):064x}"
    AuditSeal.objects.filter(pk=position).update(**{column: value})
    codes = {"entry_hash": "entry_changed", "previous_hash": "chain_broken"}
    return Expected({codes.get(column, "seal_changed")}, position=position)


def edit_and_chain(chance: random.Random) -> Expected:
    """Change an entry, and make every hash after it right again."""
    position = chance.randint(1, LENGTH)
    AuditEntry.objects.filter(pk=entry_at(position)).update(actor="user:99")
    chain_anew(position)
    return Expected({"rewritten"}, covers=position)


def take_out(chance: random.Random) -> Expected:
    """Delete an entry with its seal."""
    position = chance.randint(1, LENGTH - 1)
    entry = entry_at(position)
    execute("DELETE FROM audit_auditseal WHERE position = %s", position)
    execute("DELETE FROM audit_auditentry WHERE id = %s", entry)
    return Expected({"seal_missing"}, position=position)


def take_out_and_chain(chance: random.Random) -> Expected:
    """Delete an entry with its seal, close the gap, and make every hash right again."""
    position = chance.randint(1, LENGTH - 1)
    take_out_at = entry_at(position)
    execute("DELETE FROM audit_auditseal WHERE position = %s", position)
    execute("DELETE FROM audit_auditentry WHERE id = %s", take_out_at)
    shift_down(position)
    chain_anew(position)
    return Expected({"rewritten", "tail_cut"}, covers=position)


def lose_seal(chance: random.Random) -> Expected:
    """Delete a seal alone."""
    position = chance.randint(1, LENGTH - 1)
    execute("DELETE FROM audit_auditseal WHERE position = %s", position)
    return Expected({"seal_missing"}, position=position)


def swap(chance: random.Random) -> Expected:
    """Let two entries change places."""
    one, two = sorted(chance.sample(range(1, LENGTH + 1), 2))
    first, second = AuditEntry.objects.get(pk=entry_at(one)), AuditEntry.objects.get(pk=entry_at(two))
    for column in ("actor", "action", "object_id", "reason"):
        mine, other = getattr(first, column), getattr(second, column)
        setattr(first, column, other)
        setattr(second, column, mine)
    first.save()
    second.save()
    return Expected({"entry_changed"}, position=one, entry=first.pk)


def swap_and_chain(chance: random.Random) -> Expected:
    """Let two seals change their entries, and make every hash right again."""
    one, two = sorted(chance.sample(range(1, LENGTH + 1), 2))
    first, second = entry_at(one), entry_at(two)
    spare = audit.record("system", "spare.done", "th_spare")
    for position, entry in ((one, spare.pk), (two, first), (one, second)):
        AuditSeal.objects.filter(pk=position).update(entry=entry)
    AuditUnsealed.objects.all().delete()
    AuditEntry.objects.filter(pk=spare.pk).delete()
    chain_anew(one)
    return Expected({"rewritten"}, covers=one)


def cut_tail(chance: random.Random) -> Expected:
    """Delete the newest entries with their seals, and the checkpoints that knew them."""
    reached = chance.randint(0, LENGTH - 1)
    entries = list(AuditSeal.objects.filter(position__gt=reached).values_list("entry_id", flat=True))
    AuditSeal.objects.filter(position__gt=reached)._raw_delete("default")
    AuditEntry.objects.filter(pk__in=entries)._raw_delete("default")
    if chance.random() < 0.7:
        AuditCheckpoint.objects.filter(position__gt=reached)._raw_delete("default")
    return Expected({"tail_cut"}, position=reached + 1)


def unseal_tail(chance: random.Random) -> Expected:
    """Delete the newest seals, and let their entries wait once more, to be chained in another order."""
    reached = chance.randint(0, LENGTH - 2)
    entries = list(AuditSeal.objects.filter(position__gt=reached).values_list("entry_id", flat=True))
    AuditSeal.objects.filter(position__gt=reached)._raw_delete("default")
    AuditUnsealed.objects.bulk_create([AuditUnsealed(entry_id=entry) for entry in entries])
    if chance.random() < 0.5:
        audit.seal_pending()
        return Expected({"rewritten"}, covers=reached + 1)
    return Expected({"tail_cut"}, position=reached + 1)


def slip_in(chance: random.Random) -> Expected:
    """Add an entry that never happened, below a free id, neither sealed nor waiting."""
    entry = AuditEntry.objects.get(pk=entry_at(chance.randint(1, LENGTH)))
    entry.pk = -chance.randint(1, 1000) if chance.random() < 0.5 else 10**9 + chance.randint(1, 1000)
    entry.save(force_insert=True)
    return Expected({"seal_lost"}, entry=entry.pk)


def slip_in_and_chain(chance: random.Random) -> Expected:
    """Add an entry that never happened, in the middle of the chain, and make every hash right again."""
    position = chance.randint(1, LENGTH)
    entry = AuditEntry.objects.get(pk=entry_at(position))
    entry.pk = 10**9
    entry.save(force_insert=True)
    for seal in AuditSeal.objects.filter(position__gte=position).order_by("-position"):
        AuditSeal.objects.filter(pk=seal.pk).update(position=seal.position + 1)
    marks = AuditSeal.objects.get(pk=position + 1)
    AuditSeal.objects.create(
        position=position, entry=entry, entry_hash="", previous_hash="new", hash="new", sealed_at=marks.sealed_at
    )
    chain_anew(position)
    return Expected({"rewritten"}, covers=position)


def edit_checkpoint(chance: random.Random) -> Expected:
    """Change one column of one checkpoint."""
    number = chance.randint(1, len(MARKS))
    column = chance.choice(["position", "head", "at", "previous_hash", "hash", "key", "signature"])
    value = {"position": 1, "at": "2020-01-01 00:00:00+00:00", "key": "A" * 43 + "="}.get(
        column, f"{chance.getrandbits(256):064x}"
    )
    AuditCheckpoint.objects.filter(pk=number).update(**{column: value})
    return Expected({"checkpoint_changed"}, checkpoint=number)


def take_out_checkpoint(chance: random.Random) -> Expected:
    """Delete one checkpoint, or all from one on."""
    number = chance.randint(1, len(MARKS))
    gone = (
        AuditCheckpoint.objects.filter(pk=number)
        if chance.random() < 0.5
        else AuditCheckpoint.objects.filter(pk__gte=number)
    )
    gone._raw_delete("default")
    return Expected({"checkpoint_changed", "checkpoint_missing"}, checkpoint=number)


def replay(chance: random.Random) -> Expected:
    """Bring an old copy of the whole trail back, as it was at a checkpoint; perhaps go on from there."""
    which = chance.randint(1, len(MARKS) - 1)
    reached = MARKS[which - 1]
    entries = list(AuditSeal.objects.filter(position__gt=reached).values_list("entry_id", flat=True))
    AuditCheckpoint.objects.filter(pk__gt=which)._raw_delete("default")
    AuditSeal.objects.filter(position__gt=reached)._raw_delete("default")
    AuditEntry.objects.filter(pk__in=entries)._raw_delete("default")
    if chance.random() < 0.5:
        return Expected({"tail_cut"}, position=reached + 1)
    # the house itself goes on, and signs what it finds
    record_some(LENGTH - reached, prefix="other")
    take_checkpoint()
    return Expected({"rewritten"}, covers=reached + 1)


MUTATIONS: list[Mutation] = [
    edit, edit_seal, edit_and_chain, take_out, take_out_and_chain, lose_seal, swap, swap_and_chain, cut_tail,
    unseal_tail, slip_in, slip_in_and_chain, edit_checkpoint, take_out_checkpoint, replay,
]  # fmt: skip


def _signed_trail(path: Path) -> list[str]:
    """Write a trail with its checkpoints, and return the lines of the copy."""
    done = 0
    for mark in MARKS:
        record_some(mark - done, prefix=f"th{mark}")
        done = mark
        take_checkpoint()
    export_checkpoints()
    return path.read_text().splitlines()


def _find_all(changes: int, path: Path) -> None:
    """Change the trail so many times, each time in one way, and have every change found where it was made."""
    chance = random.Random(20261126)
    kept = _signed_trail(path)
    missed: list[str] = []
    with tampering():
        assert verify_trail(kept=kept).fault is None
        for number in range(changes):
            mutation = MUTATIONS[number % len(MUTATIONS)]
            with transaction.atomic():
                expected = mutation(chance)
                fault = verify_trail(kept=kept).fault
                transaction.set_rollback(True)
            if fault is None or not expected.fits(fault):
                missed.append(f"{mutation.__name__}: wanted {expected}, got {fault}")
        assert missed == []
        assert verify_trail(kept=kept).fault is None


def test_it_finds_a_hundred_random_changes(checkpoint_file: Path) -> None:
    _find_all(MANY, checkpoint_file)


@pytest.mark.chaos
def test_it_finds_a_thousand_random_changes(checkpoint_file: Path) -> None:
    _find_all(CHANGE, checkpoint_file)


def test_it_answers_where_the_connection_is_the_adversary_s_own(checkpoint_file: Path) -> None:
    """What no honest program writes: words that are no date, no list and no text."""
    kept = _signed_trail(checkpoint_file)
    odd = {"fields": '["\\ud800"]'} if connection.vendor == "sqlite" else {"at": "infinity"}
    odd |= {"at": "never"} if connection.vendor == "sqlite" else {}
    with tampering():
        for column, value in odd.items():
            with transaction.atomic():
                execute(f'UPDATE audit_auditentry SET "{column}" = %s WHERE id = %s', value, entry_at(7))
                fault = verify_trail(kept=kept).fault
                transaction.set_rollback(True)
            assert fault is not None
            assert (fault.position, fault.code) == (7, "entry_changed")
