"""The riddle of a stamp: a number that only trying finds and one hash proves. Nobody has to solve it.

The browser's script (static/guard/work.js) looks for a number n below 2^32 so that
SHA-256(SHA-256(stamp) + n as eight bytes, big-endian) begins with `bits` zero bits: 2^bits tries on average.
"""

import hashlib
import re
from datetime import timedelta
from math import log2

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

PROOF = re.compile(r"[0-9]{1,10}", re.ASCII)
HARDER_BY_AT_MOST = 5  # bits: 32 times the work
LOOKED_AT = timedelta(minutes=10)
USUAL = 100  # forms in that time; each doubling beyond makes the riddle one bit harder
REMEMBERED = 10  # seconds, so that showing a form asks the database next to nothing


def solved(stamp: str, proof: str, bits: int) -> bool:
    """Whether `proof` solves the riddle of a stamp. Two hashes: microseconds, whatever was sent."""
    if not PROOF.fullmatch(proof):
        return False
    seed = hashlib.sha256(stamp.encode()).digest()
    found = hashlib.sha256(seed + int(proof).to_bytes(8, "big")).digest()
    return int.from_bytes(found, "big") >> (256 - bits) == 0


def bits_for(forms: int) -> int:
    """Return how hard a riddle is while so many forms came in during the last ten minutes."""
    harder = int(log2(forms / USUAL)) if forms > USUAL else 0
    return int(settings.FORM_WORK_BITS) + min(harder, HARDER_BY_AT_MOST)


def bits_now() -> int:
    """Return how hard a riddle is now."""
    # the package is imported before the app registry is ready, the models are not
    from kernel.guard.models import SpentStamp

    lately = timezone.now() - LOOKED_AT
    count = caches["buckets"].get_or_set(
        "forms-lately", lambda: SpentStamp.objects.filter(spent_at__gt=lately).count(), REMEMBERED
    )
    return bits_for(count or 0)
