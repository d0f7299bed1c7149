"""Rows of Stripe's lists that cannot be read are kept as they were written, which the database sees to; an alarm tells
of them. A row learns once which payout it was part of."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SENTENCES = {
    "changed": "What was written here stays as it was written.",
    "deleted": "What tells of money that came is never deleted.",
}
WRITTEN = (
    "object_id", "what", "why", "kind", "category", "source", "currency", "amount", "fee", "net", "happened_at", "seen_at",
)  # fmt: skip
CHANGED = " OR ".join(("OLD.payout_id IS NOT NULL", *(f"OLD.{column} <> NEW.{column}" for column in WRITTEN)))
NAME = "donations_unreadrow_is_kept"
WHAT = [("balance_transaction", "balance transaction"), ("payout", "payout")]
ALARMS = [
    ("endpoint_quiet", "Stripe's messages do not arrive"),
    ("stripe_unreachable", "Stripe does not answer us"),
    ("events_aside", "Events were set aside"),
    ("payments_stuck", "Payments are stuck"),
    ("rows_unread", "Stripe lists what we cannot read"),
    ("card_testing", "Somebody seems to test stolen cards"),
]


def put_up(apps, editor):
    if editor.connection.vendor == "sqlite":
        for verb, when, sentence in (("update", CHANGED, "changed"), ("delete", "1 = 1", "deleted")):
            editor.execute(
                f"CREATE TRIGGER {NAME}_{verb} BEFORE {verb} ON donations_unreadrow WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCES[sentence]}'); END"
            )
        return
    refuse = {
        verb: f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{sentence}';"
        for verb, sentence in SENTENCES.items()
    }
    editor.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'UPDATE' THEN {refuse['deleted']} END IF; "
        f"IF {CHANGED} THEN {refuse['changed']} END IF; RETURN NEW; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON donations_unreadrow FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )
    editor.execute(f"CREATE TRIGGER {NAME}_whole BEFORE TRUNCATE ON donations_unreadrow EXECUTE FUNCTION {NAME}()")


def take_down(apps, editor):
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {NAME}_{verb}")
    else:
        editor.execute(f"DROP FUNCTION {NAME}() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("donations", "0017_histories_and_listings_are_kept")]

    operations = [
        migrations.CreateModel(
            name="UnreadRow",
            fields=[
                ("object_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("what", models.CharField(choices=WHAT, max_length=20)),
                ("why", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=40)),
                ("category", models.CharField(blank=True, default="", max_length=40)),
                ("source", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=40)),
                ("amount", models.TextField()),
                ("fee", models.TextField()),
                ("net", models.TextField()),
                ("happened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "payout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unread",
                        to="donations.payout",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["happened_at"], name="donations_unread_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(what__in=[code for code, _ in WHAT]),
                        name="donations_unread_what_known",
                        violation_error_message="Stripe has no such list.",
                    )
                ],
            },
        ),
        migrations.RunPython(put_up, take_down),
        migrations.RemoveConstraint(model_name="alarm", name="donations_alarm_known"),
        migrations.AlterField(model_name="alarm", name="code", field=models.CharField(choices=ALARMS, max_length=20)),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=Q(code__in=[code for code, _ in ALARMS]),
                name="donations_alarm_known",
                violation_error_message="This is no alarm.",
            ),
        ),
    ]
