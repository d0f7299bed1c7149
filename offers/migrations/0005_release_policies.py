"""A release policy says all it says, and knows since when it is in force.

Signatures of before named a fingerprint alone, from which the policy cannot be read: they are taken out, and two people
sign anew before anything is released. What the lines of a cohort say moves to the cohort: no line says anything of its own.
"""

from django.db import migrations, models


def drop_signatures(apps, schema_editor):
    apps.get_model("offers", "PolicySignature").objects.all().delete()


WORDS = ("kind_group", "zone", "party_band", "period", "requires")


def move_words(apps, schema_editor):
    line = apps.get_model("offers", "Publication")
    for cohort in apps.get_model("offers", "Cohort").objects.all():
        said = line.objects.filter(cohort=cohort).values(*WORDS).first()
        if said:
            type(cohort).objects.filter(pk=cohort.pk).update(**said)


class Migration(migrations.Migration):
    dependencies = [("offers", "0004_erasure")]

    operations = [
        migrations.RunPython(drop_signatures, migrations.RunPython.noop),
        migrations.AddField(
            "policysignature", "fingerprint", models.CharField(max_length=64, default=""), preserve_default=False
        ),
        migrations.AddField("policysignature", "says", models.JSONField(default=dict), preserve_default=False),
        migrations.AddField("policysignature", "since_slot", models.PositiveIntegerField(null=True, blank=True)),
        migrations.AddConstraint(
            "policysignature",
            models.CheckConstraint(
                condition=models.Q(since_slot=None) | ~models.Q(seconded_by=""),
                name="offers_policy_in_force_is_signed",
                violation_error_message="A policy is in force only after two people signed it.",
            ),
        ),
        migrations.AlterField("cohort", "class_key", models.CharField(max_length=80)),
        migrations.AddField("cohort", "kind_group", models.CharField(max_length=10, default=""), False),
        migrations.AddField("cohort", "zone", models.CharField(max_length=30, default="any"), False),
        migrations.AddField("cohort", "party_band", models.CharField(max_length=3, default="any"), False),
        migrations.AddField("cohort", "period", models.CharField(max_length=8, default="any"), False),
        migrations.AddField("cohort", "requires", models.JSONField(default=list)),
        migrations.RunPython(move_words, migrations.RunPython.noop),
        *(migrations.RemoveField("publication", name) for name in WORDS),
    ]
