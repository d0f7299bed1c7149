"""What a tax scheme has to be able to do, and those that this house knows. An issuer's terms carry the word of one.

Another scheme is another package beside `gift_aid`: declarations of its own, and an object with these few methods that
is registered when the app is loaded. The console knows nothing more of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from donations.giving.models import Donation
from donations.receipts.models import Issuer
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as the console shows it: `given` is what its gifts amount to, `tax` what is asked for on them.

    `adjustment` is the tax that has to be given back, as one sum.
    """

    id: str
    made_at: datetime
    gifts: int
    given: Money
    tax: Money
    adjustment: Money


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a claim made now would say."""

    gifts: int
    given: Money
    taken_back: Money


@dataclass(frozen=True, slots=True)
class File:
    """A file for the tax office."""

    name: str
    content_type: str
    content: bytes


class TaxScheme(Protocol):
    """One scheme. `code` is what an issuer's terms carry, `label` what a person reads."""

    code: str
    label: "str | Promise"

    def may_declare(self, donation: Donation) -> bool:
        """Whether the donor of a gift can declare something about it now."""
        ...

    def waiting(self, issuer: Issuer, *, at: datetime) -> Waiting:
        """Return what is ready to be claimed, net of what went back."""
        ...

    def claim(self, issuer: Issuer, *, by: str, at: datetime) -> str:
        """Claim what is ready, each gift once, and return the claim's id. Raises Refusal `nothing_to_claim`."""
        ...

    def claims(self, issuer: Issuer) -> list[Claimed]:
        """Return the claims of an issuer, newest first."""
        ...

    def file(self, issuer: Issuer, claim_id: str, *, by: str, at: datetime) -> File | None:
        """Return the file of a claim, noting who took it; None if the issuer has no such claim."""
        ...


SCHEMES: dict[str, TaxScheme] = {}


def register(scheme: TaxScheme) -> None:
    """Make a scheme known. Registering again replaces."""
    SCHEMES[scheme.code] = scheme
