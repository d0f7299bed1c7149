"""Matching runs and the pairs of their plans."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_staff_requests"),
        ("offers", "0013_household_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchingRun",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="run", serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("running", "running"),
                            ("succeeded", "succeeded"),
                            ("failed", "failed"),
                            ("canceled", "canceled"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("countries", models.JSONField(default=list)),
                ("needs_named", models.JSONField(blank=True, null=True)),
                ("dry_run", models.BooleanField(default=True)),
                ("seed", models.PositiveIntegerField(default=1)),
                ("time_limit_s", models.PositiveSmallIntegerField(default=60)),
                ("as_of", models.DateField()),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("beat_at", models.DateTimeField(blank=True, null=True)),
                ("snapshot", models.CharField(blank=True, default="", max_length=64)),
                ("objective", models.JSONField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, null=True)),
                ("prices", models.JSONField(default=list)),
                ("error", models.CharField(blank=True, default="", max_length=40)),
                ("applied_by", models.CharField(blank=True, default="", max_length=60)),
                ("apply_asked_at", models.DateTimeField(blank=True, null=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("thinned_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matching_runs",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("units", models.PositiveIntegerField()),
                ("lots", models.JSONField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("score", models.PositiveSmallIntegerField()),
                ("need_version", models.PositiveIntegerField()),
                ("pledge_version", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("planned", "planned"), ("proposed", "proposed"), ("lost", "lost")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "match",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.match",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.need"),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.pledge"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="offers.matchingrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RunMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=9)),
                ("new", models.CharField(max_length=9)),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="offers.matchingrun"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="matchingrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["queued", "running", "succeeded", "failed", "canceled"])),
                name="offers_run_status_known",
                violation_error_message="This is not a state a run can be in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchingrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__lte", 1000), ("time_limit_s__gte", 1)),
                name="offers_run_figures",
                violation_error_message="A run is between begun and done, and has a second at least.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchingrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("apply_asked_at", None), ("status", "succeeded"), _connector="OR"),
                name="offers_run_applied_with_a_plan",
                violation_error_message="Only a plan that was made can be applied.",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["run", "outcome", "id"], name="offers_assignment_todo"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("run", "need"),
                name="offers_assignment_one_a_need",
                violation_error_message="A plan places a need once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("match__isnull", False), ("outcome", "proposed")),
                    models.Q(models.Q(("outcome", "proposed"), _negated=True), ("match", None)),
                    _connector="OR",
                ),
                name="offers_assignment_proposed_is_a_match",
                violation_error_message="What was proposed is a match.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on")), ("score__lte", 1000)),
                name="offers_assignment_figures",
                violation_error_message="A score is between 0 and 1000, and a stay ends after it begins.",
            ),
        ),
    ]
