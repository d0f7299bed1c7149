"""Empty what a transactional test has written: the tables that have rows, and only those.

Django's flush truncates every table and makes all permissions anew, which on PostgreSQL takes a second a test.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.triggers import lifted

# what migrating wrote and no test changes
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def _written(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the tables that have rows."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        looks = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted(name)})" for name in tables)
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row but those of the tables that are kept, past the append-only triggers."""
    written = _written(connection)
    # no other table's triggers are touched: each touch has every connection read its tables' descriptions anew
    with lifted(connection, written), transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in written:  # in any order: foreign keys are looked at when the transaction ends
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
