"""The salt of the day: made by whoever needs it first, thrown away with the day."""

import secrets
from datetime import UTC, date, datetime

from django.db import connection, transaction

from kernel.limits.models import DailySalt, Tally

BYTES = 32


def today() -> date:
    """Return the day of the salt: that of UTC."""
    return datetime.now(UTC).date()


def salt_of(day: date) -> bytes:
    """Return the salt of a day, made at random by the first who asks; that drops the salts of the days before."""
    salt = _kept(day)
    if salt is None:
        with transaction.atomic():
            DailySalt.objects.filter(day__lt=day).delete()
            # of two who ask at once, both keep the one that was first
            DailySalt.objects.bulk_create([DailySalt(day=day, salt=secrets.token_bytes(BYTES))], ignore_conflicts=True)
        salt = bytes(DailySalt.objects.get(day=day).salt)
    return salt


def _kept(day: date) -> bytes | None:
    found = DailySalt.objects.filter(day=day).first()
    return bytes(found.salt) if found else None


def forget_yesterday() -> None:
    """Drop salts and tallies whose time is over, and what is left of them in the files; the worker does it hourly."""
    now = datetime.now(UTC)
    Tally.objects.filter(ends_at__lte=now).delete()
    DailySalt.objects.filter(day__lt=now.date()).delete()
    if connection.vendor == "postgresql":
        _begin_a_new_file(now.date())
    elif not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # deleted rows are overwritten where they lay (`secure_delete`), once the journal is written back and cut
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin_a_new_file(day: date) -> None:
    """Truncate the salts, keeping that of `day`: PostgreSQL leaves the bytes of a deleted row where they were."""
    table = DailySalt._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'TRUNCATE')", [table])
        if cursor.fetchone() != (True,):
            return
        # before anything is read: who has read and then asks for this lock waits for others who do the same
        cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
        salt = _kept(day)
        cursor.execute(f'TRUNCATE "{table}"')
        if salt is not None:
            DailySalt.objects.create(day=day, salt=salt)
