"""`mail.send`: text, a neutral envelope, and no address anywhere but in the mail."""

import email
import stat
from email.policy import default
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_lazy as _
from pytest_django.fixtures import Settings

from kernel.outbox import GiveUp, TryAgain
from kernel.outbox import mail as outbox_mail

ADDRESS = "canary-7431@example.org"


@pytest.fixture
def template(tmp_path: Path, settings: Settings) -> str:
    (tmp_path / "notice.txt").write_text("Hello {{ greeting }}\n{{ link }}\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "notice.txt"


def send(template: str, **other: Any) -> None:
    outbox_mail.send(
        **{
            "to": ADDRESS,
            "subject": "A message for you",
            "template": template,
            "context": {"greeting": "Ann & <Bob>", "link": "https://example.org/?a=1&b=2"},
            "language": "en",
            **other,
        }
    )


class Refusing(BaseEmailBackend):
    """A mail server that does not want this recipient, and says so with the address."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({ADDRESS: (550, b"no such user " + ADDRESS.encode())})


class Broken(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected(f"while sending to {ADDRESS}")


def test_it_sends_plain_text_from_our_sender(template: str) -> None:
    send(template)
    (message,) = django_mail.outbox
    assert message.to == [ADDRESS]
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert message.subject == "A message for you"
    assert message.body == "Hello Ann & <Bob>\nhttps://example.org/?a=1&b=2\n"
    assert message.message().get_content_type() == "text/plain"


def test_it_speaks_the_readers_language(template: str) -> None:
    send(template, subject=_("Russian"), language="ru")
    send(template, subject=_("Russian"), language="xx")
    assert [message.extra_headers["Content-Language"] for message in django_mail.outbox] == ["ru", "en"]
    assert django_mail.outbox[1].subject == "Russian"


@pytest.mark.parametrize(
    "other", [{"to": f"{ADDRESS}\nBcc: spy@example.org"}, {"subject": "Hello\nBcc: spy@example.org"}]
)
def test_it_lets_nobody_slip_in_a_header(template: str, other: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="newline"):
        send(template, **other)


@pytest.mark.parametrize(("backend", "error"), [("Refusing", GiveUp), ("Broken", TryAgain)])
def test_it_does_not_repeat_the_address_when_it_fails(
    template: str, backend: str, error: type[Exception], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"tests.kernel.outbox.test_mail.{backend}"
    with pytest.raises(error) as caught:
        send(template)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert ADDRESS not in repr(caught.value)


def test_the_file_backend_writes_one_file_a_mail_for_its_owner_alone(
    template: str, tmp_path: Path, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "kernel.outbox.mail.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    send(template)
    send(template, to="second@example.org", subject="Второе письмо")
    folder = tmp_path / "mail"
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    first, second = (email.message_from_bytes(file.read_bytes(), policy=default) for file in files)
    assert first["To"] == ADDRESS
    assert second["Subject"] == "Второе письмо"
    assert "https://example.org/?a=1&b=2" in first.get_content()
