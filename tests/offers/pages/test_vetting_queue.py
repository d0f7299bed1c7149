"""The queue of those who check: what waits, since when, what comes next; the same few queries at any length."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from offers.kinds.vocabulary import Check, Kind
from offers.models import Pledge, PledgeMove, VettingStep
from offers.pledges.queue import in_queue, with_action
from offers.pledges.renewing import renew_step
from offers.pledges.vetting import missing_checks, record_step
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.factories.pledges import make_pledge
from tests.factories.references import make_answer, make_reference
from tests.offers.pledges.conftest import check_all

ONE, TWO = "user:901", "user:902"


@pytest.fixture
def coordinator(operator):
    return console_client(make_member(operator, "coordinator"))


def listed(browser, query=""):
    return browser.get(f"/console/pledges/{query}").content.decode()


def action_of(pledge):
    return with_action(Pledge.objects.filter(pk=pledge.pk), timezone.now()).get().action


def vetted(days, **traits):
    """An offer in use whose identity check runs out in so many days."""
    today = timezone.localdate()
    pledge = make_pledge(vetting_valid_until=today + timedelta(days=days), **traits)
    VettingStep.objects.create(
        pledge=pledge, step="identity", outcome="passed", reviewer=ONE, reviewed_at=timezone.now(),
        second_reviewer=TWO, seconded_at=timezone.now(), valid_until=today + timedelta(days=days),
    )  # fmt: skip
    return pledge


@pytest.mark.parametrize(("kind", "features"), list(product(Kind.values, ([], ["children_ok"], ["licensed", "quiet"]))))
def test_it_names_the_check_that_is_missing_first_as_the_kind_and_what_is_declared_ask(operator, kind, features):
    pledge, at = make_pledge(status="vetting", kind=kind, features=features), timezone.now()
    in_turn = [check for check in Check if check != Check.REFERENCES] + [Check.REFERENCES]
    while missing := missing_checks(pledge, pledge.vetting.in_force()):
        first = min(missing, key=in_turn.index)
        assert action_of(pledge) == first
        record_step(pledge=pledge, step=first, outcome="passed", by=ONE, at=at)
    assert action_of(pledge) == "sign"


def test_it_says_what_comes_next_and_how_much_more(operator, coordinator):
    pledge = make_pledge(status="vetting")
    assert "Identity: not checked yet (and 5 more)" in listed(coordinator)
    check_all(pledge, by=ONE, at=timezone.now())
    assert "second signature missing: sign it" in listed(coordinator)
    record_step(pledge=pledge, step="identity", outcome="failed", by=ONE, at=timezone.now())
    assert "a check failed" in listed(coordinator)


def test_it_says_for_how_long_a_reference_has_not_answered(operator, coordinator):
    at = timezone.now()
    pledge = make_pledge(status="vetting")
    for step in missing_checks(pledge, []):
        if step != Check.REFERENCES:
            record_step(pledge=pledge, step=step, outcome="passed", by=ONE, at=at)
    assert action_of(pledge) == "references"
    reference = make_reference(pledge, at=at - timedelta(days=9))
    assert "reference asked 9 days ago, no answer" in listed(coordinator)
    make_answer(reference)
    assert "references have answered: record them" in listed(coordinator)


def test_it_shows_what_runs_out_thirty_days_ahead_and_what_has_run_out(operator, coordinator):
    soon, over, later = vetted(12), vetted(-3), vetted(31)
    make_pledge(vetting_valid_until=timezone.localdate() + timedelta(days=5))  # a trusted partner's: no checks here
    page = listed(coordinator)
    assert "runs out in 12 days" in page
    assert "ran out 3 days ago: not matched" in page
    assert set(in_queue(Pledge.objects.all(), timezone.now())) == {soon, over}
    assert later.pk[:11] not in page
    renew_step(pledge=soon, step="identity", by=ONE, at=timezone.now())
    assert action_of(soon) == "renewed"


def test_it_lists_the_longest_waiting_first_whatever_they_wait_for(operator, coordinator):
    at = timezone.now()
    ages = {make_pledge(status="vetting"): 9, make_pledge(status="vetting"): 25, make_pledge(status="vetting"): 0}
    for pledge, days in ages.items():
        PledgeMove.objects.create(pledge=pledge, old="submitted", new="vetting", by=ONE, at=at - timedelta(days=days))
    running = vetted(12)  # began to run out 18 days ago
    page = listed(coordinator)
    order = sorted([*ages, running], key=lambda pledge: page.index(pledge.pk[:11]))
    assert [ages.get(pledge, 18) for pledge in order] == [25, 18, 9, 0]
    assert ">25</td>" in page


def test_it_is_filtered_by_what_comes_next_and_by_kind(operator, coordinator):
    room, meal = make_pledge(status="vetting"), make_pledge(status="vetting", kind="food")
    signed = make_pledge(status="vetting", kind="food")
    check_all(signed, by=ONE, at=timezone.now())
    found = {
        query: {pledge for pledge in (room, meal, signed) if pledge.pk[:11] in listed(coordinator, query)}
        for query in ("?next=identity", "?next=sign", "?kind=food", "?kind=food&next=identity", "?next=nonsense")
    }
    assert found == {
        "?next=identity": {room, meal},
        "?next=sign": {signed},
        "?kind=food": {meal, signed},
        "?kind=food&next=identity": {meal},
        "?next=nonsense": {room, meal, signed},
    }


def test_it_still_lists_the_offers_in_any_one_state(operator, coordinator):
    stopped = make_pledge(status="suspended")
    assert stopped.pk[:11] not in listed(coordinator)
    assert stopped.pk[:11] in listed(coordinator, "?status=suspended")


def _queries(coordinator, query):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert coordinator.get(f"/console/pledges/{query}").status_code == 200
    return len(asked)


@pytest.mark.parametrize("query", ["", "?next=identity", "?next=sign&kind=housing", "?status=vetting&page=2"])
def test_it_asks_as_much_of_the_database_for_many_as_for_few(operator, coordinator, query):
    make_reference(make_pledge(status="vetting"))
    for _ in range(60):
        make_pledge(status="vetting")
    few = _queries(coordinator, query)
    for number in range(30):
        pledge = make_pledge(status="vetting")
        make_reference(pledge, email=f"r{number}@waystation.invalid")
        record_step(pledge=pledge, step="identity", outcome="passed", by=ONE, at=timezone.now())
        vetted(number)
    assert _queries(coordinator, query) == few


def test_it_is_read_with_a_keyboard_alone(operator, coordinator):
    make_pledge(status="vetting")
    page = listed(coordinator)
    assert 'class="skip"' in page
    assert "<h1" in page
    assert '<h2 id="waiting"' in page
    assert "<script" not in page.split("<main", 1)[1].split("</main", 1)[0]
