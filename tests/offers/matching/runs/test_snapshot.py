"""What a run sees: every fact, the same whatever reads it, in as many statements for many as for few."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.accounts.models import Organisation
from offers.matching.deeds import agree, propose
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.snapshot import Snapshot, snapshot_of
from offers.models import Need, Pledge
from tests.offers.matching.plain import need_facts as need_facts_of
from tests.offers.matching.plain import pledge_facts
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import made

pytestmark = pytest.mark.django_db


def various(ours: Organisation) -> None:
    """Needs and pledges in which hardly a column is empty."""
    make_need(ours, countries=None, exclusions=[ours.pk], requires=["quiet"], prefers=["step_free"], bundle="")
    held = make_need(ours, household=b"i" * 32)
    make_need(ours, countries_excluded=["FR"], languages=["ce"], urgency="emergency")
    pledge = make_pledge(
        ours, units_total=2, service_area=["PL"], verified_features=["quiet"], refusals=["pets"], preferences=["quiet"],
        exclusion_tokens=["word"], max_stay_days=90, placements_completed=2, placements_failed=1,
    )  # fmt: skip
    make_pledge(ours, remote=True, vetting_valid_until=None, region="", max_party=3)
    match = propose(need_id=held.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)
    agree(match=match, organisation=ours, by="user:1", at=NOW)  # from now on no run moves it: it holds its unit


def seen() -> Snapshot:
    return snapshot_of(MatchingRun(as_of=NOW.date()))


def test_it_reads_in_bulk_what_is_read_one_by_one(ours: Organisation) -> None:
    various(ours)
    found = seen()
    assert list(found.needs) == [need_facts(need) for need in Need.objects.open().order_by("pk")]
    assert list(found.pledges) == pledges_facts(Pledge.objects.order_by("pk"))
    assert {len(found.needs), len(found.pledges)} == {2}
    assert found.versions == {row.pk: row.version for row in (*Need.objects.open(), *Pledge.objects.all())}


def test_every_fact_is_in_the_digest() -> None:
    need, pledge = need_facts_of(id="nd_1"), pledge_facts(id="pl_1")
    same = Snapshot((need,), (pledge,), {})
    assert same.digest == Snapshot((replace(need),), (replace(pledge),), {"nd_1": 2}).digest
    later = NOW.date() + timedelta(days=1)
    changed = [
        replace(need, bands={"18-59": 0}),
        replace(need, waiting_since=later),
        replace(need, exclusions=frozenset({"org_b"})),
        replace(need, countries=()),
        replace(need, consent=False),
    ]
    others = [
        replace(pledge, vetted_until=later),
        replace(pledge, verified=frozenset({"quiet"})),
        replace(pledge, languages=("en", "ru")),
        replace(pledge, languages=("ru", "en")),
        replace(pledge, remote=True),
    ]
    digests = {Snapshot((one,), (pledge,), {}).digest for one in changed}
    digests |= {Snapshot((need,), (one,), {}).digest for one in others} | {same.digest}
    assert len(digests) == 1 + len(changed) + len(others)


def test_many_are_read_and_planned_in_as_many_statements_as_few(operator: Organisation, ours: Organisation) -> None:
    counted = []
    for _ in range(2):
        for day in range(1, 13):
            make_need(ours, household=bytes([day]) * 32, window_from=date(2026, 12, day % 5 + 1))
            make_pledge(ours)
        with CaptureQueriesContext(connection) as asked:
            run = made(operator)
        assert run.assignments.count() > 10
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_same_facts_and_seed_give_the_same_plan(operator: Organisation, ours: Organisation) -> None:
    for _ in range(6):
        make_need(ours)
    make_pledge(ours, units_total=2)
    plans = [made(operator, seed=seed) for seed in (3, 3, *range(4, 12))]
    chosen = [[(row.need_id, row.lots) for row in run.assignments.order_by("id")] for run in plans]
    assert chosen[0] == chosen[1]
    assert plans[0].prices == plans[1].prices
    assert any(one != chosen[0] for one in chosen)
