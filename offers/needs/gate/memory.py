"""A board in memory, under the very rules of the real one: for simulations, and for adversaries in tests."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from offers.needs.gate.atoms import Atom, Shown, broken_atoms, seen_from
from offers.needs.gate.cohort import Verdict, Waiting, judge
from offers.needs.gate.policy import Facts, ReleaseClass, ReleasePolicy


@dataclass(slots=True)
class Standing:
    """A cohort in memory: `ids` name its rows on the board, in the order of `rows`."""

    release_class: ReleaseClass
    from_slot: int
    until_slot: int
    rows: list[Waiting]
    ids: list[str]


@dataclass(slots=True)
class MemoryBoard:
    """Decides slots, keeps all history, and knows what everyone could see. `new_id` draws the name of a row."""

    policy: ReleasePolicy
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    history: list[Standing] = field(default_factory=list)
    successor: ReleasePolicy | None = None
    last_slot: int | None = None

    def listed(self, slot: int) -> list[Standing]:
        """Return the cohorts that stand on the board at a slot."""
        return [one for one in self.history if one.from_slot <= slot < one.until_slot]

    def view(self, slot: int) -> dict[str, ReleaseClass]:
        """Return what anyone sees at a slot: the words of its class by the id of each row, sorted by id."""
        rows = {name: one.release_class for one in self.listed(slot) for name in one.ids}
        return dict(sorted(rows.items()))

    def decide(self, slot: int, ready: Iterable[tuple[Waiting, Facts]]) -> dict[str, Verdict]:
        """Let every class that passes appear at `slot`, and return the verdict of each that somebody waited for."""
        if not self._adopt(slot):
            self.last_slot = slot
            return {}
        classes = self.policy.classes
        waiting: dict[str, list[Waiting]] = defaultdict(list)
        for row, facts in ready:
            if (release_class := self.policy.class_of(facts)) is not None:
                waiting[release_class.key].append(row)
        live: dict[str, set[bytes]] = defaultdict(set)
        for one in self.listed(slot):
            live[one.release_class.key].update(row.household for row in one.rows)
        verdicts = {
            key: judge(rows, live_households=live[key], k=classes[key].k, delta=self.policy.delta)
            for key, rows in waiting.items()
        }
        for key, verdict in verdicts.items():
            if verdict.rows:
                names = [self.new_id() for _row in verdict.rows]
                until = slot + self.policy.life
                self.history.append(Standing(classes[key], slot, until, list(verdict.rows), names))
        self.last_slot = slot
        return verdicts

    def clear(self, slot: int) -> None:
        """The kill switch: everything leaves the board now."""
        self.history = [replace(one, until_slot=min(one.until_slot, slot)) for one in self.history]

    def broken(self) -> list[Atom]:
        """Return the atoms of all history that would give somebody away."""
        return broken_atoms(
            Shown(one.release_class.key, seen_from(one.from_slot, one.until_slot), one.release_class.k, one.rows)
            for one in self.history
        )

    def _adopt(self, slot: int) -> bool:
        """Change the policy after an empty release; return whether anything may appear at this slot."""
        if self.successor is None:
            return True
        moved = self.successor.partition() != self.policy.partition()
        if moved and self.last_slot is not None and self.listed(self.last_slot):
            return False
        self.policy, self.successor = self.successor, None
        return True
