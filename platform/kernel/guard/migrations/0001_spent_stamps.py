"""Stamps that have served."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="SpentStamp",
            fields=[
                ("word", models.CharField(max_length=22, primary_key=True, serialize=False)),
                ("came_to", models.CharField(blank=True, default="", max_length=80)),
                ("spent_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
