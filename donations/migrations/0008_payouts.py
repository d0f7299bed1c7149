"""Payouts, and Stripe's own list of balance transactions."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [("donations", "0007_offline_disputes")]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="pay", serialize=False)),
                ("stripe_payout", models.CharField(max_length=255, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("automatic", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_transit", "on its way"),
                            ("paid", "at the bank"),
                            ("failed", "refused by the bank"),
                            ("canceled", "canceled"),
                        ],
                        default="in_transit",
                        max_length=10,
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
                ("created_at", models.DateTimeField()),
                ("arrives_on", models.DateField()),
                ("listed_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="PayoutMove",
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
            name="StripeEntry",
            fields=[
                ("entry_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("category", models.CharField(blank=True, default="", max_length=40)),
                ("source", models.CharField(blank=True, default="", max_length=255)),
                ("gross_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("happened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["-created_at"], name="donations_payout_newest"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor", 0), _negated=True),
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
                name="donations_payout_not_zero",
                violation_error_message="A payout moves something.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["in_transit", "paid", "failed", "canceled"])),
                name="donations_payout_status_known",
                violation_error_message="This is not a state a payout can be in.",
            ),
        ),
        migrations.AddField(
            model_name="payoutmove",
            name="payout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="history", to="donations.payout"
            ),
        ),
        migrations.AddField(
            model_name="stripeentry",
            name="payout",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="donations.payout",
            ),
        ),
        migrations.AddIndex(
            model_name="stripeentry",
            index=models.Index(fields=["happened_at"], name="donations_entry_by_time"),
        ),
        migrations.AddConstraint(
            model_name="stripeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross_minor"), "-", models.F("fee_minor")
                        ),
                    )
                ),
                name="donations_entry_adds_up",
                violation_error_message="Net is gross less fee.",
            ),
        ),
    ]
