"""Offers that are held for a person to look at, and how often an unproven address was written to."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("offers", "0002_hold_overlap")]

    operations = [
        migrations.AddField(model_name="pledge", name="screened_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="AddressAsked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blind", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={"indexes": [models.Index(fields=["blind", "at"], name="offers_address_asked_lately")]},
        ),
        migrations.CreateModel(
            name="HeldOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trap", models.BooleanField(default=False)),
                ("many_from_one_place", models.BooleanField(default=False)),
                ("same_address", models.BooleanField(default=False)),
                ("turned_away", models.BooleanField(default=False)),
                ("many_to_one_address", models.BooleanField(default=False)),
                ("held_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("keep", "keep"), ("discard", "discard")], default="", max_length=7
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=16)),
                ("decided_by", models.CharField(blank=True, default="", max_length=60)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="held", to="offers.pledge"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["held_at", "id"], condition=Q(decision=""), name="offers_held_waiting"),
                    models.Index(
                        fields=["decided_at", "id"],
                        condition=~Q(decision="") & Q(done_at=None),
                        name="offers_held_decided",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(trap=True)
                        | Q(many_from_one_place=True)
                        | Q(same_address=True)
                        | Q(turned_away=True)
                        | Q(many_to_one_address=True),
                        name="offers_held_for_a_reason",
                        violation_error_message="An offer is held for a reason.",
                    ),
                    models.CheckConstraint(
                        condition=Q(decision="", decided_at=None, decided_by="", done_at=None)
                        | (Q(decision__in=("keep", "discard"), decided_at__isnull=False) & ~Q(decided_by="")),
                        name="offers_held_decided_by_somebody",
                        violation_error_message="A decision says who took it and when.",
                    ),
                ],
            },
        ),
    ]
