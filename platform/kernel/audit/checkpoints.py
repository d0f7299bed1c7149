"""Taking a checkpoint: a signed count of the chain, over nothing that was not read again just before."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kernel.audit.canonical import GENESIS, instant
from kernel.audit.keys import signing_key, trusted_keys
from kernel.audit.models import AuditCheckpoint, AuditSeal
from kernel.audit.sealing import seal_pending
from kernel.audit.statements import Statement, sign
from kernel.audit.walking import walk
from kernel.states import Refusal

LONGEST = timedelta(days=1)
CHECKPOINT_LOCK = 0x5EA2  # any number that nothing else in this database locks by


def statement_of(checkpoint: AuditCheckpoint) -> Statement:
    """Return what a stored checkpoint says, as it was signed."""
    return Statement(
        number=checkpoint.number,
        position=checkpoint.position,
        head=checkpoint.head,
        at=instant(checkpoint.at),
        previous=checkpoint.previous_hash,
        key=checkpoint.key,
        signature=checkpoint.signature,
    )


def last_checkpoint() -> AuditCheckpoint | None:
    """Return the newest checkpoint, or None before the first."""
    return AuditCheckpoint.objects.order_by("-number").first()


def checkpoint_is_due(at: datetime) -> bool:
    """Return whether the last one is a day old, or AUDIT_CHECKPOINT_ENTRIES seals were added since."""
    last = last_checkpoint()
    if last is None or at - last.at >= LONGEST:
        return True
    sealed = AuditSeal.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return sealed - last.position >= int(settings.AUDIT_CHECKPOINT_ENTRIES)


def _wait_for_turn() -> None:
    """Be the one who takes a checkpoint, until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHECKPOINT_LOCK])


def _read_again(last: AuditCheckpoint | None) -> tuple[int, str]:
    """Return position and hash of the newest seal, having walked there from the last checkpoint."""
    if last is None:
        walked = walk()
    else:
        if not statement_of(last).is_sound(trusted_keys()):
            raise Refusal("checkpoint_changed", f"Checkpoint {last.number} is not what was signed: run verify_audit.")
        seal = AuditSeal.objects.filter(position=last.position).first()
        if (seal.hash if seal else GENESIS) != last.head:
            raise Refusal("trail_changed", f"Seal {last.position} is not what was signed: run verify_audit.")
        walked = walk(position=last.position, head=last.head)
    if walked.fault:
        raise Refusal("trail_changed", f"Nothing is signed over a trail that does not hold: {walked.fault.sentence}.")
    return walked.position, walked.head


def take_checkpoint(
    *, at: datetime | None = None, also: Callable[[AuditCheckpoint], None] | None = None
) -> AuditCheckpoint:
    """Seal what waits, read again what was sealed since the last checkpoint, and sign how far it reaches.

    `also` runs in the transaction that stores the checkpoint. Who comes second while another takes one gets that one.
    Raises Refusal `trail_changed` or `checkpoint_changed` when what is there is not what was sealed and signed.
    """
    seal_pending(at)
    last = last_checkpoint()
    position, head = _read_again(last)
    with transaction.atomic():
        _wait_for_turn()
        newest = last_checkpoint()
        if newest and (last is None or newest.number > last.number):
            return newest
        moment = at or timezone.now()
        statement = sign(
            signing_key(),
            number=last.number + 1 if last else 1,
            position=position,
            head=head,
            at=instant(max(moment, last.at) if last else moment),  # a clock set back does not undo the order
            previous=last.hash if last else GENESIS,
        )
        checkpoint = AuditCheckpoint.objects.create(
            number=statement.number,
            position=position,
            head=head,
            at=datetime.fromisoformat(statement.at),
            previous_hash=statement.previous,
            hash=statement.hash,
            key=statement.key,
            signature=statement.signature,
        )
        if also:
            also(checkpoint)
    return checkpoint
