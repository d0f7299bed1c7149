"""The paper of one donor's year."""

from collections import defaultdict

from django.utils import translation
from django.utils.translation import gettext as _

from donations.receipts.models import IssuerTerms, Receipt, ReceiptKind
from donations.receipts.paper.parts import day, foot, head
from donations.receipts.paper.sheet import BOTTOM, GREY, LEFT, RIGHT, Sheet
from donations.receipts.summaries.deeds import receipts_in
from donations.receipts.summaries.models import Summary
from donations.receipts.wishes import asker
from kernel.money import Money

NUMBER, AMOUNT = LEFT + 140, RIGHT
LOWEST = BOTTOM + 60  # no line of the table stands lower


def pdf_of_summary(summary: Summary) -> bytes:
    """Return a donor's year as PDF: every receipt and counter-receipt about its gifts, and what is left by currency."""
    with translation.override(summary.wish.language):
        return _drawn(summary, list(receipts_in(summary)))


def _drawn(summary: Summary, receipts: list[Receipt]) -> bytes:
    language, year = summary.wish.language, str(summary.run.year)
    terms, name = receipts[-1].terms, asker(summary.wish).name
    sheet = Sheet(title=year, language=language)
    head(sheet, terms, title=_("Summary of %(year)s") % {"year": year}, number=name or _("Not named"))
    _columns(sheet)
    totals: dict[str, int] = defaultdict(int)
    for one in receipts:
        if sheet.y < LOWEST:
            _turn(sheet, terms, year)
        amount = -one.amount if one.kind == ReceiptKind.COUNTER else one.amount
        totals[one.currency] += amount.minor
        _row(sheet, one, amount, language)
    if sheet.y < LOWEST + 30 * (1 + len(totals)):
        _turn(sheet, terms, year)
    sheet.y -= 12
    for currency, minor in sorted(totals.items()):
        sheet.write(_("Given in %(year)s, in %(currency)s") % {"year": year, "currency": currency}, size=11)
        sheet.write(Money(minor, currency).formatted(language), at=AMOUNT, size=16, bold=True, to_the_left=True)
        sheet.y -= 28
    sheet.paragraph(
        _("This lists receipts that you have. Counter-receipts are taken off. It is no receipt itself."),
        size=9,
        colour=GREY,
    )
    foot(sheet, terms, number=year)
    return sheet.done()


def _columns(sheet: Sheet) -> None:
    sheet.write(_("Given on"), size=9, colour=GREY)
    sheet.write(_("Receipt"), size=9, colour=GREY, at=NUMBER)
    sheet.write(_("Amount"), size=9, colour=GREY, at=AMOUNT, to_the_left=True)
    sheet.y -= 8
    sheet.rule()
    sheet.y -= 16


def _row(sheet: Sheet, one: Receipt, amount: Money, language: str) -> None:
    sheet.write(day(one.given_on, language))
    counter = f" · {_('counter-receipt')}" if one.kind == ReceiptKind.COUNTER else ""
    sheet.write(f"{one.full_number}{counter}", at=NUMBER)
    sheet.write(amount.formatted(language), at=AMOUNT, to_the_left=True)
    sheet.y -= 8
    sheet.rule()
    sheet.y -= 15


def _turn(sheet: Sheet, terms: IssuerTerms, year: str) -> None:
    foot(sheet, terms, number=year)
    sheet.next_page()
    _columns(sheet)
