"""When a provider was asked about a match by mail, and when whoever has to answer was reminded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0016_what_if")]

    operations = [
        migrations.AddField("match", "asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("match", "reminded_at", models.DateTimeField(blank=True, null=True)),
    ]
