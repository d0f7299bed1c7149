"""Every mail a donor can get, as it will arrive: found by its template, `donations/mail_*.txt`; none is forgotten."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from donations.my_giving.asking import SUBJECT as LINK_ASKED
from donations.receipts.mails import SUBJECT as PAPER
from donations.telling.mails import KEPT, LEFT, RETURNED, SENT
from donations.telling.mails import SUBJECT as ABOUT_PAYMENT
from donations.telling.recurring import TEMPLATES as ABOUT_RECURRING

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "donations"
SUBJECTS: dict[str, Any] = {
    "donations/mail_link.txt": LINK_ASKED,
    "donations/mail_paper.txt": PAPER,
    **dict.fromkeys((SENT, RETURNED, KEPT, LEFT, *ABOUT_RECURRING.values()), ABOUT_PAYMENT),
}  # lazy words by template
LINK = "/…/0123456789abcdef/"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in one language; `subject` is "" where nobody said it."""

    template: str
    language: str
    sender: str
    subject: str
    text: str


def templates() -> list[str]:
    """Return the templates of all mails to donors, sorted."""
    return sorted(f"donations/{path.name}" for path in FOLDER.glob("mail_*.txt"))


def letters() -> list[Letter]:
    """Return every mail in every language, with a link that leads nowhere and nothing of any donor."""
    return [_letter(template, code) for template in templates() for code, _name in settings.LANGUAGES]


def _letter(template: str, language: str) -> Letter:
    with translation.override(language):
        sample = Context({"link": urljoin(settings.PUBLIC_URL, LINK)}, autoescape=False)
        text = Engine.get_default().get_template(template).render(sample)
        return Letter(template, language, settings.DEFAULT_FROM_EMAIL, str(SUBJECTS.get(template, "")), text.strip())
