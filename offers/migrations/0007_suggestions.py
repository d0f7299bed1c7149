"""Suggestions: answers to lines of the board; and matches that came of one, which the pledge's side does not see yet."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields

STATUSES = [("suggested", "suggested"), ("proposed", "proposed"), ("expired", "expired")]


class Migration(migrations.Migration):
    dependencies = [("offers", "0006_pledge_photos")]

    operations = [
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="mt", serialize=False)),
                ("class_key", models.CharField(max_length=80)),
                ("status", models.CharField(choices=STATUSES, default="suggested", max_length=9)),
                ("units", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.publication"
                    ),
                ),
                ("match", models.CharField(blank=True, default="", max_length=40)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="suggestions", to="offers.pledge"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "suggested")),
                        fields=("pledge", "class_key"),
                        name="offers_suggestion_one_live_a_class",
                        violation_error_message="This pledge has answered this group of needs already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["suggested", "proposed", "expired"])),
                        name="offers_suggestion_status_known",
                        violation_error_message="This is not a state a suggestion can be in.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("match", ""), ("status", "proposed"), _connector="OR"),
                        name="offers_suggestion_match_once_agreed",
                        violation_error_message="A suggestion names its match once the person agreed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuggestionMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=9)),
                ("new", models.CharField(max_length=9)),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="offers.suggestion"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddField(
            "match",
            "suggestion",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="offers.suggestion",
            ),
        ),
        migrations.AddField("match", "hidden", models.BooleanField(default=False)),
    ]
