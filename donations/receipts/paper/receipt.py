"""The paper of one receipt or counter-receipt."""

from django.utils import translation
from django.utils.translation import gettext as _

from donations.receipts.issuing import said_back
from donations.receipts.models import Receipt, ReceiptKind, ReceiptWish
from donations.receipts.paper.parts import day, facts, foot, head
from donations.receipts.paper.sheet import GREY, Sheet
from donations.receipts.wishes import asker
from kernel.vault.boxes import BrokenSeal


def pdf_of(receipt: Receipt, *, copy: bool = False, name: str = "") -> bytes:
    """Return the paper as PDF: the same bytes each time, in the language of the gift; a copy says so.

    The name is on it as long as it is kept, and only as it was when the receipt was issued: raises BrokenSeal if it was
    changed since. Of a gift past Stripe no name is kept: it is `name`.
    """
    with translation.override(receipt.language):
        return _drawn(receipt, copy=copy, name=_name(receipt) if receipt.donation_id else name)


def _drawn(receipt: Receipt, *, copy: bool, name: str) -> bytes:
    language, number = receipt.language, receipt.full_number
    corrects = receipt.corrects
    sheet = Sheet(title=number, language=language)
    head(
        sheet,
        receipt.terms,
        title=_("Counter-receipt") if corrects else _("Receipt"),
        number=_("No. %(number)s") % {"number": number},
        tag=_("COPY") if copy else "",
    )
    sheet.write(_("Taken back") if corrects else _("Received"), size=9, colour=GREY)
    sheet.y -= 34
    sheet.write(receipt.amount.formatted(language), size=30, bold=True)
    sheet.y -= 44
    rows = [
        (_("Received from"), name or _("Not named")),
        (_("Given on"), day(receipt.given_on, language)),
        (_("Issued on"), day(receipt.issued_at.date(), language)),
    ]
    if corrects:
        rows.append((_("Corrects"), f"{corrects.full_number}, {day(corrects.issued_at.date(), language)}"))
        rows.append((_("Remains of it"), _remains(receipt, corrects)))
    rows.append((_("Our reference"), receipt.gift))
    facts(sheet, rows)
    sheet.y -= 10
    sheet.paragraph(_sentence(receipt))
    sheet.y -= 6
    sheet.paragraph(_("This paper was made by a computer and is valid without a signature."), size=9, colour=GREY)
    foot(sheet, receipt.terms, number=number)
    return sheet.done()


def _sentence(receipt: Receipt) -> str:
    if receipt.kind == ReceiptKind.COUNTER:
        return _("This amount went back: the receipt named above is corrected by it. Please keep both papers.")
    return _("We received this donation with thanks. Nothing was given in return for it.")


def _remains(receipt: Receipt, corrects: Receipt) -> str:
    """What was left of the corrected receipt once this one was issued, whatever came later."""
    later = corrects.corrections.filter(pk__gt=receipt.pk)
    after = sum(one.amount_minor for one in later)
    left = corrects.amount_minor - said_back(corrects).minor + after
    return type(receipt.amount)(left, receipt.currency).formatted(receipt.language)


def _name(receipt: Receipt) -> str:
    """Return the donor's name as it was when the receipt was issued; "" if none was given or it is forgotten."""
    wish = ReceiptWish.objects.filter(donation=receipt.donation_id).first()
    if wish is None or not receipt.donor_digest:
        return ""
    one = asker(wish)
    if one.digest != receipt.donor_digest:
        raise BrokenSeal
    return one.name
