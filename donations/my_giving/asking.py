"""Asking for a link. The request does the same for every address; the worker sees if anything was given with it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from donations.my_giving.models import GivingLink
from donations.my_giving.traces import lock, traces
from donations.my_giving.words import digest, mailbox, new_word
from kernel.outbox import TryAgain, enqueue, handles, mail
from kernel.vault.index import spelled

ASKED = "donations.my_giving_asked"
SUBJECT = _("The link you asked for")
LINK_LIVES = timedelta(minutes=20)
# whoever asks, and however often; each of these opens the page in the mailbox of the one whose page it is
MOST_AN_HOUR, MOST_A_DAY = 3, 8


def ask_for_link(blind: bytes) -> None:
    """Promise a link to an address, known by its blind index, if anything was given with it."""
    enqueue(ASKED, blind.hex())


@handles(ASKED)
def mail_links(object_id: str) -> None:
    """Mail a link to the address that was kept, if one is; it is in the mail alone, and in no row."""
    at = timezone.now()
    for email, language in _mailboxes(bytes.fromhex(object_id)):
        word = new_word()
        if _noted(bytes.fromhex(object_id), email, word, at):
            _send(email, language, word)


def _mailboxes(blind: bytes) -> list[tuple[str, str]]:
    """Return each address, as spelled last, with the language of its last gift."""
    return list({spelled(one.email): (one.email, one.language) for one in traces(blind) if one.given}.values())


@transaction.atomic
def _noted(blind: bytes, email: str, word: str, at: datetime) -> bool:
    """Write the link's row, unless the address is forgotten meanwhile, or was written to often enough."""
    if not lock(blind):  # one worker at a time counts, and none while the address is forgotten
        return False
    made = GivingLink.objects.filter(blind_email=blind)
    for span, most in ((timedelta(hours=1), MOST_AN_HOUR), (timedelta(days=1), MOST_A_DAY)):
        if made.filter(made_at__gt=at - span).count() >= most:
            return False
    GivingLink.objects.create(
        blind_email=blind,
        mailbox=mailbox(email, word),
        digest=digest(word),
        made_at=at,
        good_until=at + LINK_LIVES,
    )
    return True


def _send(email: str, language: str, word: str) -> None:
    subject: Any = SUBJECT  # lazy: it is read in the language of the mail
    with translation.override(language):
        link = urljoin(settings.PUBLIC_URL, reverse("donations:my_giving_link", kwargs={"word": word}))
    try:
        mail.send(
            to=email, subject=subject, template="donations/mail_link.txt", context={"link": link}, language=language
        )
    except TryAgain:
        # the next try makes a word of its own; this one never went out
        GivingLink.objects.filter(digest=digest(word)).delete()
        raise
