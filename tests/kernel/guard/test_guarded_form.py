"""A guarded form: a trap, a stamp, a riddle, and how often it may come."""

import pytest
from django.test import RequestFactory

from kernel.guard.forms import GuardedForm
from kernel.guard.watch import WORTH, watch
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db


def sent(words=None, *, form="offer", address="192.0.2.1", **stamp):
    request = RequestFactory().post("/", stamped(form, words, **stamp), REMOTE_ADDR=address)
    return GuardedForm(watch(request, form))


@pytest.fixture(autouse=True)
def _few(settings):
    settings.FORM_LIMITS = {"offer": (2, "4/hour"), "give": (4, "4/hour")}


def test_it_takes_what_a_person_sent():
    form = sent()
    assert form.is_valid()
    assert not form.caught
    assert form.suspicions() == []


@pytest.mark.parametrize("website", ["https://spam.invalid", "www.spam.invalid", "<a href=x>", "[url=x]"])
def test_it_catches_a_machine_by_its_link(website):
    assert sent({"website": website}).caught


@pytest.mark.parametrize("website", ["A. Helper", "helper@waystation.invalid", "+49 30 555 0107"])
def test_it_only_suspects_a_browser_that_fills_in_what_it_knows(website):
    form = sent({"website": website})
    assert form.is_valid()
    assert not form.caught
    assert form.suspicions() == ["trap"]


def test_it_suspects_more_than_is_usual_and_takes_no_more_than_it_may():
    forms = [sent() for _ in range(5)]
    assert [form.suspicions() for form in forms[:4]] == [[], [], ["many_from_one_place"], ["many_from_one_place"]]
    assert [form.is_valid() for form in forms] == [True] * 4 + [False]
    assert 0 < forms[4].watched.wait <= 3600


def test_a_solved_riddle_is_worth_twenty_times_as_many():
    for _ in range(5):
        sent()
    forms = [sent(worked=True) for _ in range(2 * WORTH + 1)]
    assert all(form.is_valid() for form in forms)
    assert [form.suspicions() for form in forms[-2:]] == [[], ["many_from_one_place"]]


def test_a_wrong_solution_is_worth_nothing():
    for _ in range(4):
        sent()
    stamp = stamped("offer", worked=True)
    request = RequestFactory().post("/", {**stamp, "proof": f"{int(stamp['proof']) + 10**9}"}, REMOTE_ADDR="192.0.2.1")
    assert watch(request, "offer").wait > 0


def test_each_form_and_each_visitor_counts_alone():
    for _ in range(5):
        sent()
    assert sent(form="give").is_valid()
    assert sent(address="192.0.2.2").is_valid()


def test_showing_it_counts_nothing():
    for _ in range(9):
        watch(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1"), "offer")
    assert sent().is_valid()


def test_it_loads_the_script_from_home_and_needs_none():
    page = str(GuardedForm(watch(RequestFactory().get("/"), "offer")).media)
    assert page == '<script src="/static/guard/work.js" defer></script>'
