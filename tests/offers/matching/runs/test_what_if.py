"""What if not? Another run with a pair forbidden or forced: dry, beside the one it varies, refused when impossible."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.plan.network import Unsolved
from offers.matching.runs.asking import ask_what_if
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.thinning import thin_run
from offers.models import Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import asked, made

pytestmark = pytest.mark.django_db
Wished = list[tuple[str, str]]


def carried(run: MatchingRun) -> dict[str, str]:
    """Make the plan of a run and return which pledge each need got."""
    taken = take_up(run.pk, at=NOW)
    assert taken is not None
    carry_out(taken, beat=Beat(taken))
    run.refresh_from_db()
    return dict(run.assignments.values_list("need_id", "pledge_id"))


def what_if(run: MatchingRun, *, forbid: Wished | None = None, force: Wished | None = None) -> MatchingRun:
    return ask_what_if(run=run, by="user:7", at=NOW, forbid=forbid or [], force=force or [])


def test_it_varies_the_run_and_asks_for_all_else_as_before(operator: Organisation, ours: Organisation) -> None:
    need, pledge, other = make_need(ours), make_pledge(ours), make_pledge(ours)
    first = made(operator, kinds=["housing"], countries=["LT"], needs=[need.pk], seed=3, time_limit_s=20)
    (given,) = first.assignments.values_list("pledge_id", flat=True)
    second = what_if(first, forbid=[(need.pk, given)])
    second.refresh_from_db()
    assert (second.alternative_to_id, second.dry_run, second.forbid) == (first.pk, True, [[need.pk, given]])
    for name in ("kinds", "countries", "needs_named", "seed", "time_limit_s"):
        assert getattr(second, name) == getattr(first, name)
    assert carried(second) == {need.pk: other.pk if given == pledge.pk else pledge.pk}
    assert second.snapshot == first.snapshot


def test_wishes_add_up_and_the_last_word_counts(operator: Organisation, ours: Organisation) -> None:
    need, pledges = make_need(ours), [make_pledge(ours).pk for _ in range(3)]
    second = what_if(made(operator), force=[(need.pk, pledges[0])])
    assert carried(second) == {need.pk: pledges[0]}
    third = what_if(second, forbid=[(need.pk, pledges[0])])
    assert carried(third)[need.pk] != pledges[0]
    assert (third.force, third.forbid) == ([], [[need.pk, pledges[0]]])
    fourth = what_if(third, force=[(need.pk, pledges[0])])
    assert carried(fourth) == {need.pk: pledges[0]}
    assert fourth.forbid == []
    assert carried(what_if(fourth, force=[(need.pk, pledges[1])])) == {need.pk: pledges[1]}


def test_a_forced_pair_stands_though_somebody_more_urgent_goes_without(
    operator: Organisation, ours: Organisation
) -> None:
    urgent, patient = make_need(ours, urgency="emergency"), make_need(ours, urgency="planned")
    pledge = make_pledge(ours)
    first = made(operator)
    assert [one.need_id for one in first.assignments.all()] == [urgent.pk]
    second = what_if(first, force=[(patient.pk, pledge.pk)])
    assert carried(second) == {patient.pk: pledge.pk}
    out = StringIO()
    call_command("verify_run", second.pk, "--json", stdout=out)
    assert json.loads(out.getvalue())["holds"], "what was wished is no reason to prove less"


def refusal(run: MatchingRun, **wishes: Wished) -> tuple[str, str]:
    with pytest.raises(Refusal) as refused:
        what_if(run, **wishes)
    return refused.value.code, refused.value.field


def test_it_refuses_what_cannot_be_and_names_the_field(operator: Organisation, ours: Organisation) -> None:
    need, other, pledge = make_need(ours), make_need(ours, kind="legal"), make_pledge(ours)
    draft, away = make_need(ours, status="draft"), make_pledge(ours, country="DE")
    paused = make_pledge(ours, status="paused")
    run = made(operator, kinds=["housing"], countries=["LT"])
    nobody = "pl_" + "a" * 26
    assert refusal(run, forbid=[(need.pk, nobody)]) == ("unknown_reference", "forbid")
    assert refusal(run, force=[(draft.pk, pledge.pk)]) == ("unknown_reference", "force")
    assert refusal(run, force=[(other.pk, pledge.pk)]) == ("not_in_run", "force")
    assert refusal(run, force=[(need.pk, away.pk)]) == ("not_in_run", "force")
    assert refusal(run, force=[(need.pk, paused.pk)]) == ("not_a_candidate", "force")
    both = [(need.pk, pledge.pk)]
    assert refusal(run, force=both, forbid=both) == ("contradiction", "force")
    assert refusal(run, force=[*both, (need.pk, away.pk)]) == ("contradiction", "force")
    assert MatchingRun.objects.count() == 1


def test_a_refused_force_names_the_rule(operator: Organisation, ours: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(ours, max_party=1)
    with pytest.raises(Refusal) as refused:
        asked(operator, force=[(need.pk, pledge.pk)])
    assert refused.value.facts == {"rule": "party_too_large"}
    assert refused.value.sentence.endswith("The party is larger than the offer takes.")


def test_it_varies_only_what_has_a_plan(operator: Organisation, ours: Organisation) -> None:
    assert refusal(asked(operator)) == ("no_plan", "alternative_to")
    need, pledge = make_need(ours), make_pledge(ours)
    old = made(operator, force=[(need.pk, pledge.pk)])
    thin_run(old, at=NOW)
    old.refresh_from_db()
    assert old.force == []
    assert refusal(old) == ("plan_let_go", "alternative_to")


def test_a_forced_pair_that_fits_no_longer_ends_the_run(operator: Organisation, ours: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(ours)
    run = asked(operator, force=[(need.pk, pledge.pk)])
    Pledge.objects.update(status="paused")
    with pytest.raises(Unsolved) as unsolved:
        carried(run)
    assert unsolved.value.code == "forced_pair_lost"
    assert Need.objects.get().status == "open"
