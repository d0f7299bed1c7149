"""Sealing and opening what a donor wrote. It goes to no payment page, mail, receipt or log."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from donations.giving.dedications.models import Dedication
from donations.giving.models import Donation
from kernel import audit
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal

MOST_HONOUR, MOST_MESSAGE = 120, 500
PADDED_TO = 4096  # bytes: the longest that can be typed fits, and all rows look alike


@dataclass(frozen=True)
class Words:
    """What was written; either may be empty."""

    honour: str = ""
    message: str = ""

    def __repr__(self) -> str:
        """Show nothing: these words do not belong in a log."""
        return "Words(…)"

    def __bool__(self) -> bool:
        """Whether anything was written."""
        return bool(self.honour or self.message)


def dedication_context(dedication: Dedication) -> str:
    """What the sealed words are bound to."""
    return f"dedication {dedication.pk} {dedication.donation_id}"


@transaction.atomic
def dedicate(*, donation: Donation, words: Words, at: datetime) -> Dedication | None:
    """Keep what a donor wrote beside a gift; without words nothing is kept. A gift has one dedication, the first.

    `honour` is at most MOST_HONOUR characters, `message` MOST_MESSAGE.
    """
    if not words:
        return None
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    known = Dedication.objects.filter(donation=held).first()
    if known:
        return known
    dedication = Dedication(donation=held, created_at=at)
    plain = json.dumps(asdict(words), ensure_ascii=False).encode()
    dedication.sealed = kek.encrypt(plain.ljust(PADDED_TO), dedication_context(dedication))
    dedication.save(force_insert=True)
    return dedication


def words_of(dedication: Dedication) -> Words:
    """Return what was written. Raises BrokenSeal if the row was changed or moved."""
    return Words(**json.loads(kek.decrypt(bytes(dedication.sealed), dedication_context(dedication))))


def written_beside(donation_id: str) -> Words:
    """Return what was written beside a gift: nothing, if nothing was or if it can no longer be read."""
    found = Dedication.objects.filter(donation=donation_id).first()
    try:
        return words_of(found) if found else Words()
    except BrokenSeal:
        return Words()


@transaction.atomic
def read_dedication(dedication: Dedication, *, by: str, at: datetime) -> Words:
    """Return what was written, to a person of the team; the trail remembers who read it. Raises BrokenSeal."""
    words = words_of(dedication)
    Dedication.objects.filter(pk=dedication.pk, read_at=None).update(read_at=at)
    audit.record(by, "dedication.read", dedication.pk, at=at)
    return words


@transaction.atomic
def forget_dedication(donation_id: str) -> bool:
    """Delete what was written beside a gift. Returns whether there was anything."""
    deleted, _by_model = Dedication.objects.filter(donation=donation_id).delete()
    return bool(deleted)
