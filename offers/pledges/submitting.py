"""Sending an offer: the contact is sealed as it arrives, and the address must be proven."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from kernel.outbox import enqueue
from kernel.vault.index import blind_email
from offers.pledges import contact as contacts
from offers.pledges.contact import Contact
from offers.pledges.drafting import provider_of
from offers.pledges.locking import locked, moved
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.terms import check_complete
from offers.pledges.vetting import begin_vetting

CONFIRM_MAIL = "offers.confirm_email"
MANAGE_MAIL = "offers.manage_link"


def submit(*, pledge: Pledge, contact: Contact, language: str, at: datetime) -> Pledge:
    """Send a draft: seal the contact, keep the address for our mails, ask for its confirmation; all or nothing.

    Raises Refusal `illegal_transition` for what was sent before, `required` or `in_the_past` with the field that is
    missing, `no_group_key` and `too_large` from the vault.
    """
    # slow on purpose, so never while a transaction holds up others
    blind = blind_email(contact.email) if contact.email.strip() else None
    return _submit(pledge, contact, language, at, blind)


@transaction.atomic
def _submit(pledge: Pledge, contact: Contact, language: str, at: datetime, blind: bytes | None) -> Pledge:
    pledge = locked(pledge)
    pledge.moves.check(old=pledge.status, new=PledgeStatus.SUBMITTED)
    check_complete(pledge, today=localdate(at))
    contact.check(mail_needed=True)
    pledge.language = language
    contacts.keep(pledge, contact, mails=True, at=at, blind=blind)
    by = provider_of(pledge)
    moved(pledge, to=PledgeStatus.SUBMITTED, by=by, at=at, blind_email=pledge.blind_email, language=language)
    enqueue(CONFIRM_MAIL, pledge.pk)
    audit.record(by, "pledge.submitted", pledge.pk, fields=["contact"], at=at)
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
