"""References: somebody was asked about the provider of an offer."""

from datetime import datetime

from django.utils import timezone

from kernel.vault.index import blind_email
from offers.pledges.drafting import provider_of
from offers.pledges.models import Pledge
from offers.pledges.references.answering import answer
from offers.pledges.references.asking import ask_referee
from offers.pledges.references.models import Reference
from tests.factories.pledges import make_pledge

REFEREE = "referee@waystation.invalid"


def make_reference(
    pledge: Pledge | None = None, *, email: str = REFEREE, by: str = "", at: datetime | None = None
) -> Reference:
    """Return a question that waits for its answer; the provider of an offer in vetting named the referee."""
    pledge = pledge or make_pledge(status="vetting")
    by, at = by or provider_of(pledge), at or timezone.now()
    return ask_referee(pledge=pledge, email=email, blind=blind_email(email), language="en", by=by, at=at)


def make_answer(
    reference: Reference,
    *,
    trust: str = "yes",
    known_for: str = "long",
    against_children: str = "no",
    at: datetime | None = None,
) -> Reference:
    """Return the question answered, well unless said otherwise."""
    return answer(
        reference=reference,
        known_for=known_for,
        trust=trust,
        against_children=against_children,
        at=at or timezone.now(),
    )
