"""Runs as the worker would carry them out, in this process."""

from typing import Any

from kernel.accounts.models import Organisation
from offers.matching.runs.asking import ask_for_run
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.models import MatchingRun
from tests.offers.matching.rows import NOW


def asked(operator: Organisation, **wanted: Any) -> MatchingRun:
    return ask_for_run(organisation=operator, by="client:op", at=NOW, **wanted)


def made(operator: Organisation, **wanted: Any) -> MatchingRun:
    """A run that has its plan."""
    run = take_up(asked(operator, **wanted).pk, at=NOW)
    assert run is not None
    run = carry_out(run, beat=Beat(run))
    run.refresh_from_db()
    return run
