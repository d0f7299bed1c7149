"""The papers: drawn from what is kept, the same each time, and with every letter and sign there is."""

import base64
import io
import re
import zlib

import pytest
from django.utils import timezone

from donations.models import Receipt, ReceiptWish
from donations.receipts.forgetting import erase_giver
from donations.receipts.issuing import bring_in_line, receipts_of
from donations.receipts.paper.receipt import pdf_of
from donations.receipts.paper.sheet import Sheet, printable
from donations.receipts.paper.summary import pdf_of_summary
from donations.receipts.summaries.models import Summary, SummaryRun
from donations.refunds.deeds import apply_refund
from kernel.money import CURRENCIES, Money
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from tests.factories.donations import refunded
from tests.factories.receipts import make_issuer, make_receipted

pytestmark = pytest.mark.django_db


def words_in(pdf: bytes) -> bytes:
    """Everything in a file, its streams unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return pdf + b"".join(_unpacked(one) for one in streams)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(base64.a85decode(stream.strip(), adobe=False, ignorechars=b"~> \n\r"))
    except (ValueError, zlib.error):
        return b""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that are written on papers, in order."""
    lines: list[str] = []
    write = Sheet.write

    def listening(self: Sheet, words: str, **how: object) -> None:
        lines.append(words)
        write(self, words, **how)

    monkeypatch.setattr(Sheet, "write", listening)
    return lines


def corrected(**words: object) -> tuple[Receipt, Receipt]:
    make_issuer()
    donation = make_receipted(**words)
    apply_refund(refunded(donation, Money(1000, "EUR")), at=timezone.now())
    bring_in_line(donation, at=timezone.now())
    first, second = receipts_of(donation)
    return first, second


def test_a_paper_is_the_same_bytes_each_time_and_is_stored_nowhere() -> None:
    first, second = corrected(name="Zoë Ильина")
    assert pdf_of(first).startswith(b"%PDF-")
    assert pdf_of(first) == pdf_of(first)
    assert len({pdf_of(first), pdf_of(second), pdf_of(first, copy=True)}) == 3
    assert len(pdf_of(first)) < 60_000


def test_it_says_who_gave_what_when_to_whom_and_that_a_copy_is_one(written: list[str]) -> None:
    first, second = corrected(name="Zoë Ильина")
    pdf_of(first)
    assert {"Receipt", f"No. {first.full_number}", "€25.00", "Zoë Ильина", "Harbour Fund"} <= set(written)
    assert "COPY" not in written
    written.clear()
    pdf_of(second, copy=True)
    assert {"Counter-receipt", "COPY", "€10.00", "€15.00"} <= set(written)
    assert any(line.startswith(first.full_number) for line in written)


def test_it_speaks_the_language_of_the_gift(written: list[str]) -> None:
    make_issuer()
    (receipt,) = receipts_of(make_receipted(language="ru"))
    pdf_of(receipt, copy=True)
    assert {"Квитанция", "КОПИЯ", "Имя не указано"} <= set(written)
    assert not {"Receipt", "Not named"} & set(written)


def test_what_remains_stays_what_it_was_when_another_part_goes_back(written: list[str]) -> None:
    first, second = corrected()
    apply_refund(refunded(first.donation, Money(500, "EUR")), at=timezone.now())
    bring_in_line(first.donation, at=timezone.now())
    pdf_of(second)
    assert "€15.00" in written


def test_every_sign_of_every_currency_can_be_printed() -> None:
    amounts = {Money(123_456_789, code).formatted(language) for code in CURRENCIES for language in ("en", "ru")}
    letters = set("".join(amounts)) | set("АЯаяЁёЇїЄєҐґІіЎў ÀÿŁłŐőŞşÆøß — «„“” №")
    assert sorted(letter for letter in letters if ord(letter) not in printable()) == []


def test_a_paper_names_nobody_any_more_once_the_donor_is_forgotten(written: list[str]) -> None:
    first, _second = corrected(name="Zoë Ильина")
    erase_giver(donation=first.donation, by="user:1", at=timezone.now(), why="asked")
    pdf_of(first)
    assert "Zoë Ильина" not in written
    assert "Not named" in written


def test_a_name_that_was_changed_behind_its_back_is_not_printed() -> None:
    first, _second = corrected(name="Zoë Ильина")
    wish = ReceiptWish.objects.get()
    forged = b'{"email": "donor@example.org", "name": "Somebody Else", "salt": "00"}'
    context = f"receipt wish {wish.pk} {wish.donation_id}"
    ReceiptWish.objects.update(sealed=kek.encrypt(forged, context))
    with pytest.raises(BrokenSeal):
        pdf_of(first)


def test_a_file_says_nothing_of_itself_but_a_number() -> None:
    first, _second = corrected(name="Zoë Ильина")
    told = words_in(pdf_of(first))
    title = first.full_number.encode("utf-16-be")
    assert first.full_number.encode() in told or title in told
    assert b"D:2000" in told or b"CreationDate" not in told  # no clock
    for word in (b"onation", b"aystation", b"arbour"):
        assert word not in pdf_of(first)


def test_a_year_lists_receipts_and_takes_off_what_corrects_them_over_as_many_pages_as_it_needs(
    written: list[str],
) -> None:
    make_issuer()
    gifts = [make_receipted(name="Zoë Ильина") for _ in range(3)] + [make_receipted(amount=Money(900, "JPY"))]
    make_receipted(email="else@example.org", amount=Money(7777, "EUR"))
    apply_refund(refunded(gifts[0], Money(2500, "EUR")), at=timezone.now())
    bring_in_line(gifts[0], at=timezone.now())
    at = timezone.now()
    run = SummaryRun.objects.create(year=at.year, total=1, created_at=at, updated_at=at)
    wish = ReceiptWish.objects.get(donation=gifts[1])
    pdf = pdf_of_summary(Summary.objects.create(run=run, wish=wish, created_at=at))
    assert [line for line in written if line == "€25.00"] == ["€25.00"] * 3
    assert {"-€25.00", "€50.00", "¥900", "Zoë Ильина"} <= set(written)
    assert not any("77.77" in line for line in written)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1


def test_long_words_are_broken_and_nothing_runs_off_the_sheet() -> None:
    sheet = Sheet(title="1", language="en")
    for words in ("x" * 300, "Очень длинное имя " * 20):
        lines = sheet.lines(words, width=200)
        assert all(sheet.width(line) <= 200 for line in lines)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert io.BytesIO(sheet.done()).read(4) == b"%PDF"
