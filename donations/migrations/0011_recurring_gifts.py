"""Recurring gifts: their amounts, states, wishes, contacts and notices; a donation may be an instalment of one."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_listed_organisations"),
        ("donations", "0010_dedications"),
    ]

    operations = [
        migrations.AddField(
            model_name="donation",
            name="stripe_invoice",
            field=models.CharField(blank=True, max_length=255, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="RecurringGift",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="rd", serialize=False)),
                ("started_by", models.CharField(max_length=80)),
                (
                    "interval",
                    models.CharField(choices=[("month", "every month"), ("year", "every year")], max_length=5),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("fee_cover_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("anonymous", models.BooleanField(default=True)),
                ("cover_fee", models.BooleanField(default=False)),
                ("language", models.CharField(default="en", max_length=5)),
                ("livemode", models.BooleanField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "not begun yet"),
                            ("active", "goes on"),
                            ("past_due", "an instalment could not be collected"),
                            ("paused", "paused"),
                            ("canceled", "ended"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("stripe_subscription", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                ("stripe_customer", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("card_expires_on", models.DateField(blank=True, null=True)),
                ("facts_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("mismatch", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_gifts",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecurringContact",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="rk", serialize=False)),
                ("sealed", models.BinaryField()),
                ("blind_email", models.BinaryField(db_index=True, max_length=32)),
                ("language", models.CharField(max_length=5)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "recurring",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="donations.recurringgift",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecurringAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                ("fee_cover_minor", models.BigIntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amounts",
                        to="donations.recurringgift",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="donation",
            name="recurring",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="donations",
                to="donations.recurringgift",
            ),
        ),
        migrations.CreateModel(
            name="RecurringMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=8)),
                ("new", models.CharField(max_length=8)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="donations.recurringgift",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RecurringNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("failed", "an instalment could not be collected"),
                            ("still_failing", "it could still not be collected"),
                            ("confirm", "the bank asks for the donor"),
                            ("card_expires", "the card expires soon"),
                            ("ended", "it has ended"),
                        ],
                        max_length=13,
                    ),
                ),
                ("about", models.CharField(blank=True, default="", max_length=255)),
                ("at", models.DateTimeField()),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="donations.recurringgift",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RecurringShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("share", models.PositiveIntegerField()),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_shares",
                        to="donations.fund",
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="donations.recurringgift"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RecurringWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pause", "pause"),
                            ("resume", "go on"),
                            ("amount", "another amount"),
                            ("cancel", "end"),
                            ("forget", "forget the donor"),
                        ],
                        max_length=6,
                    ),
                ),
                ("by", models.CharField(max_length=80)),
                ("idempotency_key", models.CharField(max_length=40, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
                (
                    "amount",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to="donations.recurringamount",
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wishes", to="donations.recurringgift"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="recurringgift",
            index=models.Index(fields=["status", "checked_at"], name="donations_recurring_by_status"),
        ),
        migrations.AddConstraint(
            model_name="recurringgift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_minor"), "+", models.F("fee_cover_minor")
                        ),
                    )
                ),
                name="donations_recurring_total",
                violation_error_message="What is paid is the amount and what covers the fee.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringgift",
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
                    ("fee_cover_minor__gte", 0),
                ),
                name="donations_recurring_positive",
                violation_error_message="A gift is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringgift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interval__in", ["month", "year"]),
                    ("status__in", ["pending", "active", "past_due", "paused", "canceled"]),
                ),
                name="donations_recurring_known",
                violation_error_message="This is not a state or interval a recurring gift can have.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringgift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("active", "past_due", "paused")), _negated=True),
                    ("stripe_subscription__isnull", False),
                    _connector="OR",
                ),
                name="donations_recurring_living_at_stripe",
                violation_error_message="A recurring gift that has begun names its subscription.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringamount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_minor"), "+", models.F("fee_cover_minor")
                        ),
                    ),
                ),
                name="donations_recurring_amount_total",
                violation_error_message="What is paid is the amount and what covers the fee.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringnotice",
            constraint=models.UniqueConstraint(
                fields=("recurring", "kind", "about"),
                name="donations_notice_once",
                violation_error_message="This was told already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringshare",
            constraint=models.UniqueConstraint(
                fields=("recurring", "fund"),
                name="donations_recurring_fund_once",
                violation_error_message="Name each fund once.",
            ),
        ),
        migrations.AddIndex(
            model_name="recurringwish",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["asked_at"], name="donations_wishes_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringwish",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pause", "resume", "amount", "cancel", "forget"])),
                name="donations_wish_known",
                violation_error_message="This cannot be asked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringwish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", False), ("kind", "amount")),
                    models.Q(models.Q(("kind", "amount"), _negated=True), ("amount", None)),
                    _connector="OR",
                ),
                name="donations_wish_names_its_amount",
                violation_error_message="A new amount is named, and nothing else is.",
            ),
        ),
    ]
