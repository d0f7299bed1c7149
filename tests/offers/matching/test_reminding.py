"""Who has to answer is asked, reminded once, and told when it is over; whatever dies in between, once and not twice."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from kernel.outbox.registry import REPEATED
from offers.matching.deeds import cancel, decline, expire_needs, expire_overdue, propose
from offers.matching.provider.answering import say_yes
from offers.matching.reminding import remind_waiting
from offers.models import Match, Need
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.killing import killed_at_each_write
from tests.offers.matching.asked import ADDRESS, agreed, fresh, proposed_match

pytestmark = pytest.mark.django_db
HOURS = {"soon": (48, 120), "urgent": (4, 12), "emergency": (4, 12)}


def later(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def letters(hours: float = 1) -> list[tuple[str, str]]:
    """Carry out what was promised, and return to whom was written, and under which subject."""
    mail.outbox.clear()
    with time_machine.travel(later(hours), tick=True):
        drain()
    return [(one.to[0], one.subject) for one in mail.outbox]


def test_a_provider_with_an_address_of_their_own_is_asked_by_mail() -> None:
    match = proposed_match()
    assert letters() == []
    agreed(match)
    assert letters() == [(ADDRESS, "One short question")]
    text = mail.outbox[0].body.lower()
    assert "/my-answer/" in text
    for word in ("room", "offer", "host", "person", "refug", match.pk[3:8] + " ", match.need_id):
        assert word not in text.replace("person", "") or word == "person"
    assert letters() == []


def test_for_others_whoever_brought_the_offer_asks() -> None:
    match = agreed(proposed_match(by_mail=False))
    assert (match.asked_at, letters()) == (None, [])


def test_it_is_not_asked_any_more_once_it_was_answered() -> None:
    match = agreed(proposed_match())
    say_yes(match=match, at=timezone.now())
    assert letters() == []


@pytest.mark.parametrize("urgency", HOURS)
def test_the_provider_is_reminded_once_and_told_when_it_lapsed(urgency: str) -> None:
    first, over = HOURS[urgency]
    match = agreed(proposed_match(urgency=urgency))
    letters(0.5)
    assert remind_waiting(later(first - 0.1)) == 0
    assert [remind_waiting(later(first + 0.1)) for _ in range(2)] == [1, 0]
    assert letters(first + 0.2) == [(ADDRESS, "One short question, again")]
    assert expire_overdue(later(over + 0.1)) == 1
    assert letters(over + 0.2) == [(ADDRESS, "A note for you")]
    assert fresh(match).history.last().why == "no_answer"  # type: ignore[union-attr]
    assert remind_waiting(later(over + 1)) == 0


def test_the_caseworker_who_knows_the_person_is_reminded_in_one_message() -> None:
    ours = make_partner()
    knows, other = make_member(ours), make_member(ours)
    for _ in range(3):
        match = proposed_match(ours)
        Need.objects.filter(pk=match.need_id).update(caseworker=knows.user)
    with time_machine.travel(later(49), tick=True):
        assert remind_waiting() == 3
    assert letters(50) == [(knows.user.email, "An answer is awaited")]
    assert other.user.email not in mail.outbox[0].body
    Match.objects.update(reminded_at=None)  # a day on, when she has left
    knows.left_at = timezone.now()
    knows.save(update_fields=["left_at"])
    OutboxRow.objects.all().delete()
    with time_machine.travel(later(49), tick=True):
        remind_waiting()
    assert letters(50) == [(other.user.email, "An answer is awaited")]


def test_it_reminds_anew_of_the_second_question() -> None:
    match = proposed_match()
    remind_waiting(later(49))
    again = agreed(match, at=later(50))
    assert again.reminded_at is None
    assert remind_waiting(later(50 + 47)) == 0
    assert remind_waiting(later(50 + 49)) == 1


def test_the_steward_is_reminded_where_no_mail_goes_to_the_provider() -> None:
    steward = make_member(make_operator(), role="coordinator")
    caseworker = make_member(make_partner())
    agreed(proposed_match(caseworker.organisation, by_mail=False))
    remind_waiting(later(49))
    assert letters(50) == [(steward.user.email, "An answer is awaited")]


def test_who_waits_for_word_is_told_that_it_is_over_and_who_declined_is_not() -> None:
    called_off, declined, never_asked = agreed(proposed_match()), agreed(proposed_match()), proposed_match()
    letters()
    say_yes(match=called_off, at=timezone.now())
    for match in (called_off, never_asked):
        cancel(match=match, organisation=match.need.organisation, by="user:1", at=timezone.now())
    house = declined.pledge.organisation
    decline(match=declined, organisation=house, by="user:2", at=timezone.now(), side="provider", why="occupied")
    assert letters() == [(ADDRESS, "A note for you")]


def test_it_ends_with_the_need_and_says_so() -> None:
    match = agreed(proposed_match())
    letters()
    Need.objects.filter(pk=match.need_id).update(expires_at=later(-1))
    expire_needs()
    assert letters() == [(ADDRESS, "A note for you")]


def test_it_is_asked_and_reminded_whole_or_not_at_all() -> None:
    match = proposed_match()
    assert killed_at_each_write(lambda: agreed(match)) > 4
    assert killed_at_each_write(lambda: remind_waiting(later(49))) == 2  # the mark and the promise
    assert OutboxRow.objects.filter(kind="offers.match_question").count() == 1


def test_an_edit_of_a_partner_sees_nothing_of_a_reminder() -> None:
    match = agreed(proposed_match())
    remind_waiting(later(49))
    now = fresh(match)
    assert (now.version, now.updated_at, now.reminded_at is not None) == (match.version, match.updated_at, True)


def test_it_runs_by_itself() -> None:
    assert "offers.matching.reminding.remind_waiting" in {known.task for known in REPEATED.values()}


def test_a_proposal_from_a_plan_is_reminded_of_as_any_other() -> None:
    owner = make_partner()
    need, pledge = make_need(owner), make_pledge(make_operator())
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=owner, by="user:1", at=later(-47))
    assert [remind_waiting(later(hours)) for hours in (0, 2)] == [0, 1]
