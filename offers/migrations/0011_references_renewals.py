"""Questions to people who know a provider; checks that are renewed before they run out."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import kernel.ids.fields

KNOWN_FOR = [
    ("months", "less than a year"),
    ("years", "one to five years"),
    ("long", "more than five years"),
    ("not", "I do not know this person"),
]
TRUST = [("yes", "yes"), ("no", "no"), ("not_said", "I prefer not to say")]
YES_NO = [("yes", "yes"), ("no", "no")]
HELD_BACK = [("own_address", "it is the address of the offer itself"), ("named_before", "it was named before")]


class Migration(migrations.Migration):
    dependencies = [("offers", "0010_still_so")]

    operations = [
        migrations.CreateModel(
            name="Reference",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="rq", serialize=False)),
                ("named_by", models.CharField(max_length=60)),
                ("mark", models.BinaryField(blank=True, max_length=32, null=True)),
                ("language", models.CharField(default="en", max_length=5)),
                ("held_back", models.CharField(blank=True, choices=HELD_BACK, default="", max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("known_for", models.CharField(blank=True, choices=KNOWN_FOR, default="", max_length=6)),
                ("trust", models.CharField(blank=True, choices=TRUST, default="", max_length=8)),
                ("against_children", models.CharField(blank=True, choices=YES_NO, default="", max_length=3)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="references", to="offers.pledge"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [
                    models.Index(condition=Q(ended_at=None), fields=["asked_at"], name="offers_reference_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(answered_at=None, known_for="", trust="", against_children="")
                        | Q(
                            answered_at__isnull=False,
                            ended_at__isnull=False,
                            held_back="",
                            known_for__in=["months", "years", "long", "not"],
                            trust__in=["yes", "no", "not_said"],
                            against_children__in=["yes", "no"],
                        ),
                        name="offers_reference_whole",
                        violation_error_message="A reference is answered in full, once, or not at all.",
                    ),
                    models.CheckConstraint(
                        condition=Q(held_back__in=["", "own_address", "named_before"]),
                        name="offers_reference_held_back_known",
                        violation_error_message="This is no reason for holding a question back.",
                    ),
                ],
            },
        ),
        migrations.AddField("vettingstep", "renews", models.BooleanField(default=False)),
        migrations.RemoveConstraint("vettingstep", "offers_vetting_one_outcome_a_step"),
        migrations.AddConstraint(
            "vettingstep",
            models.UniqueConstraint(
                condition=Q(voided_at=None, renews=False),
                fields=["pledge", "step"],
                name="offers_vetting_one_outcome_a_step",
                violation_error_message="This step has an outcome already.",
            ),
        ),
        migrations.AddConstraint(
            "vettingstep",
            models.UniqueConstraint(
                condition=Q(voided_at=None, renews=True),
                fields=["pledge", "step"],
                name="offers_vetting_one_renewal_a_step",
                violation_error_message="This step is being renewed already.",
            ),
        ),
        migrations.AddIndex(
            "pledge", models.Index(fields=["status", "vetting_valid_until"], name="offers_pledge_running_out")
        ),
    ]
