"""The policy on real rows: drawn, signed by two, put in force at the right moment; and what releases leave behind."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.needs.board.clock import advance
from offers.needs.board.facts import facts_of
from offers.needs.board.history import GateBroken
from offers.needs.board.models import PolicySignature, Publication, Release
from offers.needs.board.policy import drawn_policy, sign_policy
from offers.needs.board.release import release_due
from offers.needs.board.switch import close_board, open_board
from offers.needs.board.views import board, published_view
from offers.needs.gate.cohort import Verdict
from tests.api.clients import api_client
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=40)
ENOUGH = 44  # households in half a year that come to five in three slots


def no_delay() -> timedelta:
    return timedelta(0)


def sign(at: datetime = AT) -> PolicySignature:
    """Have two people sign what is to be signed."""
    sign_policy(by=make_member(role="coordinator"), at=at)
    return sign_policy(by=make_member(role="approver"), at=at)


def make_waiting(count: int, **terms: Any) -> None:
    for i in range(count):
        make_need(make_operator(), by=f"user:{i % 2}", at=LONG_AGO, **terms)


def make_half_year(**terms: Any) -> None:
    """Have enough households ask, alone and in company, for a split by party."""
    make_waiting(ENOUGH, **terms)
    make_waiting(ENOUGH, party_size=2, bands={"18-59": 2}, **terms)


def test_it_reads_where_a_person_may_go_as_coarsely_as_it_is_said() -> None:
    def place(countries: list[str] | None) -> tuple[str, str]:
        facts = facts_of("housing", "soon", {"18-59": 1}, 1, countries)
        return facts.macro_zone, facts.zone

    assert place(["FR", "DE"]) == ("europe", "europe-west")
    assert place(["FR", "PL"]) == ("europe", "several")
    assert place(["FR", "CA"]) == place(None) == ("several", "several")
    assert facts_of("housing", "soon", {"0-2": 1, "13-17": 2, "60+": 1}, 4, None)[2:] == (3, "several", "several", "2+")


def test_it_releases_under_lines_drawn_from_the_last_half_year() -> None:
    make_half_year()
    assert sign().says["splits"] == {"home": "party_band"}
    assert release_due(at=AT, delay=no_delay).published == {"home/one": ENOUGH, "home/more": ENOUGH}
    assert {(row.cohort.party_band, row.cohort.zone) for row in board(AT)} == {("1", "any"), ("2+", "any")}
    assert all(
        set(published_view(row)) == {"id", "zone", "kind_group", "party_band", "period", "requires"}
        for row in board(AT)
    )


def test_it_draws_from_the_last_half_year_and_from_nothing_else() -> None:
    make_half_year()
    assert drawn_policy(AT).splits
    assert not drawn_policy(LONG_AGO - timedelta(days=1)).splits
    assert not drawn_policy(LONG_AGO + timedelta(weeks=26, days=1)).splits


@pytest.mark.parametrize(
    "terms",
    [{"urgency": "emergency"}, {"consent": {"given": True, "on": LONG_AGO.date(), "for": ["matching"]}}],
    ids=["emergencies", "no consent"],
)
def test_it_draws_from_what_can_be_published(terms: dict[str, Any]) -> None:
    make_half_year(**terms)
    assert not drawn_policy(AT).splits


def test_it_has_the_second_person_sign_what_the_first_one_signed() -> None:
    sign_policy(by=make_member(role="coordinator"), at=AT)
    make_half_year()
    signature = sign_policy(by=make_member(role="approver"), at=AT)
    assert (signature.version, signature.says["splits"]) == (1, {})
    assert sign().says["splits"] == {"home": "party_band"}
    assert PolicySignature.objects.count() == 2
    assert sign().version == 2  # signing again what is signed makes no third


def test_it_draws_a_proposal_anew_that_nobody_seconded_in_two_weeks() -> None:
    first = make_member(role="coordinator")
    sign_policy(by=first, at=AT - timedelta(days=15))
    assert sign_policy(by=first, at=AT).version == 2
    with pytest.raises(Refusal, match="second person"):
        sign_policy(by=first, at=AT)


def test_it_puts_new_lines_in_force_only_after_an_empty_release(settings: Any) -> None:
    make_waiting(5)
    sign()
    release_due(at=AT, delay=no_delay)
    make_half_year()
    sign()
    for _ in range(settings.RELEASE_LIFE):
        advance(slots=1)
        decision = release_due(at=AT, delay=no_delay)
        assert (decision.published, decision.reason) == ({}, "policy_changing")
    assert not board(AT).exists()
    advance(slots=1)
    assert set(release_due(at=AT, delay=no_delay).published) == {"home/one", "home/more"}
    in_force = PolicySignature.objects.order_by("version").values_list("since_slot", flat=True)
    assert list(in_force) == [Release.objects.order_by("slot")[0].slot, Release.objects.order_by("-slot")[0].slot]


def test_it_writes_every_verdict_into_the_trail_with_its_k() -> None:
    sign()
    make_waiting(6)
    make_waiting(9, kind="medical")
    make_waiting(4, kind="food")
    decision = release_due(at=AT, delay=no_delay)
    assert decision.waiting == {"health": "too_few_households", "daily": "too_few_households"}
    told = AuditEntry.objects.filter(action="board.decided").values_list("object_id", "reason")
    assert sorted(told) == [
        (f"slot:{decision.slot}", reason)
        for reason in ("daily:k5:too_few_households", "health:k10:too_few_households", "home:k5:published:6")
    ]


def rows_of_everything() -> dict[str, list[Any]]:
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("release_needs", *arguments, stdout=said)
    return said.getvalue()


def test_it_rehearses_a_release_and_writes_nothing() -> None:
    sign()
    at = timezone.now()
    for i in range(5):
        make_need(by=f"user:{i % 2}", at=at - timedelta(days=30))
    make_need(by="user:1", kind="food", at=at - timedelta(days=30))
    before = rows_of_everything()
    decision = json.loads(run("--dry-run", "--json"))
    assert decision.pop("slot") > 100
    assert decision == {
        "published": {"home": 5}, "reason": "", "waiting": {"daily": "too_few_households"}, "dry_run": True,
    }  # fmt: skip
    words = run("--dry-run", "--at", (at + timedelta(weeks=1)).isoformat())
    assert "Nothing was written" in words
    assert "home: 5 published." in words
    assert "daily waits: too few households." in words
    assert rows_of_everything() == before
    assert not Release.objects.exists()
    assert json.loads(run("--json"))["published"] == {"home": 5}
    assert Publication.objects.count() == 5


def test_it_brings_no_release_forward() -> None:
    with pytest.raises(CommandError, match="nobody can bring it forward"):
        run("--at", "2030-01-01T00:00Z")
    with pytest.raises(CommandError, match="write a moment"):
        run("--dry-run", "--at", "next monday")


def test_it_refuses_and_undoes_a_release_that_would_break_the_invariant(monkeypatch: pytest.MonkeyPatch) -> None:
    sign()
    make_waiting(5)
    monkeypatch.setattr("offers.needs.board.release.judge", lambda rows, **_: Verdict(5, 4, "", list(rows)[:4]))
    with pytest.raises(GateBroken):
        release_due(at=AT, delay=no_delay)
    assert not board(AT).exists()
    assert not Release.objects.exists()


def test_it_empties_the_board_for_partners_the_moment_the_switch_is_worked() -> None:
    sign(timezone.now())
    for i in range(5):
        make_need(by=f"user:{i % 2}", at=timezone.now() - timedelta(days=30))
    release_due(at=timezone.now(), delay=no_delay)
    partner = api_client()
    assert len(partner.get("/api/v1/published-needs").json()["results"]) == 5
    close_board(by=make_member(role="coordinator"), at=timezone.now())
    answer = partner.get("/api/v1/published-needs")
    assert answer.json()["results"] == []
    assert answer["Cache-Control"] == "private, no-cache"


def test_it_makes_needs_that_were_cleared_wait_anew() -> None:
    sign()
    make_waiting(5)
    release_due(at=AT, delay=no_delay)
    first = set(board(AT).values_list("pk", flat=True))
    close_board(by=make_member(role="coordinator"), at=AT)
    open_board(by=make_member(role="approver"), at=AT)
    advance(slots=1)
    assert release_due(at=AT, delay=lambda: timedelta(days=3)).published == {}
    advance(slots=1)
    assert release_due(at=AT, delay=no_delay).published == {"home": 5}
    assert not first & set(board(AT).values_list("pk", flat=True))


def test_it_shows_signers_what_is_in_force_and_what_the_half_year_would_give() -> None:
    browser = console_client(make_member(role="coordinator"))
    assert "Nobody has signed this policy yet" in browser.get("/console/board/").content.decode()
    sign(timezone.now())
    page = browser.get("/console/board/").content.decode()
    assert "Signed by two people" in page
    assert "What the last half-year would give" not in page
    for size in (1, 2):
        for i in range(ENOUGH):
            make_need(by=f"user:{i}", at=timezone.now() - timedelta(days=1), party_size=size, bands={"18-59": size})
    page = browser.get("/console/board/").content.decode()
    assert "What the last half-year would give" in page
    assert "A home, two persons or more" in page
