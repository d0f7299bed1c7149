"""The row as it is now, held until the deed is done."""

from offers.needs.models import Need


def locked(need: Need) -> Need:
    """Return the need read again under its lock, with its organisation. Must run inside a transaction."""
    return Need.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=need.pk)
