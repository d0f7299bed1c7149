"""Issuing: a gift's receipts are brought in line with what the books say of it, and numbered without a gap.

What a gift still amounts to is read from the ledger: what was given, less what went back or was lost. When its receipts
say less, a receipt is issued; when they say more, a counter-receipt. So it does not matter which fact came first, from
where, or how often it was told; and nothing that was issued is ever touched.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.ledger.models import Purpose
from donations.ledger.queries import posted
from donations.offline.models import OfflineGift
from donations.receipts.issuers import current_terms, latest_terms
from donations.receipts.models import Issuer, IssuerTerms, Receipt, ReceiptKind, ReceiptWish
from donations.receipts.wishes import asker, wish_of
from kernel import audit, outbox
from kernel.ids import new_id
from kernel.money import Money

MAIL = "donations.receipt_mail"
SYSTEM = "system"
# what the donor gave, and every way in which it went back
GIVEN_AND_BACK = (Purpose.GIFTS, Purpose.REFUNDS, Purpose.LOSSES)  # what is held back may come again


def standing(donation: Donation) -> Money:
    """Return what the books say the donor has given and not got back, in the currency of the gift."""
    rows = posted().filter(
        transaction__subject=donation.pk, account__purpose__in=GIVEN_AND_BACK, currency=donation.currency
    )
    return Money(max(-(rows.aggregate(total=Sum("minor"))["total"] or 0), 0), donation.currency)


def standings(ids: Iterable[str], currency: str) -> dict[str, Money]:
    """Return the same for many gifts of one currency by id, those that have come back whole left out. One query."""
    rows = (
        posted()
        .filter(transaction__subject__in=list(ids), account__purpose__in=GIVEN_AND_BACK, currency=currency)
        .values("transaction__subject")
        .annotate(total=Sum("minor"))
    )
    return {row["transaction__subject"]: Money(-row["total"], currency) for row in rows if row["total"] < 0}


def said(receipts: "QuerySet[Receipt]", currency: str) -> Money:
    """Return what receipts amount to, less what counter-receipts took back."""
    totals = receipts.aggregate(
        given=Sum("amount_minor", filter=Q(kind=ReceiptKind.RECEIPT), default=0),
        back=Sum("amount_minor", filter=Q(kind=ReceiptKind.COUNTER), default=0),
    )
    return Money(totals["given"] - totals["back"], currency)


@transaction.atomic
def bring_in_line(donation: Donation, *, at: datetime) -> list[Receipt]:
    """Issue what is missing for a gift whose donor asked for a receipt; return what was issued, in order.

    Done twice it issues nothing more. Where nobody issues receipts none is issued. A counter-receipt stands in the
    series of what it corrects.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    terms = current_terms()
    if not held.wants_receipt or held.status != DonationStatus.PAID:
        return []
    difference = standing(held) - said(held.receipts.all(), held.currency)
    if not difference:
        return []
    wish = wish_of(held, at=at)
    if difference.minor > 0:
        # who asked to be forgotten before gets no further paper
        issued = [_issue(held, terms, difference, wish, None, at)] if wish and terms else []
    else:
        issued = [
            _issue(held, latest_terms(one.issuer), part, wish, one, at) for one, part in _to_correct(held, -difference)
        ]
    for one in issued if wish else ():
        outbox.enqueue(MAIL, one.reference)
    return issued


def _to_correct(held: Donation, amount: Money) -> list[tuple[Receipt, Money]]:
    """Return which receipts are to be taken back by how much: the newest first, none by more than is left of it."""
    found = []
    for one in held.receipts.filter(kind=ReceiptKind.RECEIPT).order_by("-pk"):
        left = one.amount - said_back(one)
        part = min(left, amount)
        if part:
            found.append((one, part))
            amount -= part
    return found


def said_back(receipt: Receipt) -> Money:
    """Return what counter-receipts took back of a receipt."""
    total = receipt.corrections.aggregate(total=Sum("amount_minor"))["total"] or 0
    return Money(total, receipt.currency)


def _issue(
    held: Donation,
    terms: IssuerTerms,
    amount: Money,
    wish: ReceiptWish | None,
    corrects: Receipt | None,
    at: datetime,
) -> Receipt:
    return write_receipt(
        terms,
        amount=amount,
        at=at,
        by=SYSTEM,
        corrects=corrects,
        donation=held,
        given_on=(held.paid_at or at).date(),
        language=held.language,
        donor_digest=asker(wish).digest if wish else "",
    )


def write_receipt(
    terms: IssuerTerms,
    *,
    amount: Money,
    at: datetime,
    by: str,
    given_on: date,
    language: str,
    reference: str = "",
    corrects: Receipt | None = None,
    donation: Donation | None = None,
    offline_gift: OfflineGift | None = None,
    donor_digest: str = "",
) -> Receipt:
    """Take the next number under the issuer's lock and write the receipt: both are there together, or neither.

    It is of a donation or of a gift past Stripe. Call it in a transaction that holds that gift.
    """
    Issuer.objects.select_for_update().get(pk=terms.issuer_id)
    year = at.year
    last = Receipt.objects.filter(issuer=terms.issuer_id, year=year).order_by("-number").first()
    receipt = Receipt.objects.create(
        reference=reference or new_id("rc"),
        issuer=terms.issuer,
        terms=terms,
        year=year,
        number=(last.number if last else 0) + 1,
        kind=ReceiptKind.COUNTER if corrects else ReceiptKind.RECEIPT,
        corrects=corrects,
        donation=donation,
        offline_gift=offline_gift,
        amount_minor=amount.minor,
        currency=amount.currency,
        given_on=given_on,
        language=language,
        donor_digest=donor_digest,
        issued_at=at,
    )
    audit.record(by, f"receipt.{receipt.kind}", receipt.reference, at=at)
    return receipt


def receipts_of(donation: Donation) -> list[Receipt]:
    """Return the receipts and counter-receipts of a gift, in the order they were issued."""
    return list(donation.receipts.select_related("issuer", "terms", "corrects__issuer", "donation"))
