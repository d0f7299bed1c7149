"""Who offers, and how to reach them: sealed on receipt, kept nowhere else, shown by nothing here."""

import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext_noop as _

from kernel import vault
from kernel.disclosure.keys import keys_owner
from kernel.states import Refusal
from kernel.vault import addresses, index
from offers.pledges.models import Pledge

PURPOSE = "pledge.contact"
LENGTHS = {"name": 120, "email": 254, "phone": 40, "address": 400, "note": 1000}  # characters


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """A provider's contact. A name, and an e-mail address or a phone number, must be there."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""

    def __repr__(self) -> str:
        """Show nothing: this must not land in a log."""
        return "Contact(…)"

    def blind(self) -> bytes | None:
        """Return the blind index of the e-mail address, None without one. Takes about 15 ms."""
        return index.blind_email(self.email) if self.email.strip() else None

    def check(self, *, mail_needed: bool = False) -> None:
        """Raise Refusal `required` with the field that is missing; `mail_needed` when a mail must be answered."""
        if not self.name.strip():
            raise Refusal("required", _("Say by what name we may call you."), "contact.name")
        if mail_needed and not self.email.strip():
            raise Refusal("required", _("An e-mail address is needed, to confirm the offer."), "contact.email")
        if not (self.email.strip() or self.phone.strip()):
            raise Refusal("required", _("Give an e-mail address or a phone number."), "contact.email")


def blinded(emails: Iterable[str]) -> dict[str, bytes]:
    """Return the blind index of many addresses, on every core: slow on purpose, so done before a transaction opens."""
    wanted = sorted(set(emails))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return dict(zip(wanted, pool.map(index.blind_email, wanted), strict=True))


def keep(pledge: Pledge, contact: Contact, *, mails: bool, at: datetime, blind: bytes | None = None) -> None:
    """Seal a contact to the key groups that answer for the pledge, in the caller's transaction.

    Sets `pledge.blind_email`, which the caller saves. With `mails`, the address is also kept where the server can read
    it, to write to the provider. Raises Refusal `no_group_key`, `too_large`.
    """
    plain = json.dumps(asdict(contact), ensure_ascii=False).encode()
    vault.seal(pledge.pk, PURPOSE, plain, keys_owner(pledge.organisation).pk, at=at)
    email = contact.email.strip()
    pledge.blind_email = (blind or index.blind_email(email)) if email else None
    if mails and email:
        addresses.keep(pledge.pk, email, pledge.language)
