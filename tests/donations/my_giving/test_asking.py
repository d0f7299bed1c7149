"""Asking for a link: one answer for every address, and few mails to any."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations.models import GivingLink
from donations.my_giving.asking import ASKED, MOST_A_DAY, MOST_AN_HOUR, ask_for_link, mail_links
from donations.my_giving.words import digest
from donations.receipts.forgetting import erase_giver
from donations.receipts.wishes import ask_for_receipt
from kernel.outbox import TryAgain
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from kernel.vault.index import blind_email
from tests.donations.my_giving.donor import LINK, links, mailed_link, opened, words_of
from tests.factories.donations import make_donation
from tests.factories.receipts import EMAIL, make_wished
from tests.offers.pages.visitor import Visitor, deliver

TELLING = ("donat", "gift", "receipt", "€", "25.00", "пожертв", "квитанц", "refuge")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_link_is_mailed_in_words_that_tell_nothing(visitor: Visitor, language: str) -> None:
    make_wished(language=language)
    path = mailed_link(visitor)
    assert path.startswith("/ru/my-giving/" if language == "ru" else "/my-giving/")
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == {"en": "The link you asked for", "ru": "Ссылка, которую вы просили"}[language]
    told = f"{letter.subject} {letter.from_email} {letter.body}".lower()
    assert [word for word in TELLING if word in told] == []


def _asked(email: str) -> tuple[Any, list[str], list[tuple[str, int, int]]]:
    """Return the answer to asking for a link, its statements without their values, and the promises it left."""
    visitor = Visitor()
    with CaptureQueriesContext(
        connection,
    ) as done:
        answer = visitor.send("/my-giving/", email=email)
    rows = [(row.kind, len(row.object_id), row.attempts) for row in OutboxRow.objects.filter(kind=ASKED)]
    OutboxRow.objects.all().delete()
    return answer, [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in done], rows


def _plain(answer: Any) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body, less what is drawn at random for each answer."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())
    headers = {name: value for name, value in answer.items() if name not in ("Request-Id", "Expires")}
    return answer.status_code, headers, body


def test_the_request_tells_nothing_and_does_the_same_for_every_address(visitor: Visitor) -> None:
    make_wished()
    OutboxRow.objects.all().delete()
    _asked("warm.up@example.org")  # what a process looks up once
    known, unknown, other = (_asked(email) for email in (EMAIL, "nobody@example.org", "x" * 60 + "@example.org"))
    assert _plain(known[0]) == _plain(unknown[0]) == _plain(other[0])
    assert known[0].status_code == 200
    assert known[1] == unknown[1] == other[1]
    assert known[2] == unknown[2] == other[2] == [(ASKED, 64, 0)]
    assert mail.outbox == []


def test_the_same_page_sent_twice_asks_once(visitor: Visitor) -> None:
    make_wished()
    page = visitor.get("/my-giving/")
    answers = [visitor.post("/my-giving/", page, email=EMAIL) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert OutboxRow.objects.filter(kind=ASKED).count() == 1


def test_a_machine_is_told_the_same_and_asks_for_nothing(visitor: Visitor) -> None:
    make_wished()
    fooled = visitor.send("/my-giving/", email=EMAIL, website="https://spam.invalid")
    assert _plain(fooled)[2] == _plain(visitor.send("/my-giving/", email=EMAIL))[2]
    assert OutboxRow.objects.filter(kind=ASKED).count() == 1


def test_nothing_is_mailed_to_an_address_nothing_was_given_with(visitor: Visitor) -> None:
    make_wished()
    begun = make_donation()
    ask_for_receipt(donation=begun, email="never.paid@example.org", at=timezone.now())
    for email in ("nobody@example.org", "never.paid@example.org"):
        visitor.send("/my-giving/", email=email)
    deliver()
    assert links() == []
    assert not GivingLink.objects.exists()
    assert not OutboxRow.objects.filter(kind=ASKED, state="failed").exists()


def test_nobody_fills_a_mailbox_through_us(visitor: Visitor) -> None:
    make_wished()
    blind, at = blind_email(EMAIL), timezone.now()
    for hour, expected in ((0, MOST_AN_HOUR), (2, 2 * MOST_AN_HOUR), (4, MOST_A_DAY), (6, MOST_A_DAY)):
        with time_machine.travel(at + timedelta(hours=hour), tick=False):
            for _ in range(5):
                mail_links(blind.hex())
            assert len(links()) == expected
    with time_machine.travel(at + timedelta(hours=25), tick=False):
        mail_links(blind.hex())
    assert len(links()) == MOST_A_DAY + 1


def test_a_link_lies_nowhere_but_in_the_mail(visitor: Visitor) -> None:
    make_wished()
    path = mailed_link(visitor)
    word = path.strip("/").rpartition("/")[2]
    (row,) = GivingLink.objects.all()
    assert bytes(row.digest) == digest(word)
    kept = " ".join(str(bytes(value) if isinstance(value, memoryview) else value) for value in vars(row).values())
    assert word not in kept
    assert not OutboxRow.objects.filter(object_id__contains=word).exists()


def test_a_mail_that_could_not_go_out_leaves_no_link(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wished()

    def unavailable(**_letter: object) -> None:
        raise TryAgain("mail_unavailable")

    ask_for_link(blind_email(EMAIL))
    with monkeypatch.context() as down:
        down.setattr("kernel.outbox.mail.send", unavailable)
        drain()
    assert not GivingLink.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        drain()
    assert len(links()) == GivingLink.objects.count() == 1


def test_two_spellings_that_the_index_folds_into_one_are_two_mailboxes(visitor: Visitor) -> None:
    mine, theirs = make_wished(email="donor@strasse.example"), make_wished(email="Donor@straße.example")
    assert blind_email("donor@strasse.example") == blind_email("donor@straße.example")
    visitor.send("/my-giving/", email="donor@strasse.example")
    deliver()
    seen = {}
    for letter in mail.outbox:
        path = LINK.search(letter.body)[1]  # type: ignore[index]
        page = visitor.post("/my-giving/open/", visitor.get(path))
        seen[letter.to[0]] = words_of(page)
    names = {"donor@strasse.example": mine, "Donor@straße.example": theirs}
    for email, gift in names.items():
        funds = {one: one.allocations.get().fund.name for one in (mine, theirs)}
        assert [name in seen[email] for name in funds.values()] == [one == gift for one in funds]


def test_nothing_is_mailed_to_whoever_is_forgotten_meanwhile(visitor: Visitor) -> None:
    gift = make_wished()
    visitor.send("/my-giving/", email=EMAIL)
    erase_giver(donation=gift, by="user:1", at=timezone.now(), why="asked")
    deliver()
    assert links() == []


def test_it_speaks_russian_and_is_kept_by_no_cache(visitor: Visitor) -> None:
    make_wished()
    page = visitor.get("/ru/my-giving/")
    assert "Ваша страница" in page.content.decode()
    for answer in (page, visitor.send("/my-giving/", email="nobody@example.org"), opened(visitor)):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert set(answer.cookies) <= {"csrftoken", "__Host-csrftoken", "__Secure-csrftoken"}


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_no_more_than_one_alone() -> None:
    make_wished()
    asked = blind_email(EMAIL).hex()

    def work(_number: int) -> None:
        try:
            mail_links(asked)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(links()) == GivingLink.objects.count() == MOST_AN_HOUR
