"""What every paper has: the head with the issuer, facts one below the other, the foot."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from donations.receipts.models import IssuerTerms
from donations.receipts.paper.sheet import ACCENT, BOTTOM, GREY, LEFT, RIGHT, Sheet

LABELS = 150.0  # points: the column of labels


def head(sheet: Sheet, terms: IssuerTerms, *, title: str, number: str, tag: str = "") -> None:
    """Write who issues and what this is; `tag` is a word in a frame at the right."""
    top = sheet.y
    sheet.paragraph(terms.name, size=11, bold=True, width=RIGHT - LEFT - 110)
    for line in terms.address.splitlines():
        sheet.paragraph(line, size=9, colour=GREY, width=RIGHT - LEFT - 110)
    below, sheet.y = sheet.y, top
    if tag:
        sheet.tag(tag, at=RIGHT)
    sheet.y = below - 40
    sheet.write(title, size=26, bold=True)
    sheet.y -= 22
    sheet.write(number, size=11, colour=GREY)
    sheet.y -= 18
    sheet.rule(colour=ACCENT, weight=1.6)
    sheet.y -= 34


def facts(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> None:
    """Write labels and what stands beside them, with a hairline below each."""
    for label, words in rows:
        lines = sheet.lines(words, width=RIGHT - LEFT - LABELS)
        labels = sheet.lines(label, width=LABELS - 12, size=9)
        for number in range(max(len(lines), len(labels))):
            if number < len(labels):
                sheet.write(labels[number], size=9, colour=GREY)
            if number < len(lines):
                sheet.write(lines[number], at=LEFT + LABELS)
            sheet.y -= 14
        sheet.y += 4
        sheet.rule()
        sheet.y -= 17


def foot(sheet: Sheet, terms: IssuerTerms, *, number: str) -> None:
    """Write at the bottom who is registered where, and the number once more."""
    sheet.y = BOTTOM + 14
    sheet.rule()
    sheet.y = BOTTOM
    sheet.write(number, size=8, colour=GREY, at=RIGHT, to_the_left=True)
    for line in sheet.lines(terms.registration, width=RIGHT - LEFT - 130, size=8):
        sheet.write(line, size=8, colour=GREY)
        sheet.y -= 11


def day(one: date, language: str) -> str:
    """Return a day in words: `27 November 2026`, `27 ноября 2026 г.`"""
    return str(format_date(one, "d MMMM y" if language == "en" else "long", locale=language))
