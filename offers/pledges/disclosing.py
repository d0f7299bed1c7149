"""What disclosure must know of pledges: the purpose of a check, how a contact is shown, the note afterwards."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from kernel import places
from kernel.accounts.models import Member
from kernel.disclosure.disclosing.checks import unknown
from kernel.disclosure.disclosing.matters import Rendering, Wanted
from kernel.outbox import enqueue
from kernel.states import Refusal
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check, Kind
from offers.pledges.contact import PURPOSE
from offers.pledges.models import Pledge, PledgeStatus

TOLD_MAIL = "offers.contact_read"
LABELS = {
    "name": _("Name"),
    "email": _("E-mail address"),
    "phone": _("Phone number"),
    "address": _("Address"),
    "note": _("Note"),
}


def contact_of(pledge: Pledge) -> Wanted:
    """Return the sealed record of a pledge's contact."""
    return Wanted(PURPOSE, (pledge.pk,))


def said_contact(plain: bytes) -> list[tuple[Any, str]]:
    """Return a contact as labels and values, empty ones left out."""
    contact = json.loads(plain)
    return [(label, contact[name]) for name, label in LABELS.items() if contact.get(name)]


CONTACT = Rendering(
    template="offers/disclosures/contact.html",
    words=said_contact,
    what=_("name, e-mail address, phone number, address and note of the provider"),
)


def tell_provider(pledge_id: str) -> None:
    """Promise the provider a note that the contact was read, in the caller's transaction."""
    enqueue(TOLD_MAIL, pledge_id)


def pledge_facts(pledge: Pledge, *, inside: bool) -> list[tuple[Any, Any]]:
    """Return what is told of an offer: which, of what kind, in which country; whose it is to its own side alone."""
    whose = [(_("Brought by"), pledge.organisation.name)] if inside else []
    return [
        (_("Offer"), pledge.pk),
        (_("Kind"), Kind(pledge.kind).label),
        (_("Country"), places.country_name(pledge.country, get_language() or "en")),
        *whose,
    ]


def vetting_object(pledge: Pledge, step: str) -> str:
    """Return the word by which a check of a pledge is asked about."""
    return f"{pledge.pk}:{step}"


class VettingStep:
    """A check of an offer that is being vetted; a caseworker of the operator asks, who vets for the whole network."""

    def check(self, object_id: str, *, requester: Member, at: datetime) -> Wanted:
        """Lock the pledge. Raises Refusal `unknown_reference` or `not_in_vetting`."""
        pledge_id, _colon, step = object_id.partition(":")
        offers = Pledge.objects.submitted().select_for_update(of=("self",)).select_related("organisation")
        pledge = offers.filter(pk=pledge_id).first()
        if pledge is None or not requester.organisation.is_operator:
            raise unknown()
        if step not in kind_of(pledge.kind).checks_for(pledge.features):
            raise unknown()
        if pledge.status != PledgeStatus.VETTING:
            raise Refusal("not_in_vetting", gettext_noop("This offer is not being checked now."))
        return contact_of(pledge)

    def shown(self, object_id: str, *, by: str, at: datetime) -> None:
        """Tell the provider."""
        tell_provider(object_id.partition(":")[0])

    def facts(self, object_id: str, *, inside: bool) -> Sequence[tuple[Any, Any]]:
        """Return which offer and which check."""
        pledge_id, _colon, step = object_id.partition(":")
        pledge = Pledge.objects.select_related("organisation").get(pk=pledge_id)
        return [*pledge_facts(pledge, inside=inside), (_("Check"), Check(step).label)]
