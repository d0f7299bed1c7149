"""What the release gate costs those who wait: the share of a synthetic stream that appears within six weeks."""

from collections.abc import Iterator

from bench.rows import Row
from offers.needs.board.policy import configured_policy
from offers.needs.gate.simulation import Stream, simulate

# households a week: the least share that must appear, in percent
GOALS = {10: 70, 30: 85}


def measure() -> Iterator[Row]:
    """Yield the share for each rate, of non-emergency needs of adults; met only if nobody stood below k."""
    for rate, least in GOALS.items():
        outcome = simulate(Stream(rate), configured_policy())
        share = outcome.within_six_weeks * 100
        met = share >= least and not outcome.broken
        what = f"stream: {rate} households a week, on the board within 6 weeks"
        yield Row(what, outcome.needs, share, "%", f"≥ {least} %, 0 below k", met)
