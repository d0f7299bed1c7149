"""On PostgreSQL Django gives every text column with an index a second one, for searches by how a text begins. Nobody
searches so among gifts, events and postings, and every one that is booked wrote eight such entries."""

from django.db import migrations

TABLES = (
    "donations_allocation", "donations_donation", "donations_donationmove", "donations_inboxevent",
    "donations_transaction",
)  # fmt: skip


def drop(apps, editor):
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ANY(%s) "
            "AND indexdef LIKE '%%pattern_ops%%'",
            [list(TABLES)],
        )
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        editor.execute(f"DROP INDEX {editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("donations", "0018_rows_that_cannot_be_read")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
