"""Asking somebody who knows the provider: named by the provider on the private page, or by those who check."""

import hmac
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.outbox import enqueue
from kernel.states import Refusal
from kernel.vault import addresses
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check
from offers.pledges.locking import locked, only_while
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.outbox_kinds import REFERENCE_MAIL
from offers.pledges.references import LASTS, MOST, MOST_EVER
from offers.pledges.references.models import HeldBack, Reference

WHILE = (PledgeStatus.VETTING, PledgeStatus.ACTIVE, PledgeStatus.PAUSED)


def takes_references(pledge: Pledge) -> bool:
    """Whether people who know the provider are asked about an offer at all, as things stand."""
    return pledge.status in WHILE and Check.REFERENCES in kind_of(pledge.kind).checks_for(pledge.features)


def _mark(pledge: Pledge, blind: bytes) -> bytes:
    """Make of an address's blind index what is equal only within this offer: nobody sees who speaks for several."""
    return hmac.digest(blind, pledge.pk.encode(), "sha256")


@transaction.atomic
def ask_referee(*, pledge: Pledge, email: str, blind: bytes, language: str, by: str, at: datetime) -> Reference:
    """Promise a mail with a private link to a referee; `blind` is the blind index of `email`.

    An address that is the offer's own, or was named before, is taken like any other and not written to: those who
    check see it. Raises Refusal `illegal_transition`, `no_references`, `references_enough`.
    """
    pledge = locked(pledge)
    only_while(pledge, *WHILE)
    if not takes_references(pledge):
        raise Refusal("no_references", _("Nobody is asked about an offer of this kind."), "email")
    standing = pledge.references.in_force()
    answered_or_open = standing.exclude(ended_at__isnull=False, answered_at=None).count()
    named_by_provider = by.startswith("provider:")
    if (named_by_provider and answered_or_open >= MOST) or pledge.references.count() >= MOST_EVER:
        raise Refusal("references_enough", _("Enough people are asked about this offer already."), "email")
    mark = _mark(pledge, blind)
    reference = Reference.objects.create(
        pledge=pledge,
        named_by=by,
        mark=mark,
        language=language,
        held_back=_held_back(pledge, blind=blind, mark=mark),
        asked_at=at,
        expires_at=at + LASTS,
    )
    if not reference.held_back:
        addresses.keep(reference.pk, email.strip(), language)
        enqueue(REFERENCE_MAIL, reference.pk)
    audit.record(by, "reference.asked", pledge.pk, fields=[reference.pk], at=at)
    return reference


def _held_back(pledge: Pledge, *, blind: bytes, mark: bytes) -> str:
    if pledge.blind_email is not None and bytes(pledge.blind_email) == blind:
        return HeldBack.OWN_ADDRESS
    return HeldBack.NAMED_BEFORE if pledge.references.in_force().filter(mark=mark).exists() else ""
