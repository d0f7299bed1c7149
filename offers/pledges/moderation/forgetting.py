"""What a held offer leaves behind, taken away with it."""

from offers.pledges.models import Pledge
from offers.pledges.moderation.models import AddressAsked, HeldOffer


def forget(pledge: Pledge) -> int:
    """Delete why an offer was held, and the count of messages to its address, in the caller's transaction."""
    held, _by_model = HeldOffer.objects.filter(pledge=pledge).delete()
    asked, _by_model = AddressAsked.objects.filter(blind=bytes(pledge.blind_email or b"")).delete()
    return held + asked


def told(pledge: Pledge) -> list[str]:
    """Return why an offer was held, as codes, for its provider to read; an empty list if it never was."""
    return [reason.value for held in HeldOffer.objects.filter(pledge=pledge) for reason in held.reasons]
