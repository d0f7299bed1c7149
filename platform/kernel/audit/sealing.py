"""The sealer: chains what was recorded, a moment later and outside the deeds' transactions.

Chaining inside each deed would make every deed of the house wait for every other.
"""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from kernel.audit.canonical import GENESIS
from kernel.audit.hashing import hash_entry, hash_seal

BATCH = 1000
SEALER_LOCK = 0x5EA1  # any number that nothing else in this database locks by


def _alone() -> bool:
    """Return whether this transaction is the one sealer. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _seal_batch(at: datetime) -> int:
    from kernel.audit.models import AuditEntry, AuditSeal, AuditUnsealed

    if not _alone():
        return 0
    waiting = list(AuditUnsealed.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
    # an entry that has its seal and is said to wait must not stop the others
    entries = list(AuditEntry.objects.filter(pk__in=waiting, seal=None).order_by("pk"))
    last = AuditSeal.objects.order_by("-position").first()
    position, previous = (last.position, last.hash) if last else (0, GENESIS)
    seals = []
    for entry in entries:
        position += 1
        seal = AuditSeal(
            position=position, entry=entry, entry_hash=hash_entry(entry), previous_hash=previous, sealed_at=at
        )
        seal.hash = previous = hash_seal(seal)
        seals.append(seal)
    AuditSeal.objects.bulk_create(seals)
    AuditUnsealed.objects.filter(pk__in=waiting).delete()
    return len(seals)


def seal_pending(at: datetime | None = None) -> int:
    """Chain every entry that waits and return how many were sealed. Does nothing while another sealer works."""
    from kernel.audit.models import AuditUnsealed

    at = at or timezone.now()
    total = 0
    while AuditUnsealed.objects.exists():
        sealed = _seal_batch(at)
        total += sealed
        if not sealed:
            break
    return total
