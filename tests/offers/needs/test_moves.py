"""Every state × every deed, at the console and over the API: what is legal leaves its row, all else a sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation

from offers.needs.deeds import (
    approve_need,
    expire_need,
    extend_need,
    fulfil_need,
    link_needs,
    merge_need,
    return_need,
    submit_need,
    unlink_need,
    withdraw_need,
    write_need,
)
from offers.needs.models import NEED_MOVES, Need, NeedMove, NeedStatus
from tests.api.clients import api_client
from tests.api.test_needs import NEEDS as ROUTE
from tests.console import console_client
from tests.factories.needs import make_need, make_terms
from tests.factories.organisations import make_member, make_operator
from tests.killing import killed_at_each_statement

pytestmark = pytest.mark.django_db
PAGES = "/console/needs/"
STATES = NeedStatus.values
# deed → state → the state it leads to; a state that is not named refuses it
LEADS_TO: dict[str, dict[str, str]] = {
    "submit": {"draft": "in_review"},
    "approve": {"in_review": "open"},
    "return": {"in_review": "draft"},
    "withdraw": {"draft": "withdrawn", "in_review": "withdrawn", "open": "withdrawn"},
    "fulfil": {"open": "fulfilled"},
    "extend": {"in_review": "in_review", "open": "open"},
    "merge": {"open": "merged"},
}
# what is done already is not done again: it answers, and changes nothing
DONE_ALREADY = {"submit": ("in_review", "open"), "withdraw": ("withdrawn",), "fulfil": ("fulfilled",)}
OVER_THE_API = ("submit", "withdraw", "fulfil")
CROSS = [(deed, state) for deed in LEADS_TO for state in STATES]


def _illegal(deed: str, state: str) -> bool:
    return state not in LEADS_TO[deed] and state not in DONE_ALREADY.get(deed, ())


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def _facts(need: Need) -> tuple[dict[str, Any], int]:
    return Need.objects.filter(pk=need.pk).values().get(), NeedMove.objects.filter(need=need).count()


def _fields(deed: str, need: Need) -> dict[str, str]:
    """Return what the form of a deed sends, its other need of the case included."""
    if deed == "merge":
        return {"into": make_need(make_operator(), case_ref="A-17", kind=need.kind).pk}
    return {"extend": {"days": "7"}, "approve": {"version": str(need.version)}}.get(deed, {})


@pytest.mark.parametrize(("deed", "state"), CROSS)
def test_at_the_console(deed: str, state: str) -> None:
    need = make_need(status=state, case_ref="A-17")
    fields, before = _fields(deed, need), _facts(need)
    browser = console_client(make_member(role="coordinator"))
    answer = browser.post(f"{PAGES}{need.pk}/{deed}/", fields, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    after = _facts(need)
    assert len(told) == 1
    if _illegal(deed, state):
        assert after == before
        assert told[0].endswith((".", "again."))
        assert "moved on" in told[0]
        return
    assert after[0]["status"] == LEADS_TO[deed].get(state, state)
    assert after[1] == before[1] + (after[0]["status"] != state)
    assert state not in DONE_ALREADY.get(deed, ()) or after == before


@pytest.mark.parametrize(("deed", "state"), [(deed, state) for deed, state in CROSS if deed in OVER_THE_API])
def test_over_the_api(deed: str, state: str) -> None:
    caller = api_client()
    need = make_need(caller.organisation, status=state)
    before = _facts(need)
    answer = caller.post(f"{ROUTE}/{need.pk}/{deed}", {}, format="json")
    after = _facts(need)
    if _illegal(deed, state):
        said = answer.json()
        assert (answer.status_code, said["code"], said["state"]) == (409, "illegal_transition", state)
        assert said["legal"] == list(NEED_MOVES.legal(state))
        assert state in said["detail"]
        assert said["detail"].endswith(".")
        assert after == before
        return
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == after[0]["status"] == LEADS_TO[deed].get(state, state)
    assert after[1] == before[1] + (after[0]["status"] != state)


@pytest.mark.parametrize("state", STATES)
def test_a_patch_is_taken_while_nothing_is_promised(state: str) -> None:
    caller = api_client()
    need = make_need(caller.organisation, status=state)
    answer = caller.change(f"{ROUTE}/{need.pk}", {"stay_days": 12})
    if state in ("draft", "in_review", "open"):
        assert (answer.status_code, answer.json()["status"]) == (200, "in_review" if state == "open" else state)
        assert need.history.count() == (state == "open")
    else:
        assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "illegal_transition", state)


def test_every_move_of_the_table_that_a_need_makes_alone_is_walked_here() -> None:
    walked = {(old, new) for moves in LEADS_TO.values() for old, new in moves.items() if old != new}
    by_a_match = {
        ("open", "held"),
        ("held", "open"),
        ("held", "matched"),
        ("matched", "open"),
        ("matched", "fulfilled"),
    }
    otherwise = {("draft", "open"), ("open", "in_review"), ("in_review", "expired"), ("open", "expired")}
    never_alone = {("held", "expired"), ("held", "withdrawn"), ("matched", "withdrawn")}  # its match ends first
    table = {(old, new) for old in STATES for new in NEED_MOVES.legal(old)}
    assert table == walked | by_a_match | otherwise | never_alone


def _member() -> Any:
    return make_member(role="approver")


def _draft() -> Need:
    return make_need(status="draft")


def _pair() -> tuple[Need, Need]:
    return make_need(case_ref="A-17"), make_need(case_ref="A-17")


def _now() -> dict[str, Any]:
    return {"by": "user:1", "at": timezone.now()}


def _linked() -> Need:
    one, other = _pair()
    return link_needs(need=one, other=other, **_now())


def _merging() -> Callable[[], object]:
    one, other = _pair()
    link_needs(need=one, other=make_need(case_ref="A-17", kind="legal"), **_now())
    return lambda: merge_need(need=one, into=other, **_now())


def _linking() -> Callable[[], object]:
    one, other = _pair()
    return lambda: link_needs(need=one, other=other, **_now())


def _reviewing(deed: Any) -> Callable[[], object]:
    need, member = make_need(status="in_review"), _member()
    return lambda: deed(need=need, by=member, at=timezone.now())


def _with(deed: Any, need: Need, **more: Any) -> Callable[[], object]:
    return lambda: deed(need=need, **_now(), **more)


def _expiring() -> Callable[[], object]:
    need = make_need()
    return lambda: expire_need(need=need, at=need.expires_at)


def _writing() -> Callable[[], object]:
    house, terms = make_operator(), make_terms(exclusions=("community-a1",))
    return lambda: write_need(organisation=house, terms=terms, **_now())


KILLED: dict[str, Callable[[], Callable[[], object]]] = {
    "write": _writing,
    "submit": lambda: _with(submit_need, _draft()),
    "approve": lambda: _reviewing(approve_need),
    "return": lambda: _reviewing(return_need),
    "withdraw": lambda: _with(withdraw_need, make_need()),
    "fulfil": lambda: _with(fulfil_need, make_need()),
    "extend": lambda: _with(extend_need, make_need(), days=7),
    "merge": _merging,
    "link": _linking,
    "unlink": lambda: _with(unlink_need, _linked()),
    "expire": _expiring,
}


@pytest.mark.parametrize("deed", KILLED)
def test_killed_at_each_statement_nothing_is_half_done(deed: str) -> None:
    assert killed_at_each_statement(KILLED[deed]()) >= 3
