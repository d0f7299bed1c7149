"""Gift Aid: declared as HMRC's model has it, claimed once, net of what went back, in the columns of HMRC's schedule."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.models import Donation, GiftAidClaim, GiftAidDeclaration, GiftAidLine
from donations.receipts.forgetting import erase_giver
from donations.receipts.models import Issuer
from donations.receipts.tax.gift_aid.claiming import make_claim, ready, taken_back
from donations.receipts.tax.gift_aid.declaring import (
    Taxpayer,
    cancel_declaration,
    declare,
    forget_declaration,
    postcode_of,
    taxpayer_of,
)
from donations.receipts.tax.gift_aid.schedule import schedule
from donations.refunds.deeds import apply_refund
from kernel.audit.models import AuditEntry
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_donation, refunded
from tests.factories.receipts import make_issuer, make_receipted

pytestmark = pytest.mark.django_db
WHO = Taxpayer("Ms", "Zoë", "O'Example-Smith", "12a", "CT16 1AA")


@pytest.fixture
def charity() -> Issuer:
    return make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345").issuer


def gift(pence: int = 4000, **words: Any) -> Donation:
    return make_receipted(amount=Money(pence, "GBP"), **words)


def declared(charity: Issuer, donation: Donation, **words: Any) -> GiftAidDeclaration:
    said = {"taxpayer": WHO, "is_taxpayer": True, "enduring": False, "at": timezone.now(), **words}
    return declare(donation=donation, issuer=charity, **said)


def claimed(charity: Issuer, at: datetime | None = None) -> GiftAidClaim:
    return make_claim(issuer=charity, by="user:1", at=at or timezone.now())


def rows(claim: GiftAidClaim) -> list[list[str]]:
    return list(csv.reader(io.StringIO(schedule(claim).decode())))


def test_the_file_has_the_columns_of_hmrcs_schedule(charity: Issuer) -> None:
    donation = gift(123456)
    declared(charity, donation)
    assert rows(claimed(charity)) == [
        ["Item", "Title", "First name", "Last name", "House name or number", "Postcode", "Aggregated donations",
         "Sponsored event", "Donation date", "Amount"],
        ["1", "Ms", "Zoë", "O'Example Smith", "12a", "CT16 1AA", "", "", f"{donation.paid_at:%d/%m/%y}", "1234.56"],
    ]  # fmt: skip


def test_each_gift_is_claimed_once(charity: Issuer) -> None:
    donation = gift()
    declaration = declared(charity, donation)
    claim = claimed(charity)
    with pytest.raises(Refusal, match="nothing to claim"):
        claimed(charity)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftAidLine.objects.create(claim=claim, donation=donation, declaration=declaration, kind="gift", pence=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftAidLine.objects.update(pence=1)
    assert AuditEntry.objects.filter(action="gift_aid.claimed", object_id=claim.pk).count() == 1


def test_what_went_back_before_is_not_claimed_and_what_goes_back_afterwards_is_taken_back_once(charity: Issuer) -> None:
    partly, wholly = gift(), gift()
    for one in (partly, wholly):
        declared(charity, one)
    apply_refund(refunded(partly, Money(1000, "GBP")), at=timezone.now())
    apply_refund(refunded(wholly, Money(4000, "GBP")), at=timezone.now())
    assert [row[-1] for row in rows(claimed(charity))[1:]] == ["30.00"]
    apply_refund(refunded(partly, Money(500, "GBP")), at=timezone.now())
    assert [one.pence for one in taken_back(charity)] == [500]
    claim = claimed(charity)
    assert rows(claim)[1:] == []
    assert [(line.kind, line.pence) for line in claim.lines.all()] == [("adjustment", 500)]
    assert taken_back(charity) == []


def test_a_declaration_for_one_gift_covers_no_other_and_an_enduring_one_covers_the_donors(charity: Issuer) -> None:
    first, second, other = gift(), gift(), gift(email="else@example.org")
    declared(charity, first)
    assert [one.donation for one in ready(charity, at=timezone.now())] == [first]
    declared(charity, other, enduring=True)
    later = gift(email="Else@example.org")
    old = gift(email="else@example.org")
    Donation.objects.filter(pk=old.pk).update(paid_at=timezone.now() - timedelta(days=4 * 365 + 5))
    assert {one.donation.pk for one in ready(charity, at=timezone.now())} == {first.pk, other.pk, later.pk}
    assert second.pk not in {line.donation_id for line in claimed(charity).lines.all()}


def test_gifts_in_other_currencies_and_unpaid_ones_are_not_eligible(charity: Issuer) -> None:
    for donation in (make_receipted(), make_donation(amount=Money(4000, "GBP"))):
        with pytest.raises(Refusal) as refused:
            declared(charity, donation)
        assert refused.value.code == "not_eligible"
    declared(charity, gift(), enduring=True)
    make_receipted()
    assert [one.donation.currency for one in ready(charity, at=timezone.now())] == ["GBP"]


def test_a_declaration_that_was_taken_back_is_claimed_by_no_more(charity: Issuer) -> None:
    declaration = declared(charity, gift(), enduring=True)
    assert cancel_declaration(declaration=declaration, by="page", at=timezone.now())
    assert not cancel_declaration(declaration=declaration, by="page", at=timezone.now())
    assert ready(charity, at=timezone.now()) == []


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"first_name": "=HYPERLINK(1)"}, "first_name"),
        ({"last_name": "-1+1"}, "last_name"),
        ({"last_name": "x" * 36}, "last_name"),
        ({"house": "@SUM(A1)"}, "house"),
        ({"title": "Professor"}, "title"),
        ({"title": "+1"}, "title"),
        ({"postcode": "90210"}, "postcode"),
    ],
)
def test_nothing_is_declared_that_a_schedule_cannot_hold_or_a_spreadsheet_would_run(
    charity: Issuer, words: dict[str, str], field: str
) -> None:
    who = Taxpayer(
        **{"title": "Ms", "first_name": "Zoë", "last_name": "Example", "house": "1", "postcode": "X", **words}
    )
    with pytest.raises(Refusal) as refused:
        declared(charity, gift(), taxpayer=who)
    assert (refused.value.code, refused.value.field) == ("invalid", field)


def test_only_a_taxpayer_declares_and_a_second_time_changes_nothing(charity: Issuer) -> None:
    donation = gift()
    with pytest.raises(Refusal, match="Only who pays UK tax"):
        declared(charity, donation, is_taxpayer=False)
    first = declared(charity, donation)
    assert declared(charity, donation, enduring=True) == first
    assert (postcode_of("ct161aa"), postcode_of(" x ")) == ("CT16 1AA", "X")


def test_who_declared_lies_under_the_server_key(charity: Issuer) -> None:
    declaration = declared(charity, gift())
    assert taxpayer_of(declaration) == WHO
    assert b"Example" not in bytes(declaration.sealed)
    assert "Example" not in repr(taxpayer_of(declaration))


def test_who_is_forgotten_leaves_what_was_claimed_and_nothing_else(charity: Issuer) -> None:
    done, waiting = gift(), gift(email="else@example.org")
    declared(charity, done, enduring=True)
    claimed(charity)
    declared(charity, waiting, enduring=True)
    for donation in (done, waiting):
        erase_giver(donation=donation, by="user:1", at=timezone.now(), why="asked")
    (kept,) = GiftAidDeclaration.objects.all()
    assert (kept.donation_id, kept.blind_email, kept.canceled_at is None) == (done.pk, None, False)
    assert taxpayer_of(kept) == WHO
    assert forget_declaration(kept.pk, timezone.now())
    assert rows(GiftAidClaim.objects.get())[1][1:6] == [""] * 5
