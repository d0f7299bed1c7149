"""Our books beside the peer's: the same entries, each once, to the cent; gifts, disputes, payouts as they are there."""

from collections import Counter
from typing import Any

from django.db.models import Q, Sum

from donations.gateway.amounts import from_stripe
from donations.ledger.models import Posting, Purpose, Transaction
from donations.models import Dispute, Donation, Payout
from tests.donations.webhooks.storm.peer import Peer

COSTS = (Purpose.FEES, Purpose.DISPUTE_FEES, Purpose.COSTS)
Entry = tuple[str, str, int, int]  # the peer's id, currency, what moved on the balance, what it cost; minor units

Verdict = tuple[str, int, int]  # our word for it; held back, lost: minor units of the gift's currency
_VERDICTS = {"won": "won", "warning_closed": "won", "lost": "lost"}


def theirs(peer: Peer) -> Counter[Entry]:
    """Return the peer's entries."""
    return Counter(_entry(row) for row in peer.everything("balance_transactions"))


def ours() -> Counter[Entry]:
    """Return what is booked of them, each as often as it is."""
    rows = (
        Posting.objects.filter(transaction__posted=True, account__purpose__in=(Purpose.STRIPE, *COSTS))
        .values("transaction__external_ref", "currency")
        .annotate(
            net=Sum("minor", filter=Q(account__purpose=Purpose.STRIPE), default=0),
            fee=Sum("minor", filter=Q(account__purpose__in=COSTS), default=0),
        )
    )
    return Counter((row["transaction__external_ref"], row["currency"], row["net"], row["fee"]) for row in rows)


def totals() -> dict[str, tuple[int, int]]:
    """Return by settlement currency what our books say lies at the peer, and what it cost."""
    found: dict[str, tuple[int, int]] = {}
    for (_ref, currency, net, fee), times in ours().items():
        before = found.get(currency, (0, 0))
        found[currency] = (before[0] + net * times, before[1] + fee * times)
    return found


def totals_of(peer: Peer) -> dict[str, tuple[int, int]]:
    """Return the same as the peer adds it up by itself."""
    balances: dict[str, dict[str, int]] = peer.sandbox.control("GET", "books")["balances"]
    return {
        currency.upper(): tuple(from_stripe(row[column], currency).minor for column in ("net", "fee"))  # type: ignore[misc]
        for currency, row in balances.items()
    }


def misread(peer: Peer) -> list[tuple[str, str, str]]:
    """Return donations that are not what their pages say: id, our state, what it should be."""
    pages = {row["id"]: row for row in peer.everything("checkout/sessions")}
    rows = Donation.objects.exclude(checkout_session=None)
    return [(row.pk, row.status, wanted) for row in rows if row.status != (wanted := _wanted(row, pages, peer))]


def disputes() -> dict[str, Verdict]:
    """Return every dispute with what our books say its bank holds back and keeps."""
    moved = Posting.objects.filter(transaction__posted=True, account__purpose__in=(Purpose.DISPUTES, Purpose.LOSSES))
    sums = {
        (row["transaction__cause"], row["account__purpose"]): row["total"]
        for row in moved.values("transaction__cause", "account__purpose").annotate(total=Sum("minor")).order_by()
    }
    return {
        row.stripe_dispute: (row.status, sums.get((row.pk, "disputes"), 0), sums.get((row.pk, "losses"), 0))
        for row in Dispute.objects.all()
    }


def disputes_of(peer: Peer) -> dict[str, Verdict]:
    """Return the same from the peer's balance transactions; what was converted is the whole or nothing."""
    found = {}
    for row in peer.everything("disputes"):
        status = _VERDICTS.get(row["status"], "open")
        has = -sum(entry["amount"] for entry in row["balance_transactions"])
        if any(entry["currency"] != row["currency"] for entry in row["balance_transactions"]):
            has = from_stripe(row["amount"], row["currency"]).minor if has else 0
        found[row["id"]] = (status, has, 0) if status == "open" else (status, 0, has)
    return found


def payouts() -> dict[str, tuple[str, str, int]]:
    """Return every payout: state, currency and amount."""
    return {row.stripe_payout: (row.status, row.currency, row.amount_minor) for row in Payout.objects.all()}


def payouts_of(peer: Peer) -> dict[str, tuple[str, str, int]]:
    """Return the same as the peer has it."""
    return {row["id"]: (row["status"], row["currency"].upper(), row["amount"]) for row in peer.everything("payouts")}


def at_bank() -> dict[str, int]:
    """Return by currency what our books say has reached the bank; what is under way must be nothing."""
    rows = Posting.objects.filter(transaction__posted=True, account__purpose__in=(Purpose.BANK, Purpose.TRANSIT))
    sums = rows.values("account__purpose", "currency").annotate(total=Sum("minor")).order_by()
    assert not [row for row in sums if row["account__purpose"] == Purpose.TRANSIT and row["total"]]
    return {row["currency"]: row["total"] for row in sums if row["account__purpose"] == Purpose.BANK and row["total"]}


def arrived(peer: Peer) -> dict[str, int]:
    """Return the same by the payouts that the peer calls paid."""
    found: Counter[str] = Counter()
    for status, currency, amount in payouts_of(peer).values():
        found[currency] += amount if status == "paid" else 0
    return dict(found)


def nothing_hangs() -> bool:
    """Whether every transaction is posted and no donation contradicts its page."""
    return not Transaction.objects.filter(posted=False).exists() and not Donation.objects.mismatched().exists()


def _entry(row: dict[str, Any]) -> Entry:
    currency = row["currency"]
    net, fee = from_stripe(row["net"], currency), from_stripe(row["fee"], currency)
    return row["id"], net.currency, net.minor, fee.minor


def _wanted(donation: Donation, pages: dict[str, dict[str, Any]], peer: Peer) -> str:
    page = pages[donation.checkout_session or ""]
    if page["payment_status"] == "paid":
        return "paid"
    if page["status"] != "complete":
        return {"open": "pending"}.get(page["status"], page["status"])
    intent = peer.get(f"payment_intents/{page['payment_intent']}")
    return "processing" if intent["status"] == "processing" else "failed"
