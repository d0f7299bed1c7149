"""The row as it is now, held until the deed is done."""

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.needs.models import Need


def locked(need: Need) -> Need:
    """Return the need read again under its lock, with its organisation. Must run inside a transaction."""
    return Need.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=need.pk)


def both_locked(one: Need, other: Need) -> tuple[Need, Need]:
    """Return two needs under their locks, taken in the order of their ids whichever is named first."""
    rows = Need.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    found = {need.pk: need for need in rows}
    return found[one.pk], found[other.pk]


def must_be_as_read(need: Need, version: int | None) -> None:
    """Raise Refusal `stale` if somebody changed the need since `version` was read; None: nobody says what they read."""
    if version is not None and need.version != version:
        raise Refusal("stale", _("This need was changed after you opened it. Read it again first."))
