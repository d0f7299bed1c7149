"""Replay: one story under several policies, told in totals."""

import json
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from offers.matching.facts import Span
from offers.matching.past import past
from offers.matching.replay.measures import SMALL, Measured, measured
from offers.matching.replay.plot import drawn
from offers.matching.replay.policies import POLICIES, Policy
from offers.matching.replay.story import Chances, NeedStory, PledgeStory, Story
from offers.matching.replay.world import Walked, World
from offers.matching.replay.year import Year, imagined
from tests.offers.matching.plain import TODAY, need_facts, pledge_facts
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge

NAMED = {policy.name: policy for policy in POLICIES}
NOBODY_SAYS_NO = Chances(declined=0, no_show=0)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def asks(pk: str, *, opened: int = 0, closed: int = 8, **facts: Any) -> NeedStory:
    words = {"id": pk, "waiting_since": day(opened), "window": Span(day(9), day(30)), "stay_days": 10, **facts}
    return NeedStory(need_facts(**words), day(opened), day(closed))


def offers(pk: str, *, opened: int = 0, **facts: Any) -> PledgeStory:
    words = {"id": pk, "tokens": frozenset({pk}), "units_total": 1, **facts}
    return PledgeStory(pledge_facts(**words), day(opened), day(300))


def walked(needs: list[NeedStory], pledges: list[PledgeStory], policy: str | Policy, **also: Any) -> Walked:
    story = Story(tuple(needs), tuple(pledges), TODAY, day(60), also.get("chances", NOBODY_SAYS_NO))
    return walk(story, NAMED[policy] if isinstance(policy, str) else policy)


def walk(story: Story, policy: Policy) -> Walked:
    return World(story, policy, exclusive=frozenset({"housing"}), seed=1).walk()


def pairs(told: Walked) -> dict[str, str]:
    return {pk: one.pledge.facts.id for pk, one in told.placed.items()}


def test_a_run_sees_what_a_list_worked_through_cannot() -> None:
    """Who may go anywhere takes the better room; the one who can take no other is left."""
    needs = [asks("nd_a", prefers=frozenset({"quiet"})), asks("nd_b", opened=1, countries=("LT",))]
    rooms = [offers("pl_lt", opened=1, verified=frozenset({"quiet"})), offers("pl_de", opened=1, country="DE")]
    assert pairs(walked(needs, rooms, "first come")) == {"nd_a": "pl_lt"}
    assert pairs(walked(needs, rooms, "daily run")) == {"nd_a": "pl_de", "nd_b": "pl_lt"}


def test_tiers_put_the_more_urgent_first() -> None:
    needs = [asks("nd_a", urgency="planned", size=2), asks("nd_b", urgency="emergency", size=1, bands={"18-59": 1})]
    assert pairs(walked(needs, [offers("pl_a")], "daily run")) == {"nd_b": "pl_a"}
    assert pairs(walked(needs, [offers("pl_a")], "daily run, no tiers")) == {"nd_a": "pl_a"}


def test_a_weekly_run_lets_people_wait_for_its_day() -> None:
    waits = {
        name: measured(walked([asks("nd_a", opened=1)], [offers("pl_a")], name)).waited_median
        for name in ("daily run", "weekly run")
    }
    to_the_run = next(number for number in range(1, 9) if day(number).toordinal() % 7 == 0)
    assert waits == {"daily run": 0, "weekly run": to_the_run - 1}


def test_a_pair_that_came_to_nothing_is_not_tried_again_and_its_room_is_free() -> None:
    told = walked([asks("nd_a")], [offers("pl_a"), offers("pl_b")], "daily run", chances=Chances(1000, 0))
    assert (told.proposals, told.declined, told.placed) == (2, 2, {})
    told = walked([asks("nd_a")], [offers("pl_a"), offers("pl_b")], "daily run", chances=Chances(0, 1000))
    assert (told.proposals, told.no_shows, told.placed) == (2, 2, {})


def test_a_proposal_is_moved_only_where_that_is_the_policy() -> None:
    needs = [asks("nd_a"), asks("nd_b", opened=1, countries=("LT",), closed=4)]
    rooms = [offers("pl_lt"), offers("pl_de", opened=1, country="DE")]
    stays, moves = (walked(needs, rooms, name) for name in ("daily run", "daily run, moving"))
    assert (pairs(stays), stays.moves) == ({"nd_a": "pl_lt"}, 0)
    assert (pairs(moves), moves.moves) == ({"nd_a": "pl_de", "nd_b": "pl_lt"}, 1)


def test_a_stable_proposal_is_not_moved_for_a_little() -> None:
    """The other room is better by a preference; only what gains more, or places somebody, moves a proposal."""
    needs = [asks("nd_a", prefers=frozenset({"quiet", "step_free", "smoke_free"}))]
    rooms = [offers("pl_lt"), offers("pl_other", opened=1, verified=frozenset({"quiet"}))]
    assert pairs(walked(needs, rooms, "daily run, moving")) == {"nd_a": "pl_other"}
    assert pairs(walked(needs, rooms, "daily run, stable")) == {"nd_a": "pl_lt"}


def test_who_is_gone_is_not_placed() -> None:
    told = walked([asks("nd_a", closed=3)], [offers("pl_a", opened=3)], "daily run")
    assert told.placed == {}
    assert told.waiting[0] == 0


@pytest.fixture(scope="module")
def year() -> Story:
    return imagined(Year(needs=60, seed=3))


@pytest.fixture(scope="module")
def told(year: Story) -> list[Walked]:
    return [walk(year, NAMED[name]) for name in ("first come", "daily run, moving", "weekly run")]


def test_no_room_is_given_twice_on_a_day(told: list[Walked]) -> None:
    for one in told:
        stays: dict[tuple[str, int], list[Span]] = {}
        for kept in one.placed.values():
            assert kept.need.opened <= kept.since
            assert kept.pledge.opened <= kept.since < kept.pledge.closed
            for unit in kept.units:
                assert 1 <= unit <= kept.pledge.facts.units_total
                others = stays.setdefault((kept.pledge.facts.id, unit), [])
                assert not any(kept.stay.overlaps(other) for other in others)
                others.append(kept.stay)
        assert len(one.placed) > 10


def test_the_same_seed_tells_the_same(year: Story, told: list[Walked]) -> None:
    assert imagined(Year(needs=60, seed=3)) == year != imagined(Year(needs=60, seed=4))
    again = measured(walk(year, NAMED["weekly run"]))
    assert replace(again, seconds=0) == replace(measured(told[2]), seconds=0)


def counts(one: Measured) -> list[int | None]:
    shares = [one.all, *one.by_urgency.values(), *one.by_size.values()]
    cells = [cell for share in shares for cell in (share.placed, share.needs)]
    return [*cells, one.proposals, one.declined, one.no_shows, one.moves, *one.waiting]


def test_of_real_people_no_small_total_is_told(told: list[Walked]) -> None:
    for one in told:
        plain, kept_back = measured(one), measured(one, small=SMALL)
        assert sum(share.placed or 0 for share in plain.by_urgency.values()) == plain.all.placed == len(one.placed)
        assert sum(share.needs or 0 for share in plain.by_size.values()) == plain.all.needs == 60
        assert all(number is None or number % SMALL == 0 < number for number in counts(kept_back))
    few = walked([asks("nd_a")], [offers("pl_a")], "daily run")
    assert set(counts(measured(few, small=SMALL))) == {None}
    assert measured(few, small=SMALL).quality is None


def test_the_picture_is_one_file_that_needs_nothing_else(told: list[Walked], tmp_path: Path) -> None:
    picture = drawn([measured(one, small=SMALL) for one in told], title="A & B <year>")
    root = ET.fromstring(picture)  # noqa: S314 - our own words
    words = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert words <= {"svg", "title", "rect", "text", "line", "circle", "polyline"}
    assert not any(name in ("href", "style", "src") for element in root.iter() for name in element.attrib)
    assert {one.policy.name for one in told} <= {element.text for element in root.iter()}


def replayed(*words: str) -> str:
    out = StringIO()
    call_command("replay", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table_figures_and_a_picture(tmp_path: Path) -> None:
    words = ("--synthetic", "--needs", "12", "--policy", "first come", "--policy", "weekly run")
    table = replayed(*words, "--plot", str(tmp_path / "year.svg")).splitlines()
    assert [line.split("  ")[0] for line in table] == ["policy", "first come", "weekly run"]
    assert "A synthetic year of 12 needs, seed 1" in (tmp_path / "year.svg").read_text()
    figures = json.loads(replayed(*words, "--json"))
    assert [one["policy"] for one in figures] == ["first come", "weekly run"]
    assert figures[0]["all"]["needs"] == 12
    with pytest.raises(CommandError):
        replayed("--synthetic", "--needs", "0")


@pytest.mark.django_db
def test_a_history_is_read_with_its_days_and_told_in_totals_alone() -> None:
    ours = make_organisation("Ours")
    needs = [make_need(ours) for _ in range(25)]
    for _ in range(12):
        make_pledge(ours)
    gone = make_need(ours, status="withdrawn")
    gone.keep_history(old="open", new="withdrawn", by="user:1", at=NOW, why="")
    first, last = date(2026, 11, 1), date(2027, 2, 1)
    story = past(first=first, last=last)
    assert len(story.needs) == 26
    assert {one.closed for one in story.needs if one.facts.id == gone.pk} == {NOW.date()}
    assert {one.closed for one in story.needs if one.facts.id == needs[0].pk} == {date(2026, 12, 8)}
    assert [(one.opened, one.closed) for one in story.pledges] == [(NOW.date(), date(2027, 3, 1))] * 12
    printed = replayed("--history", "--from", "2026-11-01", "--until", "2027-02-01", "--policy", "daily run", "--json")
    (figures,) = json.loads(printed)
    assert figures["all"] == {"placed": 10, "needs": 20}
    assert "nd_" not in printed
    assert ours.pk not in printed
    with pytest.raises(CommandError, match="Nothing was asked"):
        replayed("--history", "--from", "2020-01-01", "--until", "2020-02-01")
