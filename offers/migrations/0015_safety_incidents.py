"""Safety reports, what they froze, and who lifted it."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_listed_organisations"),
        ("offers", "0014_matching_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="inc", serialize=False)),
                ("side", models.CharField(choices=[("person", "person"), ("provider", "provider")], max_length=8)),
                (
                    "concern",
                    models.CharField(
                        choices=[
                            ("violence", "Violence, or threats of it"),
                            ("harassment", "Harassment or unwanted advances"),
                            ("exposure", "Somebody may learn who or where the person is"),
                            ("exploitation", "Work, money or something else is asked in return"),
                            ("children", "A child may be in danger"),
                            ("false_identity", "Somebody is not who they said they were"),
                            ("unsafe_place", "The place itself is not safe"),
                            ("other", "Something else is not safe"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("standing", "everything stands still"),
                            ("lift_asked", "a second person is asked"),
                            ("lifted", "lifted"),
                        ],
                        default="standing",
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(max_length=60)),
                ("taken_by", models.CharField(blank=True, default="", max_length=60)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField()),
                ("times_told", models.PositiveSmallIntegerField(default=1)),
                ("asked_by", models.CharField(blank=True, default="", max_length=60)),
                ("lifted_by", models.CharField(blank=True, default="", max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="offers.match"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="freezes", to="offers.match"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="freezes", to="offers.incident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="offers.incident"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["status", "created_at"], name="offers_incident_standing"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["standing", "lift_asked", "lifted"])),
                name="offers_incident_status_known",
                violation_error_message="This is not a state an incident can be in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "concern__in",
                        [
                            "violence",
                            "harassment",
                            "exposure",
                            "exploitation",
                            "children",
                            "false_identity",
                            "unsafe_place",
                            "other",
                        ],
                    )
                ),
                name="offers_incident_concern_known",
                violation_error_message="Choose one of the concerns.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_by", ""),
                    models.Q(
                        models.Q(("lifted_by", models.F("asked_by")), _negated=True),
                        models.Q(("lifted_by", models.F("by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="offers_incident_two_lift_it",
                violation_error_message="Two people lift it, neither of them the one who reported.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by", ""), models.Q(("asked_by", models.F("by")), _negated=True), _connector="OR"
                ),
                name="offers_incident_not_by_its_reporter",
                violation_error_message="Two people lift it, neither of them the one who reported.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by", ""), ("lifted_by", ""), ("status", "standing")),
                    models.Q(("lifted_by", ""), ("status", "lift_asked"), models.Q(("asked_by", ""), _negated=True)),
                    models.Q(
                        ("status", "lifted"),
                        models.Q(("asked_by", ""), _negated=True),
                        models.Q(("lifted_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="offers_incident_says_who_lifts",
                violation_error_message="Who asks to lift it and who does are named, in that order.",
            ),
        ),
        migrations.AddConstraint(
            model_name="freeze",
            constraint=models.UniqueConstraint(
                fields=("incident", "match"),
                name="offers_freeze_once",
                violation_error_message="This incident froze this match already.",
            ),
        ),
    ]
