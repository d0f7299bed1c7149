"""A plan may move an open proposal, or leave it as it is."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

WITH_A_MATCH = ("proposed", "kept")


class Migration(migrations.Migration):
    dependencies = [("offers", "0017_provider_asked")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="instead_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="offers.match",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="outcome",
            field=models.CharField(
                choices=[("planned", "planned"), ("proposed", "proposed"), ("kept", "kept"), ("lost", "lost")],
                default="planned",
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint(model_name="assignment", name="offers_assignment_proposed_is_a_match"),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=Q(outcome__in=WITH_A_MATCH, match__isnull=False)
                | (~Q(outcome__in=WITH_A_MATCH) & Q(match=None)),
                name="offers_assignment_proposed_is_a_match",
                violation_error_message="What was proposed, or stays so, is a match.",
            ),
        ),
    ]
