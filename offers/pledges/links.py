"""Private links: whoever holds one acts for the provider. They say nothing, and end with their version."""

import base64

from django.utils.crypto import constant_time_compare, salted_hmac

from kernel.ids import ID_LENGTH
from offers.pledges.models import Pledge, PledgeStatus

SIGNED = 32  # characters of base32: 160 bits
TOKEN = f"[a-z2-7]{{{ID_LENGTH + SIGNED}}}"

DRAFT, CONFIRM, MANAGE = "draft", "confirm", "manage"


def signature(purpose: str, bound: str) -> str:
    """Return 160 bits in base32 that only the server can make, good for one purpose and one text."""
    digest = salted_hmac(f"offers.link.{purpose}", bound, algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode().lower()


def _signature(pledge: Pledge, purpose: str, version: int) -> str:
    return signature(purpose, f"{pledge.pk}:{version}")


def token(pledge: Pledge, purpose: str) -> str:
    """Return the word in the address of a private page: the pledge's random id, signed for this purpose alone."""
    return pledge.pk.removeprefix("pl_") + _signature(pledge, purpose, pledge.link_version)


def _opened(word: str, purpose: str, *, age: int) -> Pledge | None:
    pledge = Pledge.objects.filter(pk=f"pl_{word[:ID_LENGTH]}").select_related("organisation").first()
    if pledge is None:
        return None
    signature = _signature(pledge, purpose, pledge.link_version - age)
    return pledge if constant_time_compare(signature, word[ID_LENGTH:]) else None


def pledge_behind(word: str, purpose: str) -> Pledge | None:
    """Return the pledge a link leads to, or None if it never did, no longer does, or was made for something else."""
    return _opened(word, purpose, age=0)


def was_erased_by(word: str, purpose: str) -> bool:
    """Whether a link led to an offer until that was erased, having been taken back just before or earlier."""
    opened = (_opened(word, purpose, age=age) for age in (1, 2))
    return any(pledge is not None and pledge.status == PledgeStatus.ERASED for pledge in opened)


def was_withdrawn_by(word: str, purpose: str) -> bool:
    """Whether a link led to an offer until that was withdrawn: a second click on the button finds this out."""
    pledge = _opened(word, purpose, age=1)
    return pledge is not None and pledge.status == PledgeStatus.WITHDRAWN
