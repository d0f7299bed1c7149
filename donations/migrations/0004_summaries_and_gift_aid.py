"""Summaries of a year for every donor; Gift Aid declarations and claims."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields
from kernel.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0003_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            name="GiftAidClaim",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="gc", serialize=False)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField(db_index=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="donations.issuer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GiftAidDeclaration",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="ga", serialize=False)),
                ("sealed", models.BinaryField()),
                ("blind_email", models.BinaryField(blank=True, db_index=True, max_length=32, null=True)),
                ("enduring", models.BooleanField()),
                ("declared_at", models.DateTimeField(db_index=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "donation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gift_aid_declaration",
                        to="donations.donation",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="donations.issuer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GiftAidLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("gift", "claimed"), ("adjustment", "taken back")], max_length=10)),
                ("pence", models.BigIntegerField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="donations.giftaidclaim"
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="donations.giftaiddeclaration",
                    ),
                ),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gift_aid_lines",
                        to="donations.donation",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SummaryRun",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="sr", serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "waits"),
                            ("running", "runs"),
                            ("succeeded", "done"),
                            ("canceled", "stopped"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("reached", models.BinaryField(default=b"", max_length=32)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["queued", "running"])),
                        fields=("year",),
                        name="donations_summary_run_one_a_year",
                        violation_error_message="Summaries of this year are being made already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done__gte", 0),
                            ("status__in", ["queued", "running", "succeeded", "canceled"]),
                            ("total__gte", 0),
                            ("year__gte", 2000),
                            ("year__lte", 2200),
                            models.Q(
                                models.Q(("status", "queued"), _negated=True),
                                ("done__lte", models.F("total")),
                                _connector="OR",
                            ),
                        ),
                        name="donations_summary_run_known",
                        violation_error_message="This is no run over a year.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Summary",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="sy", serialize=False)),
                ("created_at", models.DateTimeField()),
                (
                    "wish",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="summaries",
                        to="donations.receiptwish",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="summaries", to="donations.summaryrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SummaryRunMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=9)),
                ("new", models.CharField(max_length=9)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="donations.summaryrun"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="giftaiddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("enduring", True), ("blind_email", None), _connector="OR"),
                name="donations_gift_aid_one_gift_says_no_more",
                violation_error_message="A declaration for one gift knows of no other.",
            ),
        ),
        migrations.AddConstraint(
            model_name="giftaidline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "gift")),
                fields=("donation",),
                name="donations_gift_aid_claimed_once",
                violation_error_message="This gift was claimed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="giftaidline",
            constraint=models.UniqueConstraint(
                fields=("claim", "donation", "kind"),
                name="donations_gift_aid_line_once",
                violation_error_message="This gift stands in this claim already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="giftaidline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["gift", "adjustment"]), ("pence__gt", 0)),
                name="donations_gift_aid_line_positive",
                violation_error_message="A line of a claim is about more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="summary",
            constraint=models.UniqueConstraint(
                fields=("run", "wish"),
                name="donations_summary_once",
                violation_error_message="This donor was written to in this run.",
            ),
        ),
        append_only("donations_giftaidclaim", "donations_giftaidclaim_append_only"),
        append_only("donations_giftaidline", "donations_giftaidline_append_only"),
    ]
