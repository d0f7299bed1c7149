"""The private link of a referee: good for one answer. It names nobody and lies in no table."""

from django.utils.crypto import constant_time_compare

from kernel.ids import ID_LENGTH
from offers.pledges.links import signature
from offers.pledges.references.models import Reference


def _signature(reference_id: str) -> str:
    return signature("reference", reference_id)


def token(reference: Reference) -> str:
    """Return the word in the address of a referee's page: 160 bits that only the server can make."""
    return reference.pk.removeprefix("rq_") + _signature(reference.pk)


def reference_behind(word: str) -> Reference | None:
    """Return the question a link was made for, ended ones too, or None if there was none."""
    reference = Reference.objects.select_related("pledge").filter(pk=f"rq_{word[:ID_LENGTH]}").first()
    if reference is None or not constant_time_compare(_signature(reference.pk), word[ID_LENGTH:]):
        return None
    return reference
