"""Private links to papers: they say nothing, and work for thirty days, or until the donor is forgotten."""

import base64
import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from kernel.ids import ID_LENGTH

ORIGINAL, COPY, SUMMARY = "o", "c", "s"
LIVES = timedelta(days=30)
SIGNED = 32  # characters of base32: 160 bits
WORD = f"[a-z2-7]{{{ID_LENGTH}}}[{ORIGINAL}{COPY}{SUMMARY}][0-9]{{6}}[a-z2-7]{{{SIGNED}}}"
_PARTS = re.compile(rf"([a-z2-7]{{{ID_LENGTH}}})([a-z])([0-9]{{6}})([a-z2-7]{{{SIGNED}}})")


def _signature(bare: str, purpose: str, last: int) -> str:
    digest = salted_hmac("donations.paper.link", f"{bare}:{purpose}:{last}", algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode().lower()


def link_to(thing_id: str, purpose: str, *, language: str, at: datetime) -> str:
    """Return the whole address of a paper; `thing_id` is the reference of a receipt, or the id of a summary."""
    bare, last = thing_id.partition("_")[2], (at + LIVES).date().toordinal()
    word = f"{bare}{purpose}{last}{_signature(bare, purpose, last)}"
    with translation.override(language):
        return settings.PUBLIC_URL.rstrip("/") + reverse("donations:my_paper", kwargs={"word": word})


def behind(word: str, *, at: datetime) -> tuple[str, str] | None:
    """Return (purpose, id without its prefix) of a link; None if it was not made here, or its days are over."""
    parts = _PARTS.fullmatch(word)
    if parts is None:
        return None
    bare, purpose, last, signature = parts.groups()
    if not constant_time_compare(_signature(bare, purpose, int(last)), signature):
        return None
    return (purpose, bare) if at.date() <= date.fromordinal(int(last)) else None
