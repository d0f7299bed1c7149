"""Salts and tallies, on PostgreSQL in tables that no journal, replica or base backup repeats."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("limits_dailysalt", "limits_tally")


def keep_out_of_the_journal(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(f'ALTER TABLE "{table}" SET UNLOGGED')


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DailySalt",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("word", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("used", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["ends_at"], name="limits_tally_over")]},
        ),
        migrations.RunPython(keep_out_of_the_journal, migrations.RunPython.noop),
    ]
