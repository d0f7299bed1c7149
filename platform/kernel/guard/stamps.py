"""The stamp of a form: which form it is, when it was shown, and how hard its riddle is.

Signed, and written nowhere until the form is sent: showing a form costs the database nothing.
"""

import secrets
import time
from dataclasses import dataclass

from django.core import signing

from kernel.guard.riddle import bits_now

LASTS = 6 * 3600  # seconds
WORD_BYTES = 16
_SIGNER = signing.Signer(salt="kernel.guard.stamp")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp of ours: `word` is its own, `opened` a Unix time in seconds, `bits` the difficulty of its riddle."""

    form: str
    word: str
    bits: int
    opened: float

    @property
    def age(self) -> float:
        """Seconds since the form was shown."""
        return time.time() - self.opened


def new_stamp(form: str, *, harder: int = 0) -> str:
    """Return a stamp for a form that is shown now, its riddle `harder` by so many bits. `form` has no dots."""
    facts = (form, str(bits_now() + harder), str(int(time.time() * 1000)), secrets.token_urlsafe(WORD_BYTES))
    return _SIGNER.sign(".".join(facts))


def read_stamp(text: str, form: str) -> Stamp | None:
    """Return the stamp, or None if it is not ours, not of this form, or too old to be believed."""
    try:
        of_form, bits, millis, word = _SIGNER.unsign(text).split(".")
    except (signing.BadSignature, ValueError):
        return None
    stamp = Stamp(of_form, word, int(bits), int(millis) / 1000)
    return stamp if of_form == form and stamp.age <= LASTS else None
