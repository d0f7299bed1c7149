"""Mails about papers and the page behind their link: neutral, private, and over in time."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from donations.receipts.again import send_again
from donations.receipts.forgetting import erase_giver
from donations.receipts.issuing import receipts_of
from donations.receipts.links import COPY, ORIGINAL, behind, link_to
from donations.receipts.paper.sheet import Sheet
from kernel.audit.models import AuditEntry
from kernel.outbox.drain import drain
from kernel.states import Refusal
from tests.factories.receipts import EMAIL, make_issuer, make_receipted
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
# what a relative must not read in a mailbox, a browser's history or a list of downloads
TELLING = ("donat", "gift", "receipt", "harbour", "€", "25.00", "пожертв", "квитанц", "refuge", "zoë")


def mailed(**words: object) -> tuple[object, str]:
    """A receipt that was issued and mailed, and the path of the link."""
    make_issuer()
    donation = make_receipted(name="Zoë Example", **words)
    drain()
    (letter,) = mail.outbox
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    return donation, link[link.index("/", 8) :]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_tells_nothing_to_who_sees_the_mailbox(language: str) -> None:
    mailed(language=language)
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.attachments == []
    assert letter.subject == {"en": "The paper you asked for", "ru": "Документ, который вы просили"}[language]
    told = f"{letter.subject} {letter.from_email} {letter.body}".lower()
    assert [word for word in TELLING if word in told] == []


def test_the_link_opens_the_paper_and_the_page_tells_nothing_either(client: StrictClient) -> None:
    _donation, path = mailed()
    page = client.get(path)
    text = page.content.decode()
    main = text[text.index("<main") : text.index("</main>")].lower()
    assert [word for word in TELLING if word in main] == []
    assert "no-store" in page["Cache-Control"]
    answer = client.get(f"{path}pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="{timezone.now().year}-000001.pdf"'
    assert "no-store" in answer["Cache-Control"]


def test_the_link_is_over_after_thirty_days_and_at_once_when_the_donor_is_forgotten(client: StrictClient) -> None:
    donation, path = mailed()
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        assert client.get(path).status_code == 404
    assert client.get(path).status_code == 200
    erase_giver(donation=donation, by="user:1", at=timezone.now(), why="asked")
    assert client.get(path).status_code == 404
    assert client.get(f"{path}pdf/").status_code == 404


def test_a_link_cannot_be_changed_into_another() -> None:
    make_issuer()
    (receipt,) = receipts_of(make_receipted())
    at = timezone.now()
    word = link_to(receipt.reference, ORIGINAL, language="en", at=at).rstrip("/").rpartition("/")[2]
    assert behind(word, at=at) == (ORIGINAL, receipt.reference.removeprefix("rc_"))
    later = str(int(word[27:33]) + 1)
    for other in (word[:26] + COPY + word[27:], word[:27] + later + word[33:], word[:-1] + "a7"[word[-1] == "a"], "x"):
        assert behind(other, at=at) is None


def test_issued_again_it_says_that_it_is_a_copy(client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    donation, _path = mailed()
    (receipt,) = receipts_of(donation)
    mail.outbox.clear()
    send_again(receipt=receipt, by="user:1", at=timezone.now())
    drain()
    path = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    lines: list[str] = []
    write = Sheet.write
    monkeypatch.setattr(Sheet, "write", lambda self, words, **how: (lines.append(words), write(self, words, **how)))
    client.get(f"{path[path.index('/', 8) :]}pdf/")
    assert "COPY" in lines
    assert AuditEntry.objects.filter(action="receipt.sent_again", object_id=receipt.reference, actor="user:1").exists()


def test_nothing_is_sent_again_to_who_is_forgotten() -> None:
    make_issuer()
    donation = make_receipted()
    (receipt,) = receipts_of(donation)
    erase_giver(donation=donation, by="user:1", at=timezone.now(), why="asked")
    with pytest.raises(Refusal, match="no longer kept"):
        send_again(receipt=receipt, by="user:1", at=timezone.now())
    drain()
    assert mail.outbox == []
