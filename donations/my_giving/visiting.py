"""Opening a link, once, and the quarter of an hour after it: known by a word that forms carry, and no cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext_noop as _

from donations.my_giving.models import GivingLink, VisitEnd
from donations.my_giving.traces import Trace, traces
from donations.my_giving.words import digest, mailbox, visit_word
from kernel import audit
from kernel.states import Refusal

VISIT_LIVES = timedelta(minutes=15)
OVER = Refusal("link_over", _("This link was used, or its time is over. Ask for a new one."))


@dataclass(frozen=True)
class Visit:
    """A link that was opened, with the word of the visit."""

    link: GivingLink
    word: str

    def __repr__(self) -> str:
        """Show nothing: the word does not belong in a log."""
        return "Visit(…)"

    @cached_property
    def traces(self) -> list[Trace]:
        """By what the mailbox is known, oldest first; read once."""
        return _of_mailbox(self.link, self.word)


def _of_mailbox(link: GivingLink, word: str) -> list[Trace]:
    kept = bytes(link.mailbox)
    return [one for one in traces(bytes(link.blind_email)) if mailbox(one.email, word) == kept]


def is_good(word: str, *, at: datetime) -> bool:
    """Whether a link can still be opened."""
    return GivingLink.objects.filter(digest=digest(word), opened_at=None, good_until__gt=at).exists()


@transaction.atomic
def enter(*, word: str, nonce: str, at: datetime) -> Visit:
    """Open a link. The same page sent twice opens it once and is answered alike. Raises Refusal `link_over`."""
    link = GivingLink.objects.filter(digest=digest(word)).first()
    if link is None:
        raise OVER
    visit = visit_word(word, nonce)
    known = _of_mailbox(link, word) if link.opened_at is None else []
    if known:
        opened = GivingLink.objects.filter(pk=link.pk, opened_at=None, good_until__gt=at).update(
            opened_at=at,
            visit_digest=digest(visit),
            visit_until=at + VISIT_LIVES,
            mailbox=mailbox(known[0].email, visit),
        )
        if opened:
            audit.record("page", "my_giving.opened", link.pk, at=at)
    return visit_behind(visit, at=at)


def visit_behind(word: str, *, at: datetime) -> Visit:
    """Return the visit that a form's word stands for. Raises Refusal `link_over`."""
    link = GivingLink.objects.filter(visit_digest=digest(word), visit_until__gt=at, ended="").first()
    if link is None:
        raise OVER
    return Visit(link, word)


def was_erased_by(word: str) -> bool:
    """Whether a visit ended because everything was erased: a second press of the button finds this out."""
    return GivingLink.objects.filter(visit_digest=digest(word), ended=VisitEnd.ERASED).exists()


def leave(word: str) -> None:
    """End a visit. Done twice, or for a word that is none, it changes nothing."""
    GivingLink.objects.filter(visit_digest=digest(word), ended="").update(ended=VisitEnd.LEFT)
