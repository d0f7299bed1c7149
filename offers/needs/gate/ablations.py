"""Which rule of the gate costs what: the same streams with one rule left out at a time. For figures alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from offers.needs.gate.policy import ReleasePolicy
from offers.needs.gate.simulation import Outcome, Stream, simulate

Leaving = Callable[[Stream, ReleasePolicy], tuple[Stream, ReleasePolicy]]


class _OneK(ReleasePolicy):
    """A policy that asks no more of health than of the rest."""

    def k_of(self, group: str) -> int:
        """Return k."""
        return self.k


def _one_k(stream: Stream, policy: ReleasePolicy) -> tuple[Stream, ReleasePolicy]:
    same = {name: getattr(policy, name) for name in ReleasePolicy.__dataclass_fields__}
    return stream, _OneK(**same)


LEFT_OUT: dict[str, Leaving] = {
    "all rules": lambda stream, policy: (stream, policy),
    "no larger k for health": _one_k,
    "no planted-need rule": lambda stream, policy: (
        replace(stream, bend=lambda row: replace(row, partner=False)),
        policy,
    ),
    "no second caseworker": lambda stream, policy: (
        replace(stream, bend=lambda row: replace(row, caseworker=row.need)),
        policy,
    ),
    "no random delay": lambda stream, policy: (replace(stream, delay_days=(0, 0)), policy),
    "several lines of a household": lambda stream, policy: (
        replace(stream, bend=lambda row: replace(row, household=row.need.encode())),
        policy,
    ),
}


def ablation(stream: Stream, policy: ReleasePolicy) -> Iterator[tuple[str, Outcome]]:
    """Yield the outcome of a stream under all rules, then with each of them left out."""
    for name, leave in LEFT_OUT.items():
        yield name, simulate(*leave(stream, policy))
