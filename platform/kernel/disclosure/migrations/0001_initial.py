"""Member keys and seats, and triggers that keep every member in one group and every group key as it was made."""

import django.db.models.deletion
from django.db import migrations, models

SENTENCE = "A member is in one group, and a key stays what it was made as."
FIXED = {
    "disclosure_memberkey": ("disclosure_member_key_group_fixed", ("group",)),
    "vault_groupkey": ("disclosure_group_key_fixed", ("owner", "group", "version", "public_key")),
}
SEATS = "disclosure_groupkeyseat"
SEAT_TRIGGER = "disclosure_seat_of_own_group"
OTHER_GROUP = (
    '(SELECT "group" FROM vault_groupkey WHERE id = NEW.group_key_id) '
    '<> (SELECT "group" FROM disclosure_memberkey WHERE member_id = NEW.member_key_id)'
)


def put_up(apps, editor):
    if editor.connection.vendor == "sqlite":
        for verb in ("INSERT", "UPDATE"):
            editor.execute(
                f'CREATE TRIGGER "{SEAT_TRIGGER}_{verb.lower()}" BEFORE {verb} ON "{SEATS}" WHEN {OTHER_GROUP} '
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        for table, (name, columns) in FIXED.items():
            changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)
            editor.execute(
                f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" WHEN {changed} '
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    refuse = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{SENTENCE}'"
    editor.execute(
        f'CREATE FUNCTION "{SEAT_TRIGGER}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN IF {OTHER_GROUP} THEN {refuse}; END IF; RETURN NEW; END $$"
    )
    editor.execute(
        f'CREATE TRIGGER "{SEAT_TRIGGER}" BEFORE INSERT OR UPDATE ON "{SEATS}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{SEAT_TRIGGER}"()'
    )
    for table, (name, columns) in FIXED.items():
        changed = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns)
        editor.execute(f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$')
        editor.execute(
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" FOR EACH ROW '
            f'WHEN ({changed}) EXECUTE FUNCTION "{name}"()'
        )


def take_down(apps, editor):
    if editor.connection.vendor == "sqlite":
        for name in (f"{SEAT_TRIGGER}_insert", f"{SEAT_TRIGGER}_update", *(name for name, _columns in FIXED.values())):
            editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        return
    for table, name in {SEATS: SEAT_TRIGGER, **{table: name for table, (name, _columns) in FIXED.items()}}.items():
        editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_organisations_members_trust"),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberKey",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("group", models.CharField(choices=[("A", "caseworkers"), ("B", "approvers")], max_length=1)),
                ("salt", models.BinaryField(max_length=16)),
                ("passes", models.PositiveSmallIntegerField()),
                ("memory", models.PositiveBigIntegerField()),
                ("public_key", models.BinaryField(max_length=32)),
                ("sealed_private_key", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(group__in=["A", "B"]),
                        name="disclosure_member_key_group_known",
                        violation_error_message="A member's key is of group A or B.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(passes__gte=3, memory__gte=134217728),
                        name="disclosure_member_key_not_cheap",
                        violation_error_message="A passphrase is never cheaper to try than 3 passes over 128 MiB.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupKeySeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed_private_key", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "group_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="vault.groupkey"
                    ),
                ),
                (
                    "member_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="disclosure.memberkey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("group_key", "member_key"),
                        name="disclosure_one_seat_per_key",
                        violation_error_message="This member has a seat at this key already.",
                    )
                ],
            },
        ),
        migrations.RunPython(put_up, take_down),
    ]
