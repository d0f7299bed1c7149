"""Where the donor of a recurring gift is written to: an address under the server key."""

import json
from datetime import datetime

from django.db import transaction

from donations.recurring.models import RecurringContact, RecurringGift
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from kernel.vault.index import blind_email, spelled

PADDED_TO = 512  # bytes: an address fits, and all rows look alike


def contact_context(contact: RecurringContact) -> str:
    """What the sealed address is bound to."""
    return f"recurring contact {contact.pk} {contact.recurring_id}"


@transaction.atomic
def keep_contact(*, gift: RecurringGift, email: str, at: datetime) -> RecurringContact:
    """Keep where to write about a gift: at most 254 characters. A second address for one gift changes nothing."""
    known = RecurringContact.objects.filter(recurring=gift).first()
    if known:
        return known
    contact = RecurringContact(
        recurring=gift, blind_email=blind_email(email), language=gift.language, sealed=b"", created_at=at
    )
    plain = json.dumps({"email": email}, ensure_ascii=False).encode()
    contact.sealed = kek.encrypt(plain.ljust(PADDED_TO), contact_context(contact))
    contact.save(force_insert=True)
    return contact


def address_of(contact: RecurringContact) -> str:
    """Return the address. Raises BrokenSeal if the row was changed or moved."""
    return str(json.loads(kek.decrypt(bytes(contact.sealed), contact_context(contact)))["email"])


def written_to(gift_id: str, email: str) -> bool:
    """Whether the donor of a gift is written to at this address."""
    contact = RecurringContact.objects.filter(recurring=gift_id).first()
    try:
        return contact is not None and spelled(address_of(contact)) == spelled(email)
    except BrokenSeal:
        return False


def gifts_of(email: str) -> list[RecurringGift]:
    """Return the recurring gifts whose donor is written to at this address, newest first."""
    mine = RecurringGift.objects.filter(contact__blind_email=blind_email(email))
    return list(mine.order_by("-created_at", "-pk"))


@transaction.atomic
def forget_contact(gift_id: str) -> bool:
    """Delete the address. Returns whether there was one."""
    deleted, _by_model = RecurringContact.objects.filter(recurring=gift_id).delete()
    return bool(deleted)
