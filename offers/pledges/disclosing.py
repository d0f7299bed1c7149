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
from offers.pledges.photos.disclosing import PHOTOS, photos_of, tell_of_photos

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
    title=_("The contact"),
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


def vetting_object(pledge: Pledge, step: str, what: str = "") -> str:
    """Return the word by which a check of a pledge is asked about: its contact, or its PHOTOS."""
    return f"{pledge.pk}:{step}:{what}" if what else f"{pledge.pk}:{step}"


def _parts(object_id: str) -> tuple[str, str, str]:
    """Return pledge, step, and what is to be seen of it: PHOTOS, or nothing for the contact."""
    pledge_id, _colon, rest = object_id.partition(":")
    step, _colon, what = rest.partition(":")
    return pledge_id, step, what


class VettingStep:
    """A check of an offer that is being vetted; a caseworker of the operator asks, who vets for the whole network.

    The photos of a room are asked for apart from the contact, and for the visit alone: who looks at a room need not
    know whose it is.
    """

    def check(self, object_id: str, *, requester: Member, at: datetime) -> Wanted:
        """Lock the pledge. Raises Refusal `unknown_reference`, `not_in_vetting` or `no_photos`."""
        pledge_id, step, what = _parts(object_id)
        offers = Pledge.objects.submitted().select_for_update(of=("self",)).select_related("organisation")
        pledge = offers.filter(pk=pledge_id).first()
        if pledge is None or not requester.organisation.is_operator:
            raise unknown()
        if step not in kind_of(pledge.kind).checks_for(pledge.features):
            raise unknown()
        if what and (what, step) != (PHOTOS, Check.HOME_VISIT):
            raise unknown()
        if pledge.status != PledgeStatus.VETTING:
            raise Refusal("not_in_vetting", gettext_noop("This offer is not being checked now."))
        return photos_of(pledge) if what else contact_of(pledge)

    def shown(self, object_id: str, *, by: str, at: datetime) -> None:
        """Tell the provider; of photos the trail of the pledge tells too, since theirs names each photo alone."""
        pledge_id, _step, what = _parts(object_id)
        if what:
            tell_of_photos(pledge_id, by=by, at=at)
        else:
            tell_provider(pledge_id)

    def facts(self, object_id: str, *, inside: bool) -> Sequence[tuple[Any, Any]]:
        """Return which offer and which check."""
        pledge_id, step, what = _parts(object_id)
        pledge = Pledge.objects.select_related("organisation").get(pk=pledge_id)
        told = [*pledge_facts(pledge, inside=inside), (_("Check"), Check(step).label)]
        return [*told, (_("Photos"), pledge.photos.count())] if what else told
