"""Whom a gift honours, and a word to the team."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0009_my_giving"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dedication",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="dd", serialize=False)),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField(db_index=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "donation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dedication",
                        to="donations.donation",
                    ),
                ),
            ],
        ),
    ]
