"""Photos of a room: that they are there. What they show lies in the vault."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [("offers", "0005_release_policies")]

    operations = [
        migrations.CreateModel(
            name="PledgePhoto",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="ph", serialize=False)),
                ("added_at", models.DateTimeField()),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="offers.pledge"
                    ),
                ),
            ],
            options={"ordering": ["added_at", "id"]},
        ),
    ]
