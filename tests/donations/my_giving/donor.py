"""A donor with a mailbox: asks for a link, opens it, and walks about their page as its forms let them."""

import re
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.utils import timezone

from donations.models import GivingLink
from donations.my_giving.asking import LINK_LIVES
from donations.my_giving.words import digest, mailbox, new_word
from kernel.vault.index import blind_email
from tests.factories.receipts import EMAIL
from tests.offers.pages.visitor import Visitor, deliver

LINK = re.compile(r"https?://[^/\s]+(/(?:ru/)?my-giving/([a-z2-7]{32})/)")


def links() -> list[str]:
    """Return the paths of the links in all mails that went out, oldest first."""
    return [found[1] for letter in mail.outbox for found in LINK.finditer(letter.body)]


def mailed_link(visitor: Visitor, email: str = EMAIL) -> str:
    """Ask for a link and return its path as it was mailed."""
    before = len(links())
    assert visitor.send("/my-giving/", email=email).status_code == 200
    deliver()
    (path,) = links()[before:]
    return path


def opened(visitor: Visitor, email: str = EMAIL) -> HttpResponse:
    """Ask for a link, open it, and return the page with everything on it."""
    path = mailed_link(visitor, email)
    return press(visitor, visitor.get(path), "/my-giving/open/")


def press(visitor: Visitor, page: HttpResponse, path: str, **fields: Any) -> HttpResponse:
    """Send a form of a page to `path`, with its hidden fields."""
    return visitor.post(path, page, **fields)


def words_of(page: HttpResponse) -> str:
    """Return what a page says, from its heading to the end of the matter."""
    text = page.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]))


def make_link(email: str = EMAIL) -> str:
    """Return the word of a link to what was given with an address, without the mail."""
    word, at = new_word(), timezone.now()
    GivingLink.objects.create(
        blind_email=blind_email(email),
        mailbox=mailbox(email, word),
        digest=digest(word),
        made_at=at,
        good_until=at + LINK_LIVES,
    )
    return word
