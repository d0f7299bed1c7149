"""Declined cards, the switch that stops giving, and alarms about money."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

REASONS = [
    ("card_testing", "somebody tests stolen cards"),
    ("provider", "the payment provider is in trouble"),
    ("other", "another reason"),
]
ALARMS = [
    ("endpoint_quiet", "Stripe's messages do not arrive"),
    ("stripe_unreachable", "Stripe does not answer us"),
    ("events_aside", "Events were set aside"),
    ("payments_stuck", "Payments are stuck"),
    ("card_testing", "Somebody seems to test stolen cards"),
]


class Migration(migrations.Migration):
    dependencies = [("donations", "0004_summaries_and_gift_aid")]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(choices=ALARMS, max_length=20)),
                ("raised_at", models.DateTimeField()),
                ("over_at", models.DateTimeField(blank=True, db_index=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["code"],
                        condition=Q(over_at=None),
                        name="donations_alarm_once",
                        violation_error_message="This alarm stands already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(code__in=[code for code, _words in ALARMS]),
                        name="donations_alarm_known",
                        violation_error_message="This is no alarm.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="DeclinedCharge",
            fields=[
                ("charge", models.CharField(max_length=255, primary_key=True, serialize=False)),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="donations.donation"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="GivingStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stopped_at", models.DateTimeField()),
                ("stopped_by", models.CharField(max_length=80)),
                ("reason", models.CharField(choices=REASONS, max_length=20)),
                ("resumed_at", models.DateTimeField(blank=True, null=True)),
                ("resumed_by", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["resumed_by"],
                        condition=Q(resumed_at=None),
                        name="donations_stopped_once",
                        violation_error_message="Giving is stopped already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(reason__in=[code for code, _words in REASONS]),
                        name="donations_stop_reason_known",
                        violation_error_message="Choose one of the reasons.",
                    ),
                    models.CheckConstraint(
                        condition=Q(resumed_at=None, resumed_by="") | Q(resumed_at__isnull=False) & ~Q(resumed_by=""),
                        name="donations_stop_says_who_resumed",
                        violation_error_message="Who lets gifts go on is named.",
                    ),
                ]
            },
        ),
    ]
