"""Deeds that are given a reason: none but a word of their list goes into a history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.matching.deeds import accept, agree, cancel, decline, propose
from offers.models import MatchMove, NeedMove, PledgeMove
from offers.needs.deeds import fulfil_need, withdraw_need
from offers.pledges.living import pause, withdraw
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

WORD = "kanari_of_canary_street"


def _given(organisation: Organisation) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    by: dict[str, Any] = {"by": "user:1", "at": timezone.now()}
    need, pledge = make_need(organisation), make_pledge(organisation)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=organisation, **by)
    side = {"match": match, "organisation": organisation, **by}
    return [
        (pause, {"pledge": make_pledge(), **by}),
        (withdraw, {"pledge": make_pledge(), **by}),
        (withdraw_need, {"need": make_need(organisation), **by}),
        (fulfil_need, {"need": make_need(organisation), **by}),
        (agree, side),
        (accept, side),
        (decline, {**side, "side": "person"}),
        (cancel, side),
    ]


def test_they_refuse_a_word_of_somebodys_own_and_write_nothing(db: None) -> None:
    for deed, given in _given(make_operator()):
        written = [model.objects.count() for model in (PledgeMove, NeedMove, MatchMove, AuditEntry)]
        with pytest.raises(Refusal) as refused:
            deed(**given, why=WORD)
        assert (refused.value.code, refused.value.field) == ("invalid_choice", "reason"), deed
        assert "changed_plans" in refused.value.sentence
        assert WORD not in refused.value.sentence
        assert [model.objects.count() for model in (PledgeMove, NeedMove, MatchMove, AuditEntry)] == written


def test_they_keep_a_word_of_the_list(db: None) -> None:
    for deed, given in _given(make_operator()):
        deed(**given, why="changed_plans")
        if deed is accept:
            break  # what follows would end the same match twice
    kept = [*PledgeMove.objects.all(), *NeedMove.objects.all(), *MatchMove.objects.all()]
    assert [move.why for move in kept].count("changed_plans") == 6
