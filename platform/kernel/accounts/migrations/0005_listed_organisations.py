"""Organisations say whether they stand in the public directory: none does until it says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_staff_requests")]

    operations = [
        migrations.AddField("organisation", "listed_at", models.DateTimeField(blank=True, null=True)),
    ]
