"""Our books beside the peer's: the same entries, each once, to the cent; and every gift in the state its page is in."""

from collections import Counter
from typing import Any

from django.db.models import Q, Sum

from donations.gateway.amounts import from_stripe
from donations.ledger.models import Posting, Purpose, Transaction
from donations.models import Donation
from tests.donations.webhooks.storm.peer import Peer

Entry = tuple[str, str, int, int]  # the peer's id, currency, what moved on the balance, what it cost; minor units


def theirs(peer: Peer) -> Counter[Entry]:
    """Return the peer's entries."""
    return Counter(_entry(row) for row in peer.everything("balance_transactions"))


def ours() -> Counter[Entry]:
    """Return what is booked of them, each as often as it is."""
    rows = (
        Posting.objects.filter(transaction__posted=True, account__purpose__in=(Purpose.STRIPE, Purpose.FEES))
        .values("transaction__external_ref", "currency")
        .annotate(
            net=Sum("minor", filter=Q(account__purpose=Purpose.STRIPE), default=0),
            fee=Sum("minor", filter=Q(account__purpose=Purpose.FEES), default=0),
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
