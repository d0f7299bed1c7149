"""A new group key waits for its second signature.

SQLite rebuilds the table: it loses its triggers, and those of other tables that ask it would refuse the rebuilding. So
all of them are taken down first and put up again as they were.
"""

from django.db import migrations, models

TABLE = "vault_groupkey"
taken_down: list[str] = []


def take_triggers_down(apps, editor):
    if editor.connection.vendor != "sqlite":
        return
    taken_down.clear()
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(sql, %s)", [TABLE])
        for name, statement in cursor.fetchall():
            taken_down.append(statement)
            editor.execute(f'DROP TRIGGER "{name}"')


def put_triggers_up(apps, editor):
    for statement in taken_down:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_chain_of_keys")]

    operations = [
        migrations.RunPython(take_triggers_down, put_triggers_up),
        migrations.RemoveConstraint(model_name="groupkey", name="vault_group_key_known"),
        migrations.AlterField(
            model_name="groupkey",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "waits for a second signature"),
                    ("live", "live"),
                    ("retired", "retired"),
                ],
                default="live",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="groupkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("owner", "group"),
                name="vault_group_key_one_pending",
                violation_error_message="A new key of this group waits for its second signature already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("group__in", ["A", "B"]),
                    ("state__in", ["pending", "live", "retired"]),
                    ("version__gte", 1),
                ),
                name="vault_group_key_known",
                violation_error_message="A group key belongs to group A or B and is pending, live or retired.",
            ),
        ),
        migrations.RunPython(put_triggers_up, take_triggers_down),
    ]
