"""That there is a photo, and of which pledge. The photo itself lies sealed in the vault, under this row's id."""

from django.db import models

from kernel.ids.fields import PublicIdField
from offers.pledges.models import Pledge


class PledgePhoto(models.Model):
    """One photo: no name of a file, no size, no sort. Those would say what kind of telephone took it."""

    id = PublicIdField(prefix="ph")
    pledge = models.ForeignKey(
        Pledge,
        related_name="photos",
        on_delete=models.PROTECT,  # a photo is shredded by a deed, never as a side effect
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return self.pk
