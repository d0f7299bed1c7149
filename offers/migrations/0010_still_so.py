"""When a provider was asked whether an offer is still so, and reminded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0009_needs_in_full")]

    operations = [
        migrations.AddField("pledge", "asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("pledge", "reminded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "pledge",
            models.Index(
                condition=models.Q(status__in=("active", "paused")),
                fields=["confirm_by"],
                name="offers_pledge_asked_again",
            ),
        ),
    ]
