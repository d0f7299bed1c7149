"""The policy: disjoint classes, k by class, and lines drawn from the last half-year's totals alone."""

from collections.abc import Callable
from itertools import product

import pytest

from kernel.places import MACRO_ZONES
from offers.kinds.vocabulary import Kind, Urgency
from offers.needs.gate.drawing import HALF_YEAR_SLOTS, SLOTS_PER_K, draw
from offers.needs.gate.memory import MemoryBoard
from offers.needs.gate.policy import Facts, PolicyMalformed, PolicyTooWeak, policy_saying
from tests.offers.needs.gate_rows import GROUPS, ZONES, facts, policy, row

ENOUGH = -(-5 * HALF_YEAR_SLOTS // SLOTS_PER_K)  # households in half a year that come to 5 in three slots
SPLIT = {"home": "macro_zone", "home/europe": "zone", "home/europe/europe-west": "party_band", "daily": "party_band"}
Asked = list[tuple[bytes, Facts]]


def test_a_kind_that_nobody_signed_for_is_in_no_class():
    assert policy().class_of(facts(kind="childcare")) is None


def asked(count: int, **words: object) -> Asked:
    """Return as many households, each with one need of these facts."""
    return [(f"{sorted(words.items())}{i}".encode(), facts(**words)) for i in range(count)]


def europe(count: int, *, west: int | None = None) -> Asked:
    """Return households enough for every child of a split by macro-zone, with `count` in each of the east and both."""
    return [
        *asked(ENOUGH),
        *asked(ENOUGH, macro_zone="asia", zone="several"),
        *asked(count if west is None else west, macro_zone="europe", zone="europe-west"),
        *asked(count, macro_zone="europe", zone="europe-east"),
        *asked(count, macro_zone="europe", zone="several"),
    ]


def test_it_never_publishes_emergencies_or_anyone_under_18() -> None:
    plain = policy()
    assert plain.class_of(facts(urgency="emergency")) is None
    assert plain.class_of(facts(minors=1)) is None
    assert plain.class_of(facts()).key == "home"


def test_it_gives_every_kind_exactly_one_class_and_health_a_larger_k() -> None:
    plain = policy()
    keys = {kind: plain.class_of(facts(kind)).key for kind in GROUPS}
    assert set(keys.values()) == {"home", "health", "rights", "daily"}
    assert plain.classes["health"].k == 10
    assert {plain.classes[key].k for key in ("home", "rights", "daily")} == {5}


def test_it_asks_ten_of_every_class_that_could_hold_a_child() -> None:
    brave = policy(minors=True, splits=SPLIT)
    assert brave.class_of(facts(minors=1)).key == "home/several"
    assert brave.class_of(facts(minors=1, urgency="emergency")) is None
    assert {one.k for one in brave.classes.values()} == {10}
    assert {one.k for one in policy(12).classes.values()} == {12}


def test_it_refuses_a_k_below_five() -> None:
    with pytest.raises(PolicyTooWeak, match="RELEASE_K is 4"):
        policy(4)


PLACES = [("several", "several"), *((macro, zone) for macro in ZONES for zone in (*ZONES[macro], "several"))]
ALL_FACTS = [
    Facts(kind, urgency, minors, *place, party)
    for kind, urgency, minors, place, party in product(Kind.values, Urgency.values, (0, 2), PLACES, ("1", "2+"))
]


def test_it_maps_every_need_to_one_class_or_to_never() -> None:
    split = policy(splits=SPLIT)
    for one in ALL_FACTS:
        found = split.class_of(one)
        assert (found is None) == (one.urgency == "emergency" or one.minors > 0)
        assert found is None or split.classes[found.key] == found
    assert {split.class_of(one).key for one in ALL_FACTS if split.class_of(one)} == set(split.classes)


def test_it_never_lets_a_class_lie_within_another() -> None:
    keys = list(policy(splits=SPLIT).classes)
    assert not [(outer, key) for outer in keys for key in keys if key.startswith(f"{outer}/")]


def test_it_says_of_a_class_only_what_every_row_of_it_has_in_common() -> None:
    said = {key: (one.kind_group, one.zone, one.party_band) for key, one in policy(splits=SPLIT).classes.items()}
    assert said == {
        "daily/one": ("daily", "any", "1"),
        "daily/more": ("daily", "any", "2+"),
        "health": ("health", "any", "any"),
        "home/asia": ("home", "asia", "any"),
        "home/several": ("home", "several", "any"),
        "home/europe/europe-east": ("home", "europe-east", "any"),
        "home/europe/several": ("home", "several", "any"),
        "home/europe/europe-west/one": ("home", "europe-west", "1"),
        "home/europe/europe-west/more": ("home", "europe-west", "2+"),
        "rights": ("rights", "any", "any"),
    }
    assert {(one.period, one.requires) for one in policy(splits=SPLIT).classes.values()} == {("any", ())}


@pytest.mark.parametrize(
    "splits",
    [
        {"home": "zone"},
        {"home": "period"},
        {"nowhere": "party_band"},
        {"home/europe": "zone"},
        {"home": "macro_zone", "home/several": "zone"},
        {"home": "party_band", "home/one": "party_band"},
    ],
)
def test_it_refuses_a_tree_that_is_none(splits: dict[str, str]) -> None:
    with pytest.raises(PolicyMalformed):
        policy(splits=splits)


def test_it_says_all_of_itself_and_has_a_fingerprint_of_it() -> None:
    split = policy(splits=SPLIT)
    assert policy_saying(split.says(), version=3) == policy(splits=SPLIT, version=3)
    others = [
        policy(6, splits=SPLIT), policy(delta=6, splits=SPLIT), policy(life=3, splits=SPLIT), policy(),
        policy(splits=SPLIT, minors=True),
    ]  # fmt: skip
    assert len({one.fingerprint for one in [split, *others]}) == 6
    assert split.fingerprint == policy(splits=dict(reversed(SPLIT.items())), version=9).fingerprint


def test_it_draws_no_line_without_totals() -> None:
    assert draw(policy(splits=SPLIT), []).splits == {}


def test_it_splits_a_node_only_if_every_child_had_enough() -> None:
    assert draw(policy(), europe(ENOUGH)).splits == {"home": "macro_zone", "home/europe": "zone"}
    assert draw(policy(), europe(ENOUGH - 1, west=ENOUGH)).splits == {"home": "macro_zone"}
    assert draw(policy(), europe(ENOUGH)[1:]).splits == {}
    # ten where a class can hold medical needs
    assert draw(policy(), [(name, one._replace(kind="medical")) for name, one in europe(ENOUGH)]).splits == {}


def test_it_splits_by_party_where_places_are_too_thin() -> None:
    both = [*asked(ENOUGH), *asked(ENOUGH, party_band="2+")]
    assert draw(policy(), both).splits == {"home": "party_band"}
    assert draw(policy(), both[1:]).splits == {}


NOBODY: list[Callable[[Asked], Asked]] = [
    lambda seen: [(name, one._replace(urgency="emergency")) for name, one in seen],
    lambda seen: [(name, one._replace(minors=1)) for name, one in seen],
    lambda seen: [(b"one and the same", one) for _name, one in seen],
]


@pytest.mark.parametrize("bent", NOBODY)
def test_it_counts_households_that_can_be_published_once_each(bent: Callable[[Asked], Asked]) -> None:
    assert draw(policy(), bent(europe(ENOUGH))).splits == {}


def test_it_has_zones_that_the_house_knows() -> None:
    wide = policy().says() | {"zones": MACRO_ZONES, "splits": {"home": "macro_zone"} | {}}
    assert len(policy_saying(wide).classes) == 3 + len(MACRO_ZONES) + 1
    assert sum(len(inner) for inner in MACRO_ZONES.values()) == 6


def waiting(count: int, first: int = 0) -> list[tuple[object, Facts]]:
    return [(row(first + i, caseworker="ab"[i % 2]), facts()) for i in range(count)]


def test_it_changes_the_partition_only_after_an_empty_release() -> None:
    board = MemoryBoard(policy(life=2))
    assert board.decide(1, waiting(5))["home"].rows
    board.successor = policy(life=2, splits={"home": "party_band"})
    more = waiting(5, first=10)
    assert board.decide(2, more) == {}
    assert board.decide(3, more) == {}  # the first cohort has left: this release is the empty one
    assert board.listed(3) == []
    assert list(board.decide(4, more)) == ["home/one"]


def test_it_changes_figures_at_once_while_the_lines_stay() -> None:
    board = MemoryBoard(policy())
    board.decide(1, waiting(5))
    board.successor = policy(6)
    assert board.decide(2, waiting(5, first=10))["home"].why == "too_few_households"
    assert board.decide(3, waiting(6, first=10))["home"].rows
    assert board.broken() == []
