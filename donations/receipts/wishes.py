"""Asking for a receipt: name and e-mail address under the server key, so that the paper can be drawn and sent."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from donations.giving.booking import BOOKED
from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.receipts.models import ReceiptWish
from kernel import audit, outbox
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from kernel.vault.index import blind_email, spelled

PADDED_TO = 1024  # bytes: a name and an address fit, and all rows look alike


@dataclass(frozen=True)
class Asker:
    """Who asked. `name` may be empty. `salt` keeps the digest of a name from being tried out."""

    email: str
    name: str
    salt: str

    def __repr__(self) -> str:
        """Show nothing: a name does not belong in a log."""
        return "Asker(…)"

    @property
    def digest(self) -> str:
        """What a receipt keeps of the name: equal only for the same name, and no help in guessing it."""
        return hashlib.sha256(f"{self.salt}\n{self.name}".encode()).hexdigest()


def wish_context(wish: ReceiptWish) -> str:
    """What the sealed words are bound to."""
    return f"receipt wish {wish.pk} {wish.donation_id}"


@transaction.atomic
def ask_for_receipt(*, donation: Donation, email: str, at: datetime, name: str = "", by: str = "page") -> ReceiptWish:
    """Note that the donor wants a receipt. A second wish for one gift changes nothing: what was printed stays.

    `email` at most 254, `name` at most 120 characters. A gift that is paid gets its receipt at once.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    known = ReceiptWish.objects.filter(donation=held).first()
    if known:
        return known
    wish = ReceiptWish(
        donation=held, blind_email=blind_email(email), language=donation.language, sealed=b"", created_at=at
    )
    words = {"email": email, "name": name, "salt": secrets.token_hex(16)}
    plain = json.dumps(words, ensure_ascii=False).encode()
    wish.sealed = kek.encrypt(plain.ljust(PADDED_TO), wish_context(wish))
    wish.save(force_insert=True)
    Donation.objects.filter(pk=held.pk).update(wants_receipt=True)
    audit.record(by, "receipt.asked", held.pk, at=at)
    if held.status == DonationStatus.PAID:
        outbox.enqueue(BOOKED, held.pk)
    return wish


def wish_of(donation: Donation, *, at: datetime) -> ReceiptWish | None:
    """Return who wants a receipt for a gift: of an instalment, who asked for one with an earlier one.

    Each instalment keeps the words for itself, so that each is let go of in its time. None: nobody, or forgotten.
    """
    own = ReceiptWish.objects.filter(donation=donation).first()
    if own or not donation.recurring_id:
        return own
    earlier = ReceiptWish.objects.filter(donation__recurring=donation.recurring_id).order_by("created_at", "pk").last()
    if earlier is None:
        return None
    who = asker(earlier)
    return ask_for_receipt(donation=donation, email=who.email, name=who.name, at=at)


def asker(wish: ReceiptWish) -> Asker:
    """Return who asked. Raises BrokenSeal if the row was changed or moved."""
    words = json.loads(kek.decrypt(bytes(wish.sealed), wish_context(wish)))
    return Asker(email=words["email"], name=words["name"], salt=words["salt"])


def asked_like(donation_id: str, *, email: str, name: str) -> bool:
    """Whether a gift's receipt was asked for with these words; without an address: whether none was."""
    wish = ReceiptWish.objects.filter(donation=donation_id).first()
    if wish is None or not email:
        return wish is None and not email
    try:
        one = asker(wish)
    except BrokenSeal:
        return False
    return spelled(one.email) == spelled(email) and one.name == name


def ask_likewise(*, old: Donation, new: Donation, at: datetime) -> bool:
    """Ask for the receipt of `new` as that of `old` was asked for; return whether it was, and can still be read."""
    wish = ReceiptWish.objects.filter(donation=old).first()
    if wish is None:
        return False
    try:
        one = asker(wish)
    except BrokenSeal:
        return False
    ask_for_receipt(donation=new, email=one.email, name=one.name, at=at)
    return True


def by_mailbox(wishes: "QuerySet[ReceiptWish]") -> dict[str, list[ReceiptWish]]:
    """Return wishes by the address they were left with, as it is spelled, oldest first: the blind index folds more.

    One whose seal is broken is nobody's.
    """
    found: dict[str, list[ReceiptWish]] = {}
    for wish in wishes.order_by("created_at", "pk"):
        try:
            found.setdefault(spelled(asker(wish).email), []).append(wish)
        except BrokenSeal:
            continue
    return found


@transaction.atomic
def forget_wish(donation_id: str) -> bool:
    """Delete name, address and link of a gift's donor; its receipts stay. Returns whether there was anything."""
    deleted, _by_model = ReceiptWish.objects.filter(donation=donation_id).delete()
    return bool(deleted)
