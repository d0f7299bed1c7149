"""Indexes of the best offers by the features they have, so that wishes need not be looked for one by one."""

from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Least

STANDING = (Value(50) * (F("placements_completed") + 1)) / (
    F("placements_completed") + 2 * F("placements_failed") + 2
) + (Value(40) * Least("checks_passed", 6)) / 6
SEARCHED = Q(status="active")
NEARBY = Q(status="active", remote=False, service_area=[])
FAR = Q(status="active") & ~Q(remote=False, service_area=[])
BY_FEATURES = ("verified_features", "max_party", STANDING)


class Migration(migrations.Migration):
    dependencies = [("offers", "0020_standing")]

    operations = [
        migrations.AddIndex(
            "pledge", models.Index("kind", *BY_FEATURES, condition=SEARCHED, name="offers_pledge_wished")
        ),
        migrations.AddIndex(
            "pledge",
            models.Index("kind", "country", *BY_FEATURES, condition=NEARBY, name="offers_pledge_wished_near"),
        ),
        migrations.AddIndex(
            "pledge", models.Index("kind", *BY_FEATURES, condition=FAR, name="offers_pledge_wished_far")
        ),
    ]
