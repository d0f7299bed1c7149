"""A referee's answer: three words from closed lists, once. With it the address is forgotten."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.states import Refusal
from kernel.vault import addresses
from offers.pledges.locking import locked, save
from offers.pledges.references.asking import WHILE
from offers.pledges.references.models import KnownFor, Reference, Trust, YesNo


@transaction.atomic
def answer(*, reference: Reference, known_for: str, trust: str, against_children: str, at: datetime) -> Reference:
    """Write what a referee answered, and end the link. Raises Refusal `reference_ended` or `invalid_choice`."""
    listed = {
        "known_for": (known_for, KnownFor),
        "trust": (trust, Trust),
        "against_children": (against_children, YesNo),
    }
    for field, (word, words) in listed.items():
        if word not in words.values:
            raise Refusal("invalid_choice", _("Choose one of the answers."), field)
    pledge = locked(reference.pledge)
    still_open = Reference.objects.in_force().open().filter(pk=reference.pk, held_back="", expires_at__gt=at)
    if pledge.status not in WHILE or not still_open.update(
        answered_at=at, ended_at=at, known_for=known_for, trust=trust, against_children=against_children
    ):
        raise Refusal("reference_ended", _("This question is not open any more."))
    addresses.forget(reference.pk)
    save(pledge, at=at)  # whoever read the offer before this has not seen the answer: their signature is refused
    audit.record("page", "reference.answered", pledge.pk, fields=[reference.pk], at=at)
    reference.refresh_from_db()
    return reference
