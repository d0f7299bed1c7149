"""Disclosures, their histories, and the boxes on their way."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_organisations_members_trust"),
        ("disclosure", "0002_unlocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="ds", serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("confirmed_match", "a confirmed match"),
                            ("vetting_step", "a vetting step"),
                            ("safety_incident", "a safety incident"),
                        ],
                        max_length=20,
                    ),
                ),
                ("object_id", models.CharField(max_length=80)),
                ("record_purpose", models.CharField(max_length=40)),
                ("record_ids", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "waits for a second person"),
                            ("half_given", "waits for the other half"),
                            ("approved", "can be read once"),
                            ("read", "was read"),
                            ("declined", "declined"),
                            ("taken_back", "taken back"),
                            ("lapsed", "lapsed"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "half_a_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
                (
                    "half_b_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disclosures", to="accounts.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisclosureBox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(choices=[("A", "caseworkers"), ("B", "approvers")], max_length=1)),
                ("record_id", models.CharField(max_length=80)),
                ("box", models.BinaryField()),
                ("expires_at", models.DateTimeField()),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boxes", to="disclosure.disclosure"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisclosureMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="disclosure.disclosure"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("half_b_by", None),
                        models.Q(("half_b_by", models.F("requester")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("half_a_by", None),
                        models.Q(("half_a_by", models.F("requester")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("half_a_by", None),
                        ("half_b_by", None),
                        models.Q(("half_a_by", models.F("half_b_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="disclosure_two_people",
                violation_error_message="A second person approves: whoever asked cannot.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at__isnull", False),
                        ("half_b_by__isnull", False),
                        ("status__in", ("approved", "read")),
                    ),
                    models.Q(("status__in", ("approved", "read")), _negated=True),
                    _connector="OR",
                ),
                name="disclosure_approved_whole",
                violation_error_message="What can be read says who approved it, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at__isnull", False), ("status", "read")),
                    models.Q(models.Q(("status", "read"), _negated=True), ("read_at", None)),
                    _connector="OR",
                ),
                name="disclosure_read_whole",
                violation_error_message="What was read says when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["confirmed_match", "vetting_step", "safety_incident"]),
                    ("status__in", ["asked", "half_given", "approved", "read", "declined", "taken_back", "lapsed"]),
                ),
                name="disclosure_words_known",
                violation_error_message="A disclosure is for one of three purposes, and in a known state.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("asked", "half_given", "approved"))),
                fields=("requester", "purpose", "object_id"),
                name="disclosure_asked_once",
                violation_error_message="You have asked for this already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurebox",
            constraint=models.UniqueConstraint(
                fields=("disclosure", "letter", "record_id"),
                name="disclosure_box_one_half_each",
                violation_error_message="This half has been given already.",
            ),
        ),
    ]
