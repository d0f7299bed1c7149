"""The gate's pure core, against brute force and against an adversary who keeps every release."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.kinds import registry
from offers.needs.gate.atoms import Seen, atoms, broken_atoms
from offers.needs.gate.cohort import Waiting, choose, passes
from offers.needs.gate.policy import PolicyTooWeak, plain_policy
from offers.needs.gate.slots import first_slot, moment_of, slot_at

GROUPS = {word: str(kind.group) for word, kind in registry.found().items()}


def row(number: int, organisation: str = "operator", caseworker: str = "a", household: int | None = None) -> Waiting:
    """Return one waiting need."""
    house = number if household is None else household
    return Waiting(
        f"nd{number}", f"{organisation}{house}".encode(), organisation, caseworker, organisation != "operator"
    )


rows_of = st.lists(
    st.tuples(st.sampled_from(["operator", "p1", "p2", "p3"]), st.sampled_from("abc"), st.integers(0, 14)), max_size=25
).map(lambda words: [row(i, org, who, house) for i, (org, who, house) in enumerate(words)])


@given(rows_of, st.integers(5, 10))
def test_it_chooses_the_largest_union_of_whole_organisations_that_passes(rows: list[Waiting], k: int) -> None:
    chosen = choose(rows, live_households=[], k=k, delta=5)
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


@given(rows_of)
def test_it_never_shows_two_rows_of_one_household_nor_one_that_is_live(rows: list[Waiting]) -> None:
    live = {one.household for one in rows[:3]}
    shown = [one.household for one in choose(rows, live_households=live, k=5, delta=5)]
    assert len(shown) == len(set(shown))
    assert not live & set(shown)


def test_it_shows_nobody_when_a_partner_could_cross_out_all_but_a_few() -> None:
    planted = [row(i, "p1", "ab"[i % 2]) for i in range(4)]
    others = [row(100 + i, "operator", "c") for i in range(4)]
    assert choose(planted + others, live_households=[], k=5, delta=5) == []


def test_it_shows_a_partners_rows_alone_when_only_they_pass() -> None:
    own = [row(i, "p1", "ab"[i % 2]) for i in range(8)]
    others = [row(100 + i, "operator", "c") for i in range(2)]
    assert choose(own + others, live_households=[], k=5, delta=5) == own


def test_it_wants_two_caseworkers() -> None:
    assert choose([row(i) for i in range(20)], live_households=[], k=5, delta=5) == []


def test_it_finds_an_atom_that_gives_somebody_away() -> None:
    seen = [Seen("home", frozenset({1, 2}), row(i, caseworker="ab"[i % 2])) for i in range(6)]
    assert broken_atoms(seen, k={"home": 5}, delta=5) == []
    early = [*seen[:5], Seen("home", frozenset({1}), seen[5].row)]
    assert broken_atoms(early, k={"home": 5}, delta=5) == [("home", frozenset({1}))]
    assert sorted(len(rows) for rows in atoms(early).values()) == [1, 5]


def test_it_never_publishes_emergencies_or_anyone_under_18() -> None:
    policy = plain_policy(k=5, kind_group=GROUPS)
    assert policy.class_of(kind="housing", urgency="emergency", minors=0) is None
    assert policy.class_of(kind="housing", urgency="soon", minors=1) is None
    assert policy.class_of(kind="housing", urgency="soon", minors=0).key == "home"


def test_it_gives_every_kind_exactly_one_class_and_health_a_larger_k() -> None:
    policy = plain_policy(k=5, kind_group=GROUPS)
    keys = {kind: policy.class_of(kind=kind, urgency="soon", minors=0).key for kind in GROUPS}
    assert set(keys.values()) == {"home", "health", "rights", "daily"}
    assert policy.classes["health"].k == 10
    assert {policy.classes[key].k for key in ("home", "rights", "daily")} == {5}


def test_it_refuses_a_k_below_five() -> None:
    with pytest.raises(PolicyTooWeak, match="RELEASE_K is 4"):
        plain_policy(k=4, kind_group=GROUPS)


def test_it_counts_slots_from_the_set_hour() -> None:
    start = moment_of(100, "MON 04:00")
    assert start.weekday() == 0
    assert (start.hour, slot_at(start, "MON 04:00")) == (4, 100)
    assert slot_at(start.replace(hour=3), "MON 04:00") == 99


@pytest.mark.parametrize("setting", ["", "MON", "XXX 04:00", "MON 24:00", "MON 04:60", "MON -4:00"])
def test_it_says_what_a_slot_looks_like(setting: str) -> None:
    with pytest.raises(ValueError, match="MON 04:00"):
        first_slot(setting)
