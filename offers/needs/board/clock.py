"""What slot it is: the weekly one, and in a demo as many further as somebody moved it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from offers.needs.board.models import BoardSwitch
from offers.needs.gate.slots import slot_at


def release_time(at: datetime) -> datetime:
    """Return the moment on the release clock, which only a demo ever moves ahead."""
    ahead = BoardSwitch.objects.filter(pk=1).values_list("slots_ahead", flat=True).first() or 0
    return at + timedelta(weeks=ahead)


def current_slot(at: datetime) -> int:
    """Return the number of the slot that `at` falls into."""
    return slot_at(release_time(at), settings.RELEASE_SLOT)


@transaction.atomic
def advance(*, slots: int) -> int:
    """Move the release clock `slots` weeks ahead, and return how far ahead it stands. Only a demo calls this."""
    switch, _ = BoardSwitch.objects.select_for_update().get_or_create(pk=1)
    switch.slots_ahead += slots
    switch.save(update_fields=["slots_ahead"])
    return switch.slots_ahead
