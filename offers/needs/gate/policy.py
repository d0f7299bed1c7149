"""The policy: which class a need belongs to, and how many households a class needs before any of it shows.

Source: design 4-help.md, "Publication", lines 2 and 3. The partition is the plain one by group of kinds: zone, party
and period are `any` in every class, so that rows of one class differ by their random id alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST_K = 5
SENSITIVE_K = 10


@dataclass(frozen=True, slots=True)
class ReleaseClass:
    """One class of the partition: a key, what every row of it says, and its k in households."""

    key: str
    kind_group: str
    k: int
    zone: str = "any"
    party_band: str = "any"
    period: str = "any"
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """A version and the disjoint classes it maps needs to."""

    version: int
    classes: Mapping[str, ReleaseClass]
    kind_group: Mapping[str, str]

    def class_of(self, *, kind: str, urgency: str, minors: int) -> ReleaseClass | None:
        """Return the one class of a need, or None for "never": emergencies, and anyone under 18."""
        if urgency == "emergency" or minors:
            return None
        return self.classes[self.kind_group[kind]]


class PolicyTooWeak(ValueError):
    """The configured k is smaller than any policy may use."""


def plain_policy(*, k: int, kind_group: Mapping[str, str]) -> ReleasePolicy:
    """Return the partition by group of kinds. `health` has k of at least 10. Raises PolicyTooWeak for k below 5."""
    if k < SMALLEST_K:
        raise PolicyTooWeak(f"RELEASE_K is {k}: it must be {SMALLEST_K} or more.")
    groups = sorted(set(kind_group.values()))
    return ReleasePolicy(
        version=1,
        classes={
            group: ReleaseClass(group, group, max(k, SENSITIVE_K) if group == "health" else k) for group in groups
        },
        kind_group=kind_group,
    )
