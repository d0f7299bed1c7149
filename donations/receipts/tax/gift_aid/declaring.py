"""Declaring: who pays the tax, where they live, and for which gifts."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.receipts.models import Issuer, ReceiptWish
from donations.receipts.tax.gift_aid.models import GiftAidDeclaration
from kernel import audit
from kernel.states import Refusal
from kernel.vault import kek

CURRENCY = "GBP"
PADDED_TO = 512  # bytes
OVERSEAS = "X"  # what HMRC's schedule has in place of a postcode outside the United Kingdom
NAME = re.compile(r"[^\W\d_][^\W\d_ .'’-]*(?:[ .'’-]+[^\W\d_]+)*\.?")
HOUSE = re.compile(r"[^\W_][\w ,./'’-]*")
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
TITLES = ("Mr", "Mrs", "Miss", "Ms", "Mx", "Dr", "Rev")
# as HMRC's schedule has them; a title may have four
LONGEST = {"first_name": 35, "last_name": 35, "house": 40}


@dataclass(frozen=True)
class Taxpayer:
    """Who declares, in the columns of HMRC's schedule. `postcode`: `CT16 1AA`, or X for a home outside the UK."""

    title: str
    first_name: str
    last_name: str
    house: str
    postcode: str

    def __repr__(self) -> str:
        """Show nothing: a name does not belong in a log."""
        return "Taxpayer(…)"


def declaration_context(declaration: GiftAidDeclaration) -> str:
    """What the sealed words are bound to."""
    return f"gift aid {declaration.pk} {declaration.donation_id}"


def postcode_of(typed: str) -> str:
    """Return a postcode as HMRC writes it, or what was typed if it is none: `ct161aa` is `CT16 1AA`."""
    bare = re.sub(r"\s", "", typed).upper()
    return bare if bare == OVERSEAS else f"{bare[:-3]} {bare[-3:]}"


@transaction.atomic
def declare(
    *, donation: Donation, issuer: Issuer, taxpayer: Taxpayer, is_taxpayer: bool, enduring: bool, at: datetime
) -> GiftAidDeclaration:
    """Write a declaration about a paid gift in pounds; one that was made already stays as it is.

    Raises Refusal `not_eligible`, `taxpayer_not_confirmed`, and `invalid` naming the field.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    if held.currency != CURRENCY or held.status != DonationStatus.PAID:
        raise Refusal("not_eligible", _("Gift Aid is for gifts in pounds that are paid."))
    if not is_taxpayer:
        raise Refusal("taxpayer_not_confirmed", _("Only who pays UK tax can declare Gift Aid."), "is_taxpayer")
    _check(taxpayer)
    known = GiftAidDeclaration.objects.filter(donation=held).first()
    if known:
        return known
    wish = ReceiptWish.objects.filter(donation=held).first()
    made = GiftAidDeclaration(
        issuer=issuer,
        donation=held,
        sealed=b"",
        blind_email=bytes(wish.blind_email) if wish and enduring else None,
        enduring=enduring,
        declared_at=at,
    )
    plain = json.dumps(asdict(taxpayer), ensure_ascii=False).encode()
    made.sealed = kek.encrypt(plain.ljust(PADDED_TO), declaration_context(made))
    made.save(force_insert=True)
    audit.record("page", "gift_aid.declared", made.pk, at=at)
    return made


def _check(taxpayer: Taxpayer) -> None:
    # a spreadsheet takes what begins with a sign for a formula: only letters begin a name, a letter or digit a house
    wrong = [
        name
        for name, shape in (("first_name", NAME), ("last_name", NAME), ("house", HOUSE))
        if not shape.fullmatch(getattr(taxpayer, name)) or len(getattr(taxpayer, name)) > LONGEST[name]
    ]
    if taxpayer.title and taxpayer.title not in TITLES:
        wrong.insert(0, "title")
    if wrong:
        raise Refusal("invalid", _("Write letters as they stand in your papers, without other signs."), wrong[0])
    if taxpayer.postcode != OVERSEAS and not POSTCODE.fullmatch(taxpayer.postcode):
        raise Refusal(
            "invalid", _("Write a UK postcode such as CT16 1AA, or X if you live outside the UK."), "postcode"
        )


def taxpayer_of(declaration: GiftAidDeclaration) -> Taxpayer:
    """Return who declared. Raises BrokenSeal if the row was changed or moved."""
    return Taxpayer(**json.loads(kek.decrypt(bytes(declaration.sealed), declaration_context(declaration))))


@transaction.atomic
def cancel_declaration(*, declaration: GiftAidDeclaration, by: str, at: datetime) -> bool:
    """Claim nothing more by a declaration. Returns whether that is new."""
    changed = GiftAidDeclaration.objects.filter(pk=declaration.pk, canceled_at=None).update(canceled_at=at)
    if changed:
        audit.record(by, "gift_aid.canceled", declaration.pk, at=at)
    return bool(changed)


@transaction.atomic
def forget_declaration(declaration_id: str, at: datetime) -> bool:
    """Empty a declaration of its donor. Returns whether there was something to empty."""
    declared = GiftAidDeclaration.objects.filter(pk=declaration_id).exclude(sealed=b"")
    return bool(declared.update(sealed=b"", blind_email=None, canceled_at=at))


@transaction.atomic
def erase_declaration(donation_id: str, at: datetime) -> bool:
    """Forget a donor's declaration, but for what was claimed by it: that the law has kept for six years, sealed.

    Returns whether there was something to forget.
    """
    declared = GiftAidDeclaration.objects.filter(donation=donation_id).first()
    if declared is None:
        return False
    if declared.lines.exists():
        GiftAidDeclaration.objects.filter(pk=declared.pk, canceled_at=None).update(canceled_at=at)
        return bool(
            GiftAidDeclaration.objects.exclude(blind_email=None).filter(pk=declared.pk).update(blind_email=None)
        )
    declared.delete()
    return True
