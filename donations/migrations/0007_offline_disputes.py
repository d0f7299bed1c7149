"""Gifts past Stripe, and disputes."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [("donations", "0006_chart_of_accounts")]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statement",
                    models.CharField(
                        choices=[
                            ("willing", "The gift was made on our page, of free will."),
                            ("refunded", "The gift was refunded already."),
                            ("once", "There are two gifts, and each was meant."),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("sending", "being sent"), ("sent", "sent"), ("failed", "not sent")],
                        default="sending",
                        max_length=8,
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
                ("idempotency_key", models.CharField(max_length=40, unique=True)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="dsp", serialize=False)),
                ("stripe_dispute", models.CharField(max_length=255, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(max_length=40)),
                ("inquiry", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "undecided"), ("won", "decided for us"), ("lost", "decided against us")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("evidence_due", models.DateTimeField(blank=True, null=True)),
                ("submissions", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="DisputeMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OfflineGift",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="og", serialize=False)),
                (
                    "way",
                    models.CharField(
                        choices=[("bank", "Bank transfer"), ("cash", "Cash"), ("partner", "Transfer of a partner")],
                        max_length=8,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("received_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a second person"),
                            ("booked", "booked"),
                            ("dropped", "dropped"),
                            ("reversed", "taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_by", models.CharField(max_length=80)),
                ("agreed_by", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="OfflineMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="dispute",
            name="donation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="donations.donation"
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="donations.dispute"
            ),
        ),
        migrations.AddField(
            model_name="disputemove",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="history", to="donations.dispute"
            ),
        ),
        migrations.AddField(
            model_name="offlinegift",
            name="fund",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="offline_gifts", to="donations.fund"
            ),
        ),
        migrations.AddField(
            model_name="offlinegift",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offlinemove",
            name="gift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="history", to="donations.offlinegift"
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["status", "evidence_due"], name="donations_dispute_by_deadline"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    (
                        "currency__in",
                        (
                            "AUD",
                            "BGN",
                            "BRL",
                            "CAD",
                            "CHF",
                            "CZK",
                            "DKK",
                            "EUR",
                            "GBP",
                            "GEL",
                            "HUF",
                            "ISK",
                            "JPY",
                            "KWD",
                            "NOK",
                            "NZD",
                            "PLN",
                            "RON",
                            "SEK",
                            "TRY",
                            "UAH",
                            "UGX",
                            "USD",
                        ),
                    ),
                ),
                name="donations_dispute_positive",
                violation_error_message="A dispute is about more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "won", "lost"])),
                name="donations_dispute_status_known",
                violation_error_message="This is not a state a dispute can be in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["sending", "sent", "failed"]), ("statement__in", ["willing", "refunded", "once"])
                ),
                name="donations_answer_known",
                violation_error_message="This is no such answer.",
            ),
        ),
        migrations.AddIndex(
            model_name="offlinegift",
            index=models.Index(fields=["-received_on", "-created_at"], name="donations_offline_newest"),
        ),
        migrations.AddConstraint(
            model_name="offlinegift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    (
                        "currency__in",
                        (
                            "AUD",
                            "BGN",
                            "BRL",
                            "CAD",
                            "CHF",
                            "CZK",
                            "DKK",
                            "EUR",
                            "GBP",
                            "GEL",
                            "HUF",
                            "ISK",
                            "JPY",
                            "KWD",
                            "NOK",
                            "NZD",
                            "PLN",
                            "RON",
                            "SEK",
                            "TRY",
                            "UAH",
                            "UGX",
                            "USD",
                        ),
                    ),
                ),
                name="donations_offline_positive",
                violation_error_message="A gift is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offlinegift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["waiting", "booked", "dropped", "reversed"]),
                    ("way__in", ["bank", "cash", "partner"]),
                ),
                name="donations_offline_known",
                violation_error_message="This is not a way or a state of such a gift.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offlinegift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("partner__isnull", False), ("way", "partner")),
                    models.Q(models.Q(("way", "partner"), _negated=True), ("partner", None)),
                    _connector="OR",
                ),
                name="donations_offline_partner_named",
                violation_error_message="A partner's transfer names the partner, and nothing else does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offlinegift",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                name="donations_offline_two_people",
                violation_error_message="A second person agrees.",
            ),
        ),
    ]
