"""That an offer has a calendar address. The address itself is in no table: a hash of it is."""

from django.db import models

from offers.pledges.models import Pledge


class CalendarLink(models.Model):
    """One address at a time. Whoever copies the table has no address; another salt makes another address."""

    pledge = models.OneToOneField(
        Pledge,
        related_name="calendar_link",
        on_delete=models.PROTECT,  # it is switched off by a deed, never as a side effect
    )
    salt = models.BinaryField(max_length=16)
    fingerprint = models.BinaryField(max_length=32, unique=True)  # SHA-256 of the address's word
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.pledge_id}"
