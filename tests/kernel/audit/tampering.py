"""What whoever owns the database can do to the trail: everything but sign."""

import contextlib
from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from kernel import audit
from kernel.audit.hashing import hash_entry, hash_seal
from kernel.audit.models import AuditEntry, AuditSeal
from tests.triggers import lifted


def record_some(number: int, prefix: str = "th") -> None:
    """Write entries that differ in every column, and seal them."""
    for which in range(number):
        audit.record(f"user:{which}", f"thing.done{which}", f"{prefix}_{which}", reason=f"r{which}", fields=["a", "b"])
    audit.seal_pending()


def execute(statement: str, *values: object) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextlib.contextmanager
def tampering() -> Iterator[None]:
    """The block has the rights of the owner of the trail's tables, whom no trigger stops."""
    # PostgreSQL alters no table whose foreign keys are still to be checked
    connection.check_constraints()
    with lifted(connection, {model._meta.db_table for model in apps.get_app_config("audit").get_models()}):
        yield
        connection.check_constraints()


def entry_at(position: int) -> int:
    """The id of the entry that was sealed there."""
    return AuditSeal.objects.get(position=position).entry_id


def chain_anew(position: int) -> None:
    """Make every hash right again from that seal on, as the sealer itself would have written it."""
    before = AuditSeal.objects.filter(position=position - 1).first()
    previous = before.hash if before else "0" * 64
    # out of the way first: the columns are unique
    for seal in AuditSeal.objects.filter(position__gte=position):
        AuditSeal.objects.filter(pk=seal.pk).update(previous_hash=f"p{seal.pk}", hash=f"h{seal.pk}")
    for seal in AuditSeal.objects.filter(position__gte=position).select_related("entry").order_by("position"):
        seal.entry_hash, seal.previous_hash = hash_entry(seal.entry), previous
        seal.hash = previous = hash_seal(seal)
        seal.save()


def shift_down(position: int) -> None:
    """Close the gap that a seal taken out at `position` has left."""
    for seal in AuditSeal.objects.filter(position__gt=position).order_by("position"):
        AuditSeal.objects.filter(pk=seal.pk).update(position=seal.position - 1)


def change_actor(position: int, actor: str = "user:99") -> None:
    """Let somebody else have done it."""
    AuditEntry.objects.filter(pk=entry_at(position)).update(actor=actor)
