"""Offers with a sealed contact."""

from typing import Any

from django.utils import timezone

from kernel.vault.models import GroupKey
from offers.matching.deeds import propose
from offers.models import Match, Need, Pledge
from offers.pledges import contact as contacts
from offers.pledges.contact import Contact
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_contact, make_pledge

KEYS: dict[str, tuple[bytes, bytes]] = {}


def sealed_pledge(contact: Contact | None = None, **traits: Any) -> Pledge:
    """Return an active pledge of the operator whose contact is sealed and whose address is kept for mails."""
    operator = make_operator()
    if not GroupKey.objects.filter(owner=operator.pk).exists():
        KEYS[operator.pk] = make_group_keys(operator)
    pledge = make_pledge(operator, **traits)
    contacts.keep(pledge, contact or make_contact(), mails=True, at=timezone.now())
    pledge.save(update_fields=["blind_email"])
    return pledge


def propose_now(need: Need, pledge: Pledge) -> Match:
    """Bring the two together, as a caseworker of the need's owner does."""
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:1", at=timezone.now())
