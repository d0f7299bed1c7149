"""Needs that stand for another, needs of one household that belong together, and exclusion words that nobody reads."""

import django.db.models.deletion
from django.db import migrations, models


def digest_words(apps, schema_editor):
    """What was kept in clear goes under the server key, and its digest is compared instead."""
    from offers.needs.exclusions import seal_words, tokens_of

    for need in apps.get_model("offers", "Need").objects.exclude(exclusions=[]).iterator():
        need.exclusions_sealed = seal_words(need_id=need.pk, words=need.exclusions)
        need.exclusions = tokens_of(need.exclusions)
        need.save(update_fields=["exclusions", "exclusions_sealed"])
    for pledge in apps.get_model("offers", "Pledge").objects.exclude(exclusion_tokens=[]).iterator():
        pledge.exclusion_tokens = tokens_of(pledge.exclusion_tokens)
        pledge.save(update_fields=["exclusion_tokens"])


class Migration(migrations.Migration):
    dependencies = [("offers", "0008_impact")]

    operations = [
        migrations.AddField(
            model_name="need",
            name="exclusions_sealed",
            field=models.BinaryField(blank=True, default=b""),
        ),
        migrations.AddField(
            model_name="need",
            name="bundle",
            field=models.CharField(blank=True, db_index=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="need",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="offers.need",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(status="merged"),
                name="offers_need_stands_for",
                violation_error_message="Only a merged need names the one that stands for it.",
            ),
        ),
        migrations.RunPython(digest_words, migrations.RunPython.noop),
    ]
