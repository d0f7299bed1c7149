"""Stripe's id of a file that went to a bank with an answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0011_recurring_gifts"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="stripe_file",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
    ]
