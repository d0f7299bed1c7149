"""Mails: plain text, a neutral subject, our own sender, and no address in any log."""

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template import Context, Engine
from django.utils import translation

from kernel.outbox.failures import GiveUp, TryAgain


def send(*, to: str, subject: str, template: str, context: Mapping[str, Any], language: str) -> None:
    """Send one text mail to one person, in `language` (a code of LANGUAGES; any other reads English).

    `subject` may be a lazy translation; it names neither person nor matter. `template` is a text template's path.
    Call it from an outbox handler. Raises TryAgain `mail_unavailable` or GiveUp `recipient_refused`, neither of which
    repeats the address.
    """
    known = {code for code, _name in settings.LANGUAGES}
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        text = Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))
        message = EmailMessage(
            subject=str(subject),
            body=text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[to],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": translation.get_language() or "en"},
        )
    try:
        message.send()
    # `from None`: the mail server's own error text repeats the address
    except SMTPRecipientsRefused:
        raise GiveUp("recipient_refused") from None
    except (SMTPException, OSError):
        raise TryAgain("mail_unavailable") from None


class FileBackend(BaseEmailBackend):
    """Writes each mail as one `.eml` file, readable by its owner alone, into `settings.EMAIL_FILE_PATH`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages and return how many there were. A file appears whole or not at all."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{secrets.token_hex(4)}"  # a folder listing is in order of sending
            draft = folder / f".{name}.part"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(message.message().as_bytes(linesep="\r\n"))
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)
