"""Sending an offer: the contact is sealed as it arrives, and the address must be proven."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from kernel.outbox import enqueue
from offers.pledges import contact as contacts
from offers.pledges.contact import Contact
from offers.pledges.drafting import provider_of
from offers.pledges.locking import locked, moved
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.moderation.holding import hold
from offers.pledges.outbox_kinds import MANAGE_MAIL, SCREEN
from offers.pledges.terms import check_complete
from offers.pledges.vetting import begin_vetting


def submit(
    *,
    pledge: Pledge,
    contact: Contact,
    language: str,
    at: datetime,
    blind: bytes | None = None,
    suspicions: Iterable[str] = (),
) -> Pledge:
    """Send a draft: seal the contact, keep the address for our mails, have the worker look at it; all or nothing.

    `blind` is the blind index of the contact's address, if it is at hand; with `suspicions` (codes of HoldReason) the
    offer is held until somebody has looked at it. Raises Refusal `illegal_transition` for what was sent before,
    `required` or `in_the_past` with the field that is missing, `no_group_key` and `too_large` from the vault.
    """
    # slow on purpose, so never while a transaction holds up others
    blind = blind or contact.blind()
    return _submit(pledge, contact, language, at, blind, list(suspicions))


@transaction.atomic
def _submit(
    pledge: Pledge, contact: Contact, language: str, at: datetime, blind: bytes | None, suspicions: list[str]
) -> Pledge:
    pledge = locked(pledge)
    pledge.moves.check(old=pledge.status, new=PledgeStatus.SUBMITTED)
    check_complete(pledge, today=localdate(at))
    contact.check(mail_needed=True)
    pledge.language = language
    contacts.keep(pledge, contact, mails=True, at=at, blind=blind)
    by = provider_of(pledge)
    moved(pledge, to=PledgeStatus.SUBMITTED, by=by, at=at, blind_email=pledge.blind_email, language=language)
    audit.record(by, "pledge.submitted", pledge.pk, fields=["contact"], at=at)
    if suspicions:
        hold(pledge, suspicions, at=at)
    enqueue(SCREEN, pledge.pk)
    return pledge


@transaction.atomic
def confirm_email(*, pledge: Pledge, at: datetime) -> Pledge:
    """Take the provider's word that the address is theirs, mail the private link, and hand the offer to vetting.

    A second click changes nothing. Raises Refusal `illegal_transition` for a draft.
    """
    pledge = locked(pledge)
    if pledge.status not in (PledgeStatus.DRAFT, PledgeStatus.SUBMITTED):
        return pledge
    by = provider_of(pledge)
    moved(pledge, to=PledgeStatus.EMAIL_CONFIRMED, by=by, at=at)
    enqueue(MANAGE_MAIL, pledge.pk)
    audit.record(by, "pledge.email_confirmed", pledge.pk, at=at)
    return begin_vetting(pledge=pledge, by="system", at=at)
