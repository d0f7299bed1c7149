"""A file that goes to a bank with our answer: believed by its first bytes, a picture drawn anew, and kept nowhere here.

Pure functions over bytes. It passes through memory to Stripe; what stays is Stripe's id of it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from kernel.pictures.redrawing import redrawn
from kernel.states import Refusal

PDF, END = b"%PDF-", b"%%EOF"
MOST_BYTES = 4 * 2**20  # of a PDF: Stripe passes on 4.5 MB in all
LOCKED = b"/Encrypt"


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What is sent: a JPEG that `redrawn` made, or a PDF as it came. `ending` is jpg or pdf."""

    content: bytes
    ending: str


def paper_of(sent: bytes) -> Paper:
    """Return what may be sent of a file: of a picture its pixels alone, a PDF as it is. Call it outside a transaction.

    Raises Refusal `file_too_large`, `file_broken`, or those of `redrawn`, all at the field `file`.
    """
    if sent.startswith(PDF):
        return _pdf(sent)
    try:
        return Paper(redrawn(sent).jpeg, "jpg")
    except Refusal as refusal:
        sentence = _("Only PDF, JPEG, PNG and WebP are taken.") if refusal.code == "photo_kind" else refusal.sentence
        raise Refusal(refusal.code, sentence, "file") from None


def _pdf(sent: bytes) -> Paper:
    if len(sent) > MOST_BYTES:
        raise Refusal("file_too_large", _("This PDF is larger than 4 MB: send a smaller one."), "file")
    if END not in sent[-1024:] or LOCKED in sent:
        raise Refusal("file_broken", _("This PDF is not whole, or locked: nobody at the bank could read it."), "file")
    return Paper(sent, "pdf")
