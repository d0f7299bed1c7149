"""A receipt is of a gift on our page or of one past Stripe. SQLite rebuilds the table: its triggers are put up again."""

import django.db.models.deletion
from django.db import migrations, models

from kernel.audit.append_only import append_only

NEXT = "A receipt takes the number that follows the last one of its issuer and year."
LAST = "(SELECT COALESCE(MAX(number), 0) FROM donations_receipt WHERE issuer_id = NEW.issuer_id AND year = NEW.year)"


def put_up(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"""CREATE TRIGGER IF NOT EXISTS donations_receipt_number_is_next BEFORE INSERT ON donations_receipt
            WHEN NEW.number <> 1 + {LAST} BEGIN SELECT RAISE(ABORT, '{NEXT}'); END"""
        )


def nothing(apps, editor):
    """The trigger stays as it was."""


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0012_evidence_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="offline_gift",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="donations.offlinegift",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="donation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="donations.donation",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("donation__isnull", False), ("offline_gift", None)),
                    models.Q(("donation", None), ("offline_gift__isnull", False)),
                    _connector="OR",
                ),
                name="donations_receipt_of_one_gift",
                violation_error_message="A receipt is of one gift, on our page or past Stripe.",
            ),
        ),
        append_only("donations_receipt", "donations_receipt_append_only"),
        migrations.RunPython(put_up, nothing),
    ]
