"""An adversary against the gate: keeps every release, plants needs through a partner, knows one true fact.

The fact is the strongest a view can be asked about: the class the person's need is in, and everything the view says of
it. What is left to the adversary is which line is hers. The bound: a line is hers with probability 1/k at most.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from offers.needs.gate.cohort import Verdict, Waiting
from offers.needs.gate.memory import MemoryBoard
from offers.needs.gate.policy import Facts, ReleaseClass
from tests.offers.needs.gate_rows import facts, policy

MALLORY = "mallory"
KINDS = ("housing", "medical", "legal", "food")
SPLITS: tuple[dict[str, str], ...] = (
    {},
    {"home": "party_band"},
    {"home": "macro_zone", "home/europe": "zone"},
    {"health": "party_band", "home": "macro_zone"},
)
PLACES = (("several", "several"), ("europe", "europe-west"), ("europe", "several"), ("asia", "several"))
ORGANISATIONS = ("operator", "p1", "p2", MALLORY)


class Adversary:
    """What was seen, line by line, and nothing else: in which slots each id stood, and the words beside it."""

    def __init__(self) -> None:
        self.slots: dict[str, set[int]] = defaultdict(set)
        self.words: dict[str, tuple[str, ...]] = {}
        self.own: set[str] = set()  # lines of needs she planted; nobody tells her, so this gives her more than she has

    def looks(self, slot: int, view: dict[str, ReleaseClass]) -> None:
        """Keep a release."""
        for name, said in view.items():
            self.slots[name].add(slot)
            self.words[name] = (said.kind_group, said.zone, said.party_band, said.period, *said.requires)

    def candidates(self, name: str) -> set[str]:
        """Return the lines that could be the one of `name` for all she can tell: seen alike, saying alike, not hers."""
        return {
            other
            for other, slots in self.slots.items()
            if slots == self.slots[name] and self.words[other] == self.words[name] and other not in self.own
        }


class Gate(RuleBasedStateMachine):
    """Households come and go, slots pass, the switch is worked, the policy changes; she plants as she likes."""

    @initialize(splits=st.sampled_from(SPLITS), life=st.integers(1, 4))
    def begin(self, splits: dict[str, str], life: int) -> None:
        self.board = MemoryBoard(policy(life=life, splits=splits), new_id=self._new_id)
        self.life, self.slot, self.number, self.steps = life, 0, 0, 0
        self.adversary = Adversary()
        self.open: dict[str, tuple[Waiting, Facts]] = {}
        self.ready: dict[str, int] = {}
        self.truth: dict[str, ReleaseClass] = {}

    def _new_id(self) -> str:
        self.number += 1
        return f"pub{self.number}"

    def _ask(self, organisation: str, household: int, caseworker: int, said: Facts, delay: int) -> None:
        self.number += 1
        need = f"nd{self.number}"
        row = Waiting(
            need, f"{organisation}:{household}".encode(), organisation, f"{organisation}{caseworker}",
            organisation != "operator",
        )  # fmt: skip
        self.open[need] = row, said
        self.ready[need] = self.slot + delay

    @rule(
        organisation=st.sampled_from(ORGANISATIONS),
        households=st.lists(st.integers(0, 40), min_size=1, max_size=12),
        caseworker=st.integers(0, 2),
        kind=st.sampled_from(KINDS),
        urgency=st.sampled_from(["emergency", "soon", "soon", "soon"]),
        minors=st.sampled_from([0, 0, 0, 1]),
        place=st.sampled_from(PLACES),
        party=st.sampled_from(["1", "2+"]),
        delay=st.integers(0, 2),
    )
    def ask(
        self, organisation: str, households: list[int], caseworker: int, kind: str, urgency: str, minors: int,
        place: tuple[str, str], party: str, delay: int,
    ) -> None:  # fmt: skip
        said = facts(kind, urgency=urgency, minors=minors, macro_zone=place[0], zone=place[1], party_band=party)
        for i, household in enumerate(households):
            self._ask(organisation, household, caseworker + i % 2, said, delay)

    @rule(kind=st.sampled_from(KINDS), count=st.integers(1, 15), fresh=st.integers(100, 10_000))
    def plant(self, kind: str, count: int, fresh: int) -> None:
        for i in range(count):
            self._ask(MALLORY, fresh + i, i % 2, facts(kind), 0)

    @rule(which=st.randoms(use_true_random=False), share=st.floats(0, 1))
    def close(self, which: Any, share: float) -> None:
        for need in which.sample(sorted(self.open), int(len(self.open) * share)):
            del self.open[need]

    @rule()
    def close_what_was_planted(self) -> None:
        self.open = {need: one for need, one in self.open.items() if one[0].organisation != MALLORY}

    @rule()
    def pass_a_slot(self) -> None:
        self.slot += 1
        standing = {row.need for one in self.board.listed(self.slot) for row in one.rows}
        ready = [one for need, one in self.open.items() if self.ready[need] <= self.slot and need not in standing]
        self.board.decide(self.slot, ready)
        for one in self.board.history:
            if one.from_slot == self.slot:
                hers = {name for name, row in zip(one.ids, one.rows, strict=True) if row.organisation == MALLORY}
                self.adversary.own |= hers
                self.truth |= {name: one.release_class for name in one.ids if name not in hers}
        self.adversary.looks(self.slot, self.board.view(self.slot))

    @rule()
    def clear(self) -> None:
        self.board.clear(self.slot)

    @rule(splits=st.sampled_from(SPLITS), k=st.sampled_from([5, 5, 6]))
    def sign(self, splits: dict[str, str], k: int) -> None:
        self.board.successor = policy(k, life=self.life, splits=splits)

    @invariant()
    def leave_no_atom_below_k(self) -> None:
        self.steps += 1  # every invariant is asked after every step
        assert self.board.broken() == []

    @invariant()
    def leave_the_true_line_among_k(self) -> None:
        bound: dict[tuple[frozenset[int], tuple[str, ...]], int] = {}
        for name, said in self.truth.items():
            seen = frozenset(self.adversary.slots[name]), self.adversary.words[name]
            if seen not in bound:
                bound[seen] = len(self.adversary.candidates(name))
            assert bound[seen] >= said.k, (name, seen)


def _play(*, steps: int, in_a_game: int, chance: bool) -> None:
    """Play games until at least so many steps were taken: by chance, or the same ones every time."""
    taken = [0, 0]

    class Counted(Gate):
        def teardown(self) -> None:
            taken[0] += self.steps
            taken[1] += len(self.truth)

    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=2 * steps // in_a_game,
        stateful_step_count=in_a_game,
        deadline=None,
        suppress_health_check=quiet,
        database=None,
        derandomize=not chance,
    )
    run_state_machine_as_test(Counted, settings=how)
    assert taken[0] >= steps
    assert taken[1] > 0  # somebody stood on the board


def test_it_hides_everyone_from_an_adversary_who_keeps_every_release() -> None:
    _play(steps=1_000, in_a_game=50, chance=False)


@pytest.mark.chaos
def test_it_hides_everyone_through_ten_thousand_steps() -> None:
    _play(steps=10_000, in_a_game=100, chance=True)


class Forgetful(MemoryBoard):
    """A gate that takes every row for the operator's own."""

    def decide(self, slot: int, ready: Iterable[tuple[Waiting, Facts]]) -> dict[str, Verdict]:
        return MemoryBoard.decide(self, slot, [(replace(row, partner=False), said) for row, said in ready])


def test_it_would_notice_a_gate_that_forgets_whose_rows_were_planted() -> None:
    machine = Gate()
    machine.begin({}, 4)
    machine.board = Forgetful(policy())
    machine.ask("operator", [1, 2], 0, "housing", "soon", 0, ("several", "several"), "1", 0)
    machine.plant("housing", 6, 100)
    machine.pass_a_slot()
    assert len(machine.truth) == 2
    with pytest.raises(AssertionError):
        machine.leave_the_true_line_among_k()
