"""Pressing the button of /thanks/."""

from typing import Any

from donations.models import Donation
from tests.open_forms import stamped


def press(client: Any, donation: Donation | str, **words: Any) -> Any:
    """Press it, some seconds after the page was opened."""
    reference = donation if isinstance(donation, str) else donation.pk
    return client.post("/thanks/again/", stamped("give", {"donation": reference, **words}))
