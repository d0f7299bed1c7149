"""The policy: which class a need belongs to, and how many households a class needs before any of it shows.

Source: design 4-help.md, "Publication", lines 1 to 3. A partition is a tree. It begins at the group of kinds, and a
node may be split by macro-zone, then by zone, then by party. Every need ends in exactly one leaf, its class: classes
are disjoint, and nothing climbs. No partition ever states a period or a requirement: both are `any` in every class, so
that rows of one class differ by their random id alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

SMALLEST_K = 5
SENSITIVE_K = 10
SENSITIVE_KINDS = frozenset({"medical", "psychological"})
MACRO_ZONE, ZONE, PARTY = "macro_zone", "zone", "party_band"
DIMENSIONS = (MACRO_ZONE, ZONE, PARTY)
SEVERAL = "several"
ANY = "any"
PARTY_BANDS = ("1", "2+")
_STEP = "/"


class PolicyTooWeak(ValueError):
    """The configured k is smaller than any policy may use."""


class PolicyMalformed(ValueError):
    """A policy splits what cannot be split: its tree is none."""


class Facts(NamedTuple):
    """What of a need a policy may look at. `macro_zone` and `zone` are `several` where the person may go to several."""

    kind: str
    urgency: str
    minors: int
    macro_zone: str
    zone: str
    party_band: str


@dataclass(frozen=True, slots=True)
class ReleaseClass:
    """One leaf of the partition: its key, what every row of it says, and its k in households."""

    key: str
    kind_group: str
    k: int
    zone: str = ANY
    party_band: str = ANY
    period: str = ANY
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleasePolicy:
    """Figures, and the tree that maps a need to its class.

    `kind_group` gives the group of each kind, `zones` the zones of each macro-zone, and `splits` the dimension each
    inner node is split by, keyed by the words on the way to it (`home`, `home/europe`). `version` counts policies.
    """

    k: int
    delta: int
    life: int
    kind_group: Mapping[str, str]
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    minors: bool = False
    version: int = 0

    def __post_init__(self) -> None:
        """Raise PolicyTooWeak or PolicyMalformed for a policy that may not be."""
        if self.k < SMALLEST_K:
            raise PolicyTooWeak(f"RELEASE_K is {self.k}: it must be {SMALLEST_K} or more.")
        inner = {node for node, _children in self._inner_nodes()}
        if astray := sorted(set(self.splits) - inner):
            raise PolicyMalformed(f"{astray[0]} is no node of this policy.")

    def class_of(self, facts: Facts) -> ReleaseClass | None:
        """Return the one class of a need, or None for "never": emergencies, under 18 by default, unsigned kinds."""
        if facts.urgency == "emergency" or (facts.minors and not self.minors):
            return None
        if facts.kind not in self.kind_group:
            return None  # a kind that came after two people signed waits until they sign anew
        node = self.kind_group[facts.kind]
        while node in self.splits:
            node = step(node, getattr(facts, self.splits[node]))
        return self.classes[node]

    @cached_property
    def classes(self) -> dict[str, ReleaseClass]:
        """Every class by its key."""
        inner = dict(self._inner_nodes())
        below = [child for children in inner.values() for child in children]
        return {node: self._class(node) for node in [*self.groups(), *below] if node not in inner}

    def groups(self) -> list[str]:
        """Return the groups of kinds, where the tree begins."""
        return sorted(set(self.kind_group.values()))

    def k_of(self, group: str) -> int:
        """Return k for the classes of a group: larger where one can hold medical or psychological needs, or minors."""
        sensitive = self.minors or any(self.kind_group.get(kind) == group for kind in SENSITIVE_KINDS)
        return max(self.k, SENSITIVE_K) if sensitive else self.k

    def children_of(self, node: str, dimension: str) -> list[str]:
        """Return the nodes a split would make; none where this node cannot be split so."""
        words = node.split(_STEP)
        here = words[-1]
        match dimension:
            case "macro_zone" if len(words) == 1 and self.zones:
                found = [*self.zones, SEVERAL]
            case "zone" if len(words) == 2 and here in self.zones:
                found = [*self.zones[here], SEVERAL]
            case "party_band" if here not in _PARTY_STEPS.values():
                found = list(PARTY_BANDS)
            case _:
                found = []
        return [step(node, word) for word in found]

    def says(self) -> dict[str, Any]:
        """Return the policy as plain values: the policy file that two people sign."""
        return {
            "k": self.k,
            "delta": self.delta,
            "life": self.life,
            "minors": self.minors,
            "kind_group": dict(sorted(self.kind_group.items())),
            "zones": {macro: list(inner) for macro, inner in sorted(self.zones.items())},
            "splits": dict(sorted(self.splits.items())),
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 (64 hex digits) over the canonical JSON of what it says: any other word, another fingerprint."""
        return hashlib.sha256(json.dumps(self.says(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def partition(self) -> dict[str, Any]:
        """Return the part that may change only after an empty release: where the lines between classes run."""
        says = self.says()
        return {name: says[name] for name in ("minors", "kind_group", "zones", "splits")}

    def _inner_nodes(self) -> Iterator[tuple[str, list[str]]]:
        waiting = self.groups()
        while waiting:
            node = waiting.pop()
            if node not in self.splits:
                continue
            children = self.children_of(node, self.splits[node])
            if not children:
                raise PolicyMalformed(f"{node} cannot be split by {self.splits[node]}.")
            yield node, children
            waiting += children

    def _class(self, key: str) -> ReleaseClass:
        group, *words = key.split(_STEP)
        bands = {shown: band for band, shown in _PARTY_STEPS.items()}
        places = [word for word in words if word not in bands]
        return ReleaseClass(
            key=key,
            kind_group=group,
            k=self.k_of(group),
            zone=places[-1] if places else ANY,
            party_band=next((bands[word] for word in words if word in bands), ANY),
        )


# an audit word has no plus sign
_PARTY_STEPS = {"1": "one", "2+": "more"}


def step(node: str, word: str) -> str:
    """Return the key of the child of a node for one word of a dimension."""
    return f"{node}{_STEP}{_PARTY_STEPS.get(word, word)}"


def policy_saying(says: Mapping[str, Any], *, version: int = 0) -> ReleasePolicy:
    """Return the policy that a policy file says. Raises PolicyTooWeak or PolicyMalformed."""
    return ReleasePolicy(
        k=says["k"],
        delta=says["delta"],
        life=says["life"],
        minors=says["minors"],
        kind_group=dict(says["kind_group"]),
        zones={macro: tuple(inner) for macro, inner in says["zones"].items()},
        splits=dict(says["splits"]),
        version=version,
    )
