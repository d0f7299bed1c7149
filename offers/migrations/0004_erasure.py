"""Which needs were erased, and which matches thinned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0003_held_offers"),
    ]

    operations = [
        migrations.AddField(
            model_name="match",
            name="thinned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="need",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
