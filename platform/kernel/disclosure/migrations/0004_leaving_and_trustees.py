"""Members' signing keys, leaving, trustees. SQLite rebuilds the table of member keys: its triggers go up again."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "disclosure_memberkey"
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


GROUPS = [("A", "caseworkers"), ("B", "approvers")]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_organisations_members_trust"),
        ("vault", "0004_pending_keys"),
        ("disclosure", "0003_disclosures"),
    ]

    operations = [
        migrations.RunPython(take_triggers_down, put_triggers_up),
        migrations.AddField(
            model_name="memberkey",
            name="signing_key",
            field=models.BinaryField(default=b"", max_length=32),
        ),
        migrations.AddField(
            model_name="memberkey",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="memberkey",
            name="left_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gone", "no longer works here"),
                    ("exposed", "the key may be in other hands"),
                    ("lost", "forgot the passphrase"),
                ],
                default="",
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="memberkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at", None), ("left_why", "")),
                    models.Q(("left_at__isnull", False), ("left_why__in", ["gone", "exposed", "lost"])),
                    _connector="OR",
                ),
                name="disclosure_member_key_left_whole",
                violation_error_message="Who has left, left at a time and for a reason.",
            ),
        ),
        migrations.RunPython(put_triggers_up, take_triggers_down),
        migrations.CreateModel(
            name="Trustee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(choices=GROUPS, max_length=1)),
                ("recipient", models.CharField(max_length=80)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trustees",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "recipient"),
                        name="disclosure_trustee_of_one_group",
                        violation_error_message="A trustee brings back one group, never both.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["A", "B"])),
                        name="disclosure_trustee_group_known",
                        violation_error_message="A trustee is of group A or B.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="RecoveryCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "group_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="vault.groupkey"
                    ),
                ),
                (
                    "trustee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="disclosure.trustee"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group_key", "trustee"),
                        name="disclosure_one_copy_per_trustee",
                        violation_error_message="This trustee has a copy of that key already.",
                    )
                ]
            },
        ),
    ]
