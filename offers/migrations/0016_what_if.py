"""Runs that vary another one, the units planned for a pair, and pairs applied one by one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def asked_as_a_whole(apps, schema_editor):
    """Until now a plan was applied as a whole: who asked for that asked for each of its pairs."""
    assignment = apps.get_model("offers", "Assignment")
    run = apps.get_model("offers", "MatchingRun")
    for one in run.objects.exclude(apply_asked_at=None).iterator():
        assignment.objects.filter(run=one).update(asked_by=one.applied_by)


class Migration(migrations.Migration):
    dependencies = [("offers", "0015_safety_incidents")]

    operations = [
        migrations.AddField("matchingrun", "forbid", models.JSONField(default=list)),
        migrations.AddField("matchingrun", "force", models.JSONField(default=list)),
        migrations.AddField(
            "matchingrun",
            "alternative_to",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alternatives",
                to="offers.matchingrun",
            ),
        ),
        migrations.AddConstraint(
            "matchingrun",
            models.CheckConstraint(
                condition=Q(("alternative_to", None), ("dry_run", True), _connector="OR"),
                name="offers_run_alternative_is_dry",
                violation_error_message="What if not is a question: its plan is looked at before it is applied.",
            ),
        ),
        migrations.AddField("assignment", "unit_numbers", models.JSONField(default=list)),
        migrations.AddField("assignment", "asked_by", models.CharField(blank=True, default="", max_length=60)),
        migrations.RunPython(asked_as_a_whole, migrations.RunPython.noop),
    ]
