"""Reading the trail back: is the chain whole, and how much is not sealed yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from kernel.audit.models import AuditEntry, AuditSeal, AuditUnsealed
from kernel.audit.sealing import GENESIS, hash_entry, hash_seal


@dataclass(frozen=True)
class Fault:
    """The first row that is not as it was written. `position` is None for an entry that has lost its seal."""

    position: int | None
    entry: int | None
    code: str


@dataclass(frozen=True)
class Verdict:
    """What was read: sealed rows up to the first fault, the hash at the end of them, and the unsealed tail.

    The chain cannot see that its own end was cut off together with the entries: compare `sealed` and `head` with
    a figure kept elsewhere.
    """

    sealed: int
    head: str
    unsealed: int
    oldest_unsealed: datetime | None
    fault: Fault | None


def _first_fault(seal: AuditSeal, position: int, previous: str) -> Fault | None:
    if seal.position != position:
        return Fault(position, None, "seal_missing")
    if seal.previous_hash != previous:
        return Fault(seal.position, seal.entry_id, "chain_broken")
    if hash_entry(seal.entry) != seal.entry_hash:
        return Fault(seal.position, seal.entry_id, "entry_changed")
    if hash_seal(seal) != seal.hash:
        return Fault(seal.position, seal.entry_id, "seal_changed")
    return None


def verify_trail() -> Verdict:
    """Recompute every hash in order and stop at the first row that differs. Holds one row in memory at a time."""
    position, head, fault = 0, GENESIS, None
    for seal in AuditSeal.objects.select_related("entry").order_by("position").iterator(chunk_size=2000):
        fault = _first_fault(seal, position + 1, head)
        if fault:
            break
        position, head = seal.position, seal.hash
    if not fault:
        stray = AuditEntry.objects.filter(seal=None, unsealed=None).order_by("pk").first()
        fault = Fault(None, stray.pk, "seal_lost") if stray else None
    tail = AuditUnsealed.objects.filter(entry__seal=None)
    return Verdict(
        sealed=position,
        head=head,
        unsealed=tail.count(),
        oldest_unsealed=tail.aggregate(at=Min("entry__at"))["at"],
        fault=fault,
    )
