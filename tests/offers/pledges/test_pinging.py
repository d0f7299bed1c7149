""" "Is this still so?": it asks in time, reminds once, pauses, and in the end gives up; it never asks twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kernel.outbox.models import OutboxRow
from kernel.vault import addresses
from offers.models import Pledge
from offers.pledges.confirming import confirm
from offers.pledges.links import MANAGE, token
from offers.pledges.mails import send_question, send_reminder
from offers.pledges.outbox_kinds import REMINDER_MAIL, STILL_SO_MAIL
from offers.pledges.pinging import ask_whether_still_so
from offers.pledges.rhythm import awaits_answer, rhythm
from tests.factories.pledges import days_ahead, make_pledge
from tests.killing import killed_at_each_statement

BY = "provider:pl_x"
A_DAY = timedelta(days=1)


@pytest.fixture
def pledge(operator) -> Pledge:
    """An active room that was confirmed today, open for two years."""
    (days,) = days_ahead(0, 720)
    pledge = make_pledge(availability=[{name: f"{day}" for name, day in days.items()}], available_until=days["until"])
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    return pledge


def run_until(pledge: Pledge, day: date, *, start: date | None = None) -> list[tuple[date, str]]:
    """Let the job run every day; return on which days which step was taken."""
    told, today = [], start or timezone.localdate()
    while today <= day:
        at = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
        told += [(today, step) for step, count in ask_whether_still_so(at).items() if count and step != "nothing"]
        today += A_DAY
    pledge.refresh_from_db()
    return told


def mails() -> list[tuple[str, str]]:
    return list(OutboxRow.objects.order_by("id").values_list("kind", "object_id"))


def test_it_asks_reminds_pauses_and_gives_up_each_on_its_day(pledge):
    ends = pledge.confirm_by
    told = run_until(pledge, ends + timedelta(days=80))
    assert told == [
        (ends - timedelta(days=10), "ask"),
        (ends - timedelta(days=4), "remind"),
        (ends + A_DAY, "pause"),
        (ends + timedelta(days=61), "expire"),
    ]
    assert mails() == [(STILL_SO_MAIL, pledge.pk), (REMINDER_MAIL, pledge.pk)]
    assert [(move.old, move.new, move.by, move.why) for move in pledge.history.all()] == [
        ("active", "paused", "system", "no_answer"),
        ("paused", "expired", "system", "no_answer"),
    ]
    assert addresses.find(pledge.pk) is not None  # the way back


def test_it_asks_nobody_who_answered_lately(pledge):
    assert run_until(pledge, pledge.confirm_by - timedelta(days=11)) == []
    assert mails() == []


def test_it_asks_anew_after_each_answer(pledge):
    first = pledge.confirm_by
    run_until(pledge, first - timedelta(days=9))
    answered = timezone.now() + timedelta(days=51)
    confirm(pledge=pledge, by=BY, at=answered)
    pledge.refresh_from_db()
    second = pledge.confirm_by
    assert second == timezone.localdate(answered) + timedelta(days=60)
    told = run_until(pledge, second + A_DAY, start=first - timedelta(days=8))
    assert [step for _day, step in told] == ["ask", "remind", "pause"]
    assert told[0][0] == second - timedelta(days=10)


def test_it_does_no_more_when_it_runs_twice_a_day(pledge):
    at = timezone.now() + timedelta(days=50)
    for _ in range(3):
        ask_whether_still_so(at)
    assert mails() == [(STILL_SO_MAIL, pledge.pk)]


def test_it_changes_nothing_that_a_partner_has_read(pledge):
    ask_whether_still_so(timezone.now() + timedelta(days=50))
    version, updated_at = pledge.version, pledge.updated_at
    pledge.refresh_from_db()
    assert (pledge.version, pledge.updated_at) == (version, updated_at)


def test_it_takes_nobody_at_their_silence_who_was_not_asked(pledge):
    """The worker was down for months: the question comes first, all the same."""
    late = pledge.confirm_by + timedelta(days=100)
    told = run_until(pledge, late + timedelta(days=8), start=late)
    assert [(day - late, step) for day, step in told] == [
        (timedelta(0), "ask"),
        (timedelta(days=4), "remind"),
        (timedelta(days=8), "pause"),
    ]


def test_it_asks_about_a_paused_offer_too_and_pauses_nothing_twice(pledge):
    Pledge.objects.update(status="paused")
    told = run_until(pledge, pledge.confirm_by + timedelta(days=61))
    assert [step for _day, step in told] == ["ask", "remind", "expire"]


def test_it_gives_up_no_offer_while_somebody_is_with_the_host(pledge):
    Pledge.objects.update(status="paused", units_held=1)
    run_until(pledge, pledge.confirm_by + timedelta(days=100))
    assert pledge.status == "paused"


@pytest.mark.parametrize("status", ["draft", "submitted", "vetting", "suspended", "withdrawn", "expired", "rejected"])
def test_it_asks_about_no_other_offer(pledge, status):
    Pledge.objects.update(status=status)
    assert run_until(pledge, pledge.confirm_by + A_DAY) == []


def test_it_asks_about_no_days_that_are_over(pledge):
    Pledge.objects.update(available_until=timezone.localdate() + timedelta(days=20))
    assert run_until(pledge, pledge.confirm_by + A_DAY) == []


@pytest.mark.parametrize("every", [1, 2, 7, 14, 60])
def test_it_keeps_its_order_whatever_the_rhythm(pledge, settings, every):
    settings.CONFIRM_EVERY_DAYS = every
    Pledge.objects.update(confirm_by=timezone.localdate() + timedelta(days=every))
    pledge.refresh_from_db()
    told = run_until(pledge, pledge.confirm_by + timedelta(days=2 * every + 3))
    assert [step for _day, step in told] == ["ask", "remind", "pause", "expire"]
    assert rhythm().ahead < every


def test_it_writes_a_neutral_mail_with_the_page_of_one_press(pledge):
    ask_whether_still_so(timezone.now() + timedelta(days=50))
    send_question(pledge.pk)
    send_reminder(pledge.pk)
    assert [message.subject for message in mail.outbox] == ["One short question", "One short question, again"]
    for message in mail.outbox:
        assert f"/my-offer/{token(pledge, MANAGE)}/still-so/" in message.body
        for word in ("offer of", "room", "refugee", "host", "help"):
            assert word not in message.body.replace("/my-offer/", "").lower()


def test_it_mails_nobody_who_answered_in_the_meantime(pledge):
    at = timezone.now() + timedelta(days=50)
    ask_whether_still_so(at)
    confirm(pledge=pledge, by=BY, at=at)
    send_question(pledge.pk)
    pledge.refresh_from_db()
    assert not awaits_answer(pledge)
    assert mail.outbox == []


@pytest.mark.parametrize(("days", "kept"), [(50, "asked_at"), (56, "reminded_at"), (61, "status"), (125, "status")])
def test_it_is_done_whole_or_not_at_all(pledge, days, kept):
    """Killed at each statement: no mail without its mark, no mark without its mail, no move without its history."""
    for past in (50, 56, 61):
        if past < days:
            ask_whether_still_so(timezone.now() + timedelta(days=past))

    before = Pledge.objects.values_list(kept, flat=True).get()
    assert killed_at_each_statement(lambda: ask_whether_still_so(timezone.now() + timedelta(days=days))) >= 4
    assert Pledge.objects.values_list(kept, flat=True).get() != before
