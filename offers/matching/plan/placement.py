"""What every way of planning hands back."""

from dataclasses import dataclass
from typing import NamedTuple

from offers.matching.plan.edges import Pair


class Placement(NamedTuple):
    """A pair that is placed, and how many units of which lot it takes: `((lot, units), …)`."""

    pair: Pair
    taken: tuple[tuple[int, int], ...]


class Stage(NamedTuple):
    """One objective of a plan: what was reached, what no plan can exceed, and whether the two were proven equal."""

    name: str
    value: int
    bound: int
    proven: bool

    def at(self, value: int) -> "Stage":
        """Return the same objective for another plan."""
        return Stage(self.name, value, max(value, self.bound), proven=value >= self.bound)


@dataclass(frozen=True, slots=True)
class Planned:
    """Placements in the order of the needs; a price per lot; objectives in their order."""

    placements: tuple[Placement, ...]
    prices: dict[int, int]
    stages: tuple[Stage, ...]

    @property
    def proven(self) -> bool:
        """Whether every objective was."""
        return all(stage.proven for stage in self.stages)
