"""The gate's pure core, against brute force and against an adversary who keeps every release."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.needs.gate.atoms import Shown, atoms, broken_atoms
from offers.needs.gate.cohort import Waiting, judge, passes
from offers.needs.gate.slots import first_slot, moment_of, slot_at
from tests.offers.needs.gate_rows import patient, row

rows_of = st.lists(
    st.tuples(st.sampled_from(["operator", "p1", "p2", "p3"]), st.sampled_from("abc"), st.integers(0, 14)), max_size=25
).map(lambda words: [row(i, org, who, house) for i, (org, who, house) in enumerate(words)])


@patient
@given(rows_of, st.integers(5, 10))
def test_it_chooses_the_largest_union_of_whole_organisations_that_passes(rows: list[Waiting], k: int) -> None:
    chosen = judge(rows, live_households=[], k=k, delta=5).rows
    first = {}
    for one in rows:
        first.setdefault(one.household, one)
    organisations = sorted({one.organisation for one in first.values()})
    unions = [
        [one for one in first.values() if one.organisation in union]
        for size in range(len(organisations) + 1)
        for union in combinations(organisations, size)
    ]
    best = max((len(union) for union in unions if passes(union, k=k, delta=5)), default=0)
    assert len(chosen) == best
    assert not chosen or passes(chosen, k=k, delta=5)


@patient
@given(rows_of)
def test_it_never_shows_two_rows_of_one_household_nor_one_that_is_live(rows: list[Waiting]) -> None:
    live = {one.household for one in rows[:3]}
    shown = [one.household for one in judge(rows, live_households=live, k=5, delta=5).rows]
    assert len(shown) == len(set(shown))
    assert not live & set(shown)


def test_it_shows_nobody_when_a_partner_could_cross_out_all_but_a_few() -> None:
    planted = [row(i, "p1", "ab"[i % 2]) for i in range(4)]
    others = [row(100 + i, "operator", "c") for i in range(4)]
    verdict = judge(planted + others, live_households=[], k=5, delta=5)
    assert (verdict.rows, verdict.why, verdict.households) == ([], "beside_a_partner", 8)


def test_it_shows_a_partners_rows_alone_when_only_they_pass() -> None:
    own = [row(i, "p1", "ab"[i % 2]) for i in range(8)]
    others = [row(100 + i, "operator", "c") for i in range(2)]
    assert judge(own + others, live_households=[], k=5, delta=5).rows == own


def test_it_wants_two_caseworkers() -> None:
    verdict = judge([row(i) for i in range(20)], live_households=[], k=5, delta=5)
    assert (verdict.rows, verdict.why) == ([], "one_caseworker")


def test_it_wants_delta_households_where_that_is_more_than_k() -> None:
    six = [row(i, caseworker="ab"[i % 2]) for i in range(6)]
    assert judge(six, live_households=[], k=5, delta=6).rows == six
    assert judge(six, live_households=[], k=5, delta=7).why == "too_few_households"


def test_it_finds_an_atom_that_gives_somebody_away() -> None:
    rows = [row(i, caseworker="ab"[i % 2]) for i in range(6)]
    whole = Shown("home", frozenset({1, 2}), 5, rows)
    assert broken_atoms([whole]) == []
    early = [Shown("home", frozenset({1, 2}), 5, rows[:5]), Shown("home", frozenset({1}), 5, rows[5:])]
    assert broken_atoms(early) == [("home", frozenset({1}))]
    assert sorted(len(found) for found in atoms(early).values()) == [1, 5]


def test_it_holds_each_atom_to_what_it_was_promised() -> None:
    rows = [row(i, caseworker="ab"[i % 2]) for i in range(6)]
    strict, lax = Shown("home", frozenset({1}), 6, rows), Shown("home", frozenset({2}), 5, rows[:5])
    assert broken_atoms([strict, lax]) == []
    assert broken_atoms([Shown("home", frozenset({1}), 7, rows)]) == [("home", frozenset({1}))]
    assert broken_atoms([Shown("home", frozenset({1}), 5, rows, delta=7)]) == [("home", frozenset({1}))]


cohorts_of = st.lists(rows_of, max_size=4)


@patient
@given(cohorts_of, st.data())
def test_it_hides_everyone_in_every_union_and_difference_of_releases(
    cohorts: list[list[Waiting]], data: st.DataObject
) -> None:
    shown = [
        Shown("home", frozenset(range(i, i + 3)), 5, judge(rows, live_households=[], k=5, delta=5).rows)
        for i, rows in enumerate(cohorts)
    ]
    wanted = data.draw(st.sets(st.integers(0, 7)))
    unwanted = data.draw(st.sets(st.integers(0, 7)))
    # what an observer can ask of kept releases: rows seen in one of these and in none of those
    told = [one for shown_then in shown for one in shown_then.rows if shown_then.slots & wanted - unwanted]
    apart = [one for shown_then in shown for one in shown_then.rows if not shown_then.slots & unwanted]
    for rows in (told, apart):
        assert not rows or passes(rows, k=5, delta=0)


def test_it_counts_slots_from_the_set_hour() -> None:
    start = moment_of(100, "MON 04:00")
    assert start.weekday() == 0
    assert (start.hour, slot_at(start, "MON 04:00")) == (4, 100)
    assert slot_at(start.replace(hour=3), "MON 04:00") == 99


@pytest.mark.parametrize("setting", ["", "MON", "XXX 04:00", "MON 24:00", "MON 04:60", "MON -4:00"])
def test_it_says_what_a_slot_looks_like(setting: str) -> None:
    with pytest.raises(ValueError, match="MON 04:00"):
        first_slot(setting)
