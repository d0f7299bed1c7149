"""Why an action is done: any code is taken, and none but the words of a list is ever kept."""

from collections.abc import Callable
from typing import Any

import pytest

from api.bodies import ReasonIn, StrictChoiceField
from api.bodies.reasons import ReasonField
from api.resources import Resource
from api.schema.views import described
from api.v1.urls import router
from kernel.audit.models import AuditEntry
from offers.kinds.reasons import MatchReason, NeedEndReason, PauseReason, WithdrawReason
from offers.models import MatchMove, NeedMove, PledgeMove
from tests.api.clients import Partner, api_client
from tests.attacks.canaries.search import assert_nothing_in_clear
from tests.factories.needs import make_need
from tests.factories.pledges import make_pledge

NAME = "kanari_quux_lives_at_73_canary_street"


def _pledge(partner: Partner) -> str:
    return f"pledges/{make_pledge(partner.organisation).pk}"


def _need(partner: Partner) -> str:
    return f"needs/{make_need(partner.organisation).pk}"


def _match(partner: Partner, *before: str) -> str:
    need, pledge = make_need(partner.organisation), make_pledge(partner.organisation)
    made = partner.create("/api/v1/matches", {"need": need.pk, "pledge": pledge.pk})
    path = f"matches/{made.json()['id']}"
    for deed in before:
        assert partner.post(f"/api/v1/{path}/{deed}", {}, format="json").status_code == 200
    return path


def _agreed(partner: Partner) -> str:
    return _match(partner, "agree")


# what is acted on, by which action, the words of its list, and what else its body says
ACTIONS: list[tuple[Callable[[Partner], str], str, Any, dict[str, Any]]] = [
    (_pledge, "pause", PauseReason, {}),
    (_pledge, "withdraw", WithdrawReason, {}),
    (_need, "withdraw", NeedEndReason, {}),
    (_need, "fulfil", NeedEndReason, {}),
    (_match, "agree", MatchReason, {}),
    (_agreed, "accept", MatchReason, {}),
    (_match, "decline", MatchReason, {"by": "person"}),
    (_match, "cancel", MatchReason, {}),
]


def _last_reasons() -> set[str]:
    moves = [model.objects.order_by("pk").last() for model in (PledgeMove, NeedMove, MatchMove)]
    return {move.why for move in moves if move}


@pytest.mark.django_db
@pytest.mark.parametrize(("thing", "action", "reasons", "more"), ACTIONS)
def test_it_keeps_a_word_of_the_list(thing: Any, action: str, reasons: Any, more: dict[str, Any]) -> None:
    partner = api_client()
    word = reasons.values[2]
    answer = partner.post(f"/api/v1/{thing(partner)}/{action}", {"reason": word, **more}, format="json")
    assert answer.status_code == 200, answer.content
    assert word in _last_reasons()


@pytest.mark.django_db(transaction=True)
def test_it_takes_any_other_code_and_keeps_none_of_them() -> None:
    partner = api_client()
    for thing, action, _reasons, more in ACTIONS:
        answer = partner.post(f"/api/v1/{thing(partner)}/{action}", {"reason": NAME, **more}, format="json")
        assert answer.status_code == 200, answer.content
        assert NAME.encode() not in answer.content
        assert "other" in _last_reasons()
    assert AuditEntry.objects.filter(reason="other").count() >= len(ACTIONS) - 2  # the end of a need names no reason
    assert_nothing_in_clear({"a word of the caller's own": NAME})


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["No longer needed", "", None, 7, ["other"], "a" * 41, "other\n", "Unsafe", "ü"])
def test_it_refuses_what_is_no_code_and_names_the_words(reason: Any) -> None:
    partner = api_client()
    answer = partner.post(f"/api/v1/{_pledge(partner)}/pause", {"reason": reason}, format="json")
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["attr"]) == (400, "reason")
    if problem["errors"][0]["code"] == "bad_format":
        assert all(word in problem["errors"][0]["detail"] for word in PauseReason.values)


def test_no_body_of_an_action_takes_a_reason_as_it_stands() -> None:
    found = 0
    for _prefix, view, _name in router.registry:
        resource: type[Resource] = view
        for body in {ReasonIn, *resource.bodies.values()}:
            field = body().get_fields().get("reason")
            assert field is None or isinstance(field, ReasonField | StrictChoiceField), body
            found += field is not None
    assert found > 3


def test_the_schema_lists_the_words_and_lets_others_pass() -> None:
    told = described()["components"]["schemas"]
    for name, reasons in (
        ("PauseIn", PauseReason),
        ("PledgeWithdrawIn", WithdrawReason),
        ("NeedEndIn", NeedEndReason),
        ("AnswerIn", MatchReason),
        ("DeclineIn", MatchReason),
    ):
        listed, another = told[name]["properties"]["reason"]["anyOf"]
        assert listed["enum"] == reasons.values
        assert another == {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "maxLength": 40}
        assert "required" not in told[name]


@pytest.mark.parametrize("reasons", [PauseReason, WithdrawReason, NeedEndReason, MatchReason])
def test_every_list_has_a_word_for_what_it_does_not_list(reasons: Any) -> None:
    assert {"other", "no_reason", "safety", "changed_plans"} <= set(reasons.values)
    assert all(len(word) <= 40 and word.replace("_", "").isalpha() for word in reasons.values)
