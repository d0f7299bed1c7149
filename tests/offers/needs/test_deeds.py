"""Writing, reviewing and ending needs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from offers.needs.deeds import (
    approve_need,
    edit_need,
    expire_overdue,
    fulfil_need,
    return_need,
    submit_need,
    withdraw_need,
    write_need,
)
from offers.needs.household import household_of, open_case_ref
from offers.needs.models import NEED_MOVES, Need, NeedStatus
from tests.factories.needs import make_need, make_terms
from tests.factories.organisations import make_member, make_operator, make_partner, make_trust

pytestmark = pytest.mark.django_db
TODAY = date.today


def test_it_seals_the_case_reference_to_its_need() -> None:
    need = make_need(case_ref="Kanarienvogel 7", status="draft")
    assert b"Kanarienvogel" not in bytes(need.case_ref_sealed)
    assert open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed) == "Kanarienvogel 7"
    with pytest.raises(BrokenSeal):
        open_case_ref(need_id="nd_other", sealed=need.case_ref_sealed)


def test_it_tells_households_apart_by_organisation_and_case() -> None:
    same = household_of(organisation_id="org_a", case_ref="1")
    assert household_of(organisation_id="org_a", case_ref="1") == same
    assert household_of(organisation_id="org_b", case_ref="1") != same
    assert household_of(organisation_id="org_a", case_ref="2") != same


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "spaceship"}, "kind"),
        ({"urgency": "now"}, "urgency"),
        ({"requires": ("gay",)}, "requires"),
        ({"prefers": ("quiet", "quiet")}, "prefers"),
        ({"prefers": ("quiet", "insured", "licensed", "pets_ok", "smoke_free", "step_free")}, "prefers"),
        ({"languages": ()}, "languages"),
        ({"units": 0}, "units"),
        ({"party_size": 2}, "party.bands"),
        ({"bands": {"18-59": 2, "3-12": -1}}, "party.bands"),
        ({"bands": {"young": 1}}, "party.bands"),
        ({"party_size": 0, "bands": {}}, "party.size"),
        ({"bands": {"13-17": 1}}, "requires"),
        ({"window_until": TODAY() + timedelta(days=30)}, "window.until"),
        ({"window_from": date(2020, 1, 1), "window_until": date(2020, 2, 1)}, "window.until"),
        ({"window_until": TODAY() + timedelta(days=800)}, "window.until"),
        ({"stay_days": 0}, "stay_days"),
        ({"countries": ()}, "countries"),
        ({"countries": ("XX",)}, "countries"),
        ({"countries": ("DE", "DE")}, "countries"),
        ({"countries_excluded": ("DE",)}, "countries_excluded"),
        ({"consent": {"given": True, "on": TODAY() + timedelta(days=2), "for": []}}, "consent.on"),
        ({"consent": {"given": "yes", "on": TODAY(), "for": []}}, "consent.given"),
        ({"consent": {"given": True, "on": TODAY(), "for": ["press"]}}, "consent.for"),
        ({"case_ref": "  "}, "case_ref"),
        ({"case_ref": "a\x00b"}, "case_ref"),
    ],
)
def test_it_refuses_bad_terms_naming_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        write_need(organisation=make_operator(), terms=make_terms(**changes), by="user:1", at=timezone.now())
    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")
    assert not Need.objects.exists()


def test_it_waits_for_a_second_person() -> None:
    writer, second = make_member(), make_member(role="approver")
    at = timezone.now()
    need = write_need(
        organisation=writer.organisation, terms=make_terms(), by=writer.user.actor, caseworker=writer.user, at=at
    )
    assert submit_need(need=need, by=writer.user.actor, at=at).status == NeedStatus.IN_REVIEW
    with pytest.raises(Refusal, match="Someone else"):
        approve_need(need=need, by=writer, at=at)
    opened = approve_need(need=need, by=second, at=at)
    assert (opened.status, opened.opened_at, opened.approved_by) == (NeedStatus.OPEN, at, second.user)
    assert [move.new for move in opened.history.all()] == ["in_review", "open"]
    assert AuditEntry.objects.filter(object_id=need.pk, action="need.opened").count() == 1


def test_it_opens_at_once_for_an_organisation_trusted_for_needs() -> None:
    partner = make_partner()
    make_trust(partner, "needs")
    need = make_need(partner, status="draft")
    assert submit_need(need=need, by="client:x", at=timezone.now()).status == NeedStatus.OPEN
    assert submit_need(need=need, by="client:x", at=timezone.now()).history.count() == 1


def test_it_does_not_open_under_trust_that_lapsed_or_that_one_person_gave() -> None:
    at = timezone.now()
    partner = make_partner()
    make_trust(partner, "needs", lapses_at=at - timedelta(days=1), signed_at=at - timedelta(days=366))
    make_trust(partner, "providers")
    make_trust(partner, "needs", signed_by=None, signed_at=None, lapses_at=None)
    assert submit_need(need=make_need(partner, status="draft"), by="client:x", at=at).status == NeedStatus.IN_REVIEW


def test_it_looks_for_nothing_without_consent() -> None:
    need = make_need(status="draft", consent={"given": False, "on": TODAY(), "for": ["matching"]})
    with pytest.raises(Refusal, match="consent"):
        submit_need(need=need, by="user:1", at=timezone.now())


def test_it_gives_a_need_back_to_its_writer() -> None:
    need = make_need(status="in_review")
    assert return_need(need=need, by=make_member(role="coordinator"), at=timezone.now()).status == NeedStatus.DRAFT


def test_it_lets_no_stranger_review() -> None:
    need = make_need(status="in_review")
    for member in (make_member(make_partner(), role="approver"), make_member(role="finance")):
        with pytest.raises(Refusal, match="Someone else"):
            approve_need(need=need, by=member, at=timezone.now())


def test_it_sends_an_edited_open_need_back_to_the_second_person_and_keeps_its_waiting_time() -> None:
    at = timezone.now()
    need = make_need(at=at)
    edited = edit_need(need=need, changes={"stay_days": 60}, by="user:1", at=at + timedelta(hours=1))
    assert (edited.status, edited.stay_days, edited.version) == (NeedStatus.IN_REVIEW, 60, 2)
    again = approve_need(need=edited, by=make_member(role="approver"), at=at + timedelta(days=1))
    assert again.opened_at == at


def test_it_cannot_be_edited_while_it_is_held() -> None:
    with pytest.raises(Refusal, match="Cancel its match"):
        edit_need(need=make_need(status="held"), changes={"stay_days": 60}, by="user:1", at=timezone.now())


@pytest.mark.parametrize("deed", [withdraw_need, fulfil_need])
def test_it_cannot_end_while_a_match_lives(deed: Any) -> None:
    for status in ("held", "matched"):
        with pytest.raises(Refusal) as refused:
            deed(need=make_need(status=status), by="user:1", at=timezone.now())
        assert refused.value.code == "illegal_transition"


@pytest.mark.parametrize(("deed", "end"), [(withdraw_need, "withdrawn"), (fulfil_need, "fulfilled")])
def test_it_ends_once(deed: Any, end: str) -> None:
    need = make_need()
    assert deed(need=need, by="user:1", at=timezone.now()).status == end
    assert deed(need=need, by="user:1", at=timezone.now()).history.count() == 1


@pytest.mark.parametrize("state", [state for state in NeedStatus.values if "open" not in NEED_MOVES.legal(state)])
def test_it_refuses_to_open_what_cannot_open(state: str) -> None:
    need = make_need(status=state)
    with pytest.raises(Refusal) as refused:
        approve_need(need=need, by=make_member(role="approver"), at=timezone.now())
    assert refused.value.code == "illegal_transition"
    assert refused.value.facts["state"] == state


def test_it_expires_what_is_overdue_and_nothing_else() -> None:
    over, ahead, held = make_need(), make_need(), make_need(status="held")
    Need.objects.filter(pk__in=[over.pk, held.pk]).update(expires_at=timezone.now())
    assert expire_overdue(at=timezone.now()) == 1
    assert expire_overdue(at=timezone.now()) == 0
    found = {need.pk: need.status for need in Need.objects.all()}
    assert found == {over.pk: "expired", ahead.pk: "open", held.pk: "held"}


def test_it_has_no_field_for_a_person() -> None:
    words = {
        "name",
        "birth",
        "email",
        "phone",
        "contact",
        "nationality",
        "orientation",
        "gender",
        "photo",
        "note",
        "text",
    }
    names = {field.name for field in Need._meta.get_fields()}
    assert not {name for name in names for word in words if word in name}
