"""The needs of one case are found at any size."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0012_calendar_links")]

    operations = [
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["organisation", "household"], name="offers_need_case"),
        ),
    ]
