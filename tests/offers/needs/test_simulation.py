"""What the gate costs on synthetic streams: figures that are goals, and nobody told apart."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from offers.needs.gate.ablations import LEFT_OUT, ablation
from offers.needs.gate.simulation import Stream, simulate
from tests.offers.needs.gate_rows import policy


@pytest.mark.parametrize(("rate", "goal"), [(10, 0.70), (30, 0.85)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_lets_most_needs_appear_within_six_weeks(rate: int, goal: float, seed: int) -> None:
    outcome = simulate(Stream(rate, seed=seed), policy())
    assert outcome.within_six_weeks >= goal
    assert outcome.broken == 0


@pytest.mark.parametrize("planted", [4, 20])
def test_it_tells_nobody_apart_whatever_a_partner_plants(planted: int) -> None:
    outcome = simulate(Stream(6, weeks=60, planted_a_week=planted), policy())
    assert outcome.broken == 0
    assert outcome.lines > 0


def test_it_makes_the_same_stream_of_the_same_seed() -> None:
    first, again, other = (simulate(Stream(10, seed=seed, weeks=30), policy()) for seed in (5, 5, 6))
    assert first == again != other


def test_it_says_what_each_rule_costs() -> None:
    told = dict(ablation(Stream(10), policy()))
    assert set(told) == set(LEFT_OUT)
    assert told["no random delay"].median_weeks < told["all rules"].median_weeks
    assert told["no larger k for health"].within_six_weeks > told["all rules"].within_six_weeks
    assert told["no planted-need rule"].within_six_weeks >= told["all rules"].within_six_weeks


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("simulate_needs", *arguments, stdout=said)
    return said.getvalue()


def test_it_prints_a_table_and_touches_no_database() -> None:
    lines = run("--households", "5", "10", "--weeks", "20").splitlines()
    assert len(lines) == 3
    assert "within 6 weeks" in lines[0]
    told = json.loads(run("--households", "10", "--weeks", "20", "--json", "--planted", "3", "--one-need"))
    assert (told[0]["households_a_week"], told[0]["broken"], told[0]["rules"]) == (10, 0, "all rules")
    assert len(json.loads(run("--households", "10", "--weeks", "20", "--json", "--ablation"))) == len(LEFT_OUT)


def test_it_wants_a_stream_that_runs() -> None:
    with pytest.raises(CommandError, match="1 household"):
        run("--households", "0")
