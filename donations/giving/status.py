"""What a donation looks like from outside: its life until paid, then what the ledger says became of the money."""

from collections.abc import Iterable
from dataclasses import dataclass

from donations.giving.models import Donation
from donations.giving.states import DonationStatus, PublicStatus
from donations.ledger.queries import Settled, settled


@dataclass(frozen=True, slots=True)
class Shown:
    """A donation with its derived status and what is booked of it."""

    donation: Donation
    status: PublicStatus
    books: Settled


def shown(donations: Iterable[Donation]) -> list[Shown]:
    """Return each donation with its public status and its figures, in the same order; one query for all of them."""
    rows = list(donations)
    books = settled((row.pk, row.currency) for row in rows)
    return [Shown(row, _status(row, books[row.pk]), books[row.pk]) for row in rows]


def _status(donation: Donation, books: Settled) -> PublicStatus:
    if donation.status != DonationStatus.PAID:
        return PublicStatus(donation.status)
    if books.contested.minor:
        return PublicStatus.DISPUTED
    for back, whole, part in (
        (books.lost, PublicStatus.LOST, PublicStatus.PARTIALLY_LOST),
        (books.refunded, PublicStatus.REFUNDED, PublicStatus.PARTIALLY_REFUNDED),
    ):
        if back.minor:
            return whole if back.minor >= donation.total_minor else part
    return PublicStatus.PAID
