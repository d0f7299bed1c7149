"""Asking for a receipt at /give/, declaring behind a link, and the screens of finance."""

import pytest
from django.utils import timezone

from donations.models import GiftAidClaim, GiftAidDeclaration, IssuerTerms, ReceiptWish, SummaryRun
from donations.pages.give_form import GiveForm
from donations.receipts.issuing import receipts_of
from donations.receipts.links import ORIGINAL, link_to
from donations.receipts.tax.gift_aid.declaring import taxpayer_of
from donations.receipts.wishes import asker
from kernel.audit.models import AuditEntry
from kernel.guard.watch import Watch
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from tests.console import console_client
from tests.factories.donations import make_fund
from tests.factories.organisations import make_member
from tests.factories.receipts import make_issuer, make_receipted
from tests.guard import StrictClient
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db
RECEIPTS = "/console/money/receipts/"
DECLARED = {
    "scope": "enduring", "title": "Ms", "first_name": "Zoë", "last_name": "Example", "house": "12a",
    "postcode": "ct161aa", "is_taxpayer": "on",
}  # fmt: skip


@pytest.fixture
def finance() -> StrictClient:
    return console_client(make_member(role="finance"))


def give(client: StrictClient, **words: str) -> object:
    return client.post(
        "/give/", stamped("give", {"amount": "25", "currency": "EUR", "fund": make_fund().slug, **words})
    )


def test_a_receipt_is_offered_where_somebody_issues_it(client: StrictClient) -> None:
    make_fund()
    assert "receipt_email" not in client.get("/give/").content.decode()
    make_issuer()
    html = client.get("/give/").content.decode()
    assert "receipt_email" in html
    assert "<details>" in html


def test_what_is_wished_for_at_give_is_kept_beside_the_gift(client: StrictClient) -> None:
    make_issuer()
    answer = give(client, receipt_email="donor@example.org", receipt_name="Zoë Example")
    assert answer.status_code == 503  # no payment page can be opened here; the gift and the wish are written
    wish = ReceiptWish.objects.get()
    assert (asker(wish).email, asker(wish).name, wish.donation.wants_receipt) == (
        "donor@example.org",
        "Zoë Example",
        True,
    )


def test_who_asks_for_none_leaves_no_address(client: StrictClient) -> None:
    make_issuer()
    give(client)
    assert not ReceiptWish.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"receipt_name": "Zoë"}, "Write where the receipt may be sent"),
        ({"receipt_email": "nobody"}, "valid email address"),
        ({"receipt_email": "a@example.org", "receipt_name": "張偉"}, "Latin, Greek or Cyrillic"),
    ],
)
def test_a_wish_that_cannot_be_met_is_explained(client: StrictClient, words: dict[str, str], sentence: str) -> None:
    make_issuer()
    answer = give(client, **words)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<details open>" in answer.content.decode()
    assert not ReceiptWish.objects.exists()


def test_the_form_without_an_issuer_takes_no_address_whatever_is_sent() -> None:
    form = GiveForm(Watch("give"), funds=[make_fund()])
    assert not {"receipt_email", "receipt_name"} & set(form.fields)


def declaring() -> tuple[object, str]:
    make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345")
    donation = make_receipted(amount=Money(4000, "GBP"))
    (receipt,) = receipts_of(donation)
    link = link_to(receipt.reference, ORIGINAL, language="en", at=timezone.now())
    return donation, link[link.index("/", 8) :]


def test_a_donor_declares_gift_aid_behind_the_link_and_takes_it_back(client: StrictClient) -> None:
    _donation, path = declaring()
    assert "declaration/" in client.get(path).content.decode()
    page = client.get(f"{path}declaration/").content.decode()
    for words in ("I am a UK taxpayer", "want to cancel this declaration", "Self-Assessment", "Harbour Fund"):
        assert words in page
    assert client.post(f"{path}declaration/", {**DECLARED, "is_taxpayer": ""}).status_code == 422
    assert client.post(f"{path}declaration/", DECLARED).status_code == 302
    made = GiftAidDeclaration.objects.get()
    assert (taxpayer_of(made).postcode, made.enduring) == ("CT16 1AA", True)
    client.post(f"{path}declaration/", {"cancel": "1"})
    made.refresh_from_db()
    assert made.canceled_at is not None


def test_gift_aid_is_offered_for_pounds_alone(client: StrictClient) -> None:
    make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345")
    (receipt,) = receipts_of(make_receipted())
    link = link_to(receipt.reference, ORIGINAL, language="en", at=timezone.now())
    path = link[link.index("/", 8) :]
    assert "declaration/" not in client.get(path).content.decode()
    assert client.post(f"{path}declaration/", DECLARED).status_code == 404
    assert not GiftAidDeclaration.objects.exists()


def test_finance_sees_receipts_takes_copies_and_sends_them_again(finance: StrictClient) -> None:
    make_issuer()
    (receipt,) = receipts_of(make_receipted(name="Zoë Example"))
    html = finance.get(RECEIPTS).content.decode()
    assert receipt.full_number in html
    assert "€25.00" in html
    assert "Zoë" not in html
    assert finance.get(f"{RECEIPTS}?kind=counter").content.decode().count(receipt.full_number) == 0
    answer = finance.post(f"{RECEIPTS}{receipt.reference}/copy/")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="{receipt.full_number}-copy.pdf"'
    assert AuditEntry.objects.filter(action="receipt.downloaded", object_id=receipt.reference).count() == 1
    assert finance.post(f"{RECEIPTS}{receipt.reference}/again/").status_code == 302
    assert OutboxRow.objects.filter(kind="donations.receipt_again", object_id=receipt.reference).exists()


def test_finance_says_who_issues(finance: StrictClient) -> None:
    words = {"code": "HF", "name": "Harbour Fund", "address": "1 Quay Street\nDover", "registration": "no. 1"}
    assert finance.post(f"{RECEIPTS}issuer/", {**words, "code": "hf-1"}).status_code == 422
    assert finance.post(f"{RECEIPTS}issuer/", {**words, "tax_scheme": "gift_aid"}).status_code == 422
    assert finance.post(f"{RECEIPTS}issuer/", words).status_code == 302
    assert IssuerTerms.objects.get().name == "Harbour Fund"
    assert "Harbour Fund" in finance.get(f"{RECEIPTS}issuer/").content.decode()


def test_finance_has_summaries_made_and_stops_them(finance: StrictClient) -> None:
    make_issuer()
    make_receipted()
    year = timezone.now().year
    assert finance.post(f"{RECEIPTS}summaries/", {"year": year}).status_code == 422
    run = SummaryRun.objects.create(year=year, total=4, created_at=timezone.now(), updated_at=timezone.now(), done=1)
    html = finance.get(f"{RECEIPTS}summaries/").content.decode()
    assert "1 / 4" in html
    assert 'value="25"' in html
    for _ in range(2):
        assert finance.post(f"{RECEIPTS}summaries/{run.pk}/cancel/").status_code == 302
    run.refresh_from_db()
    assert run.status == "canceled"


def test_finance_claims_and_takes_the_file(finance: StrictClient, client: StrictClient) -> None:
    assert "no tax scheme" in finance.get(f"{RECEIPTS}claims/").content.decode()
    _donation, path = declaring()
    client.post(f"{path}declaration/", DECLARED)
    assert "£40.00" in finance.get(f"{RECEIPTS}claims/").content.decode()
    for _ in range(2):
        assert finance.post(f"{RECEIPTS}claims/").status_code == 302
    claim = GiftAidClaim.objects.get()
    assert "£10.00" in finance.get(f"{RECEIPTS}claims/").content.decode()
    answer = finance.post(f"{RECEIPTS}claims/{claim.pk}/file/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "Zoë,Example,12a,CT16 1AA" in answer.content.decode()
    assert AuditEntry.objects.filter(action="gift_aid.downloaded", object_id=claim.pk).count() == 1
    assert finance.post(f"{RECEIPTS}claims/gc_x/file/").status_code == 404
