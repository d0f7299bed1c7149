"""What a donor wrote beside a gift. The row itself says only that there is something."""

from django.db import models

from donations.giving.models import Donation
from kernel.ids.fields import PublicIdField


class Dedication(models.Model):
    """Whom a gift honours and a message to the team, sealed. Written once, deleted whole, no matter of accounts."""

    id = PublicIdField(prefix="dd")
    donation = models.OneToOneField(
        Donation, related_name="dedication", on_delete=models.CASCADE
    )  # a gift that was never paid takes its words along
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)  # when somebody of the team first read it

    def __str__(self) -> str:
        return self.pk
