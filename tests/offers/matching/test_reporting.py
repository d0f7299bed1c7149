"""A safety report: everything of the provider's stands still at once, whoever is under way to the next step."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from offers.matching.deeds import cancel, confirm, expire_needs, expire_overdue, propose, start
from offers.matching.safety.paging import INCIDENT_MAIL, page_again
from offers.matching.safety.reporting import report_concern
from offers.models import Freeze, Hold, Incident, Match, Need, Pledge, PledgeMove
from tests.factories.organisations import make_member, make_operator
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge
from tests.offers.matching.test_race import all_at_once
from tests.offers.pages.visitor import deliver

BY = "user:9"


def going(need_of: Organisation, pledge: Pledge, status: str = "proposed") -> Match:
    need = make_need(need_of)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need_of, by="user:1", at=NOW)
    Match.objects.filter(pk=match.pk).update(status=status)
    if status in ("confirmed", "contact_disclosed", "started"):
        Need.objects.filter(pk=need.pk).update(status="matched")
    match.refresh_from_db()
    return match


def reported(match: Match, side_of: Organisation, **words: Any) -> Match:
    return report_concern(match=match, organisation=side_of, **{"by": BY, "at": NOW, "why": "violence", **words})


def test_everything_of_the_provider_stands_still_and_nothing_else(ours: Organisation, theirs: Organisation) -> None:
    room, ride = (make_pledge(theirs, units_total=3, blind_email=b"same") for _ in range(2))
    elsewhere = make_pledge(ours, blind_email=b"same")
    stranger = make_pledge(theirs, blind_email=b"another")
    match, others = going(ours, room, "started"), [going(ours, room), going(theirs, ride, "confirmed")]
    apart = [going(ours, elsewhere), going(ours, stranger)]
    assert reported(match, ours).frozen
    assert set(Match.objects.filter(frozen=True)) == {match, *others}
    assert set(Freeze.objects.values_list("match_id", flat=True)) == {one.pk for one in (match, *others)}
    assert {one.status for one in Pledge.objects.filter(pk__in=[room.pk, ride.pk])} == {"suspended"}
    assert {one.status for one in Pledge.objects.filter(pk__in=[elsewhere.pk, stranger.pk])} == {"active"}
    assert Hold.objects.filter(live=True).count() == len([match, *others, *apart])


def test_nothing_new_comes_to_it_even_once_it_was_checked_anew(ours: Organisation, theirs: Organisation) -> None:
    room = make_pledge(theirs, units_total=3)
    reported(going(ours, room), ours)
    Pledge.objects.filter(pk=room.pk).update(status="active", vetting_valid_until=NOW.date() + timedelta(days=99))
    for organisation, code in ((ours, "unknown_reference"), (theirs, "frozen")):
        need = make_need(organisation)
        with pytest.raises(Refusal) as refused:
            propose(need_id=need.pk, pledge_id=room.pk, organisation=organisation, by=BY, at=NOW)
        assert refused.value.code == code


def test_the_same_report_again_changes_nothing_and_another_is_kept(ours: Organisation, theirs: Organisation) -> None:
    match = going(ours, make_pledge(theirs))
    first, again = reported(match, ours), reported(match, ours, by="user:8")
    assert first.version == again.version
    reported(match, ours, why="exposure")
    reported(match, theirs)
    assert Incident.objects.count() == 3


def test_who_reported_is_not_read_from_what_the_other_side_may_see(ours: Organisation, theirs: Organisation) -> None:
    room = make_pledge(theirs, units_total=2)
    match, other = going(ours, room), going(theirs, room)
    reported(match, ours)
    assert set(PledgeMove.objects.filter(new="suspended").values_list("by", flat=True)) == {"system"}
    frozen = AuditEntry.objects.filter(action="match.frozen")
    assert dict(frozen.values_list("object_id", "actor")) == {match.pk: BY, other.pk: "system"}
    assert not match.history.filter(by=BY).exists()


def test_one_that_is_over_is_heard_for_a_month_if_they_met(ours: Organisation, theirs: Organisation) -> None:
    room = make_pledge(theirs, units_total=2)
    match, other = going(ours, room, "started"), going(ours, room)
    cancel(match=match, organisation=ours, by="user:1", at=NOW)
    with pytest.raises(Refusal):
        reported(match, ours)
    match.history.create(old="confirmed", new="contact_disclosed", by="user:1", at=NOW)
    with pytest.raises(Refusal):
        reported(match, ours, at=NOW + timedelta(days=31))
    assert reported(match, ours).frozen
    assert Match.objects.get(pk=other.pk).frozen


def test_what_is_frozen_waits_for_people_and_does_not_run_out(ours: Organisation, theirs: Organisation) -> None:
    match = reported(going(ours, make_pledge(theirs)), theirs)
    later = NOW + timedelta(days=400)
    assert (expire_overdue(later), expire_needs(later)) == (0, 0)
    assert Match.objects.get().status == match.status == "proposed"


def test_both_sides_coordinators_are_written_to_and_nothing_is_said(ours: Organisation, theirs: Organisation) -> None:
    told = [make_member(ours, "coordinator"), make_member(ours, "caseworker"), make_member(theirs, "coordinator")]
    make_member(theirs, "caseworker"), make_member(ours, "finance"), make_member(make_operator(), "coordinator")
    room = make_pledge(theirs)
    match = reported(going(ours, room), ours)
    deliver()
    assert {to for sent in mail.outbox for to in sent.to} == {one.user.email for one in told}
    for sent in mail.outbox:
        said = f"{sent.subject} {sent.body}".lower()
        words = (match.pk, match.need_id, room.pk, "violence", "safe", "report", "host", "provider", "offer")
        assert not [word for word in words if word in said]


def test_the_operator_is_called_where_a_side_has_no_coordinator(ours: Organisation, theirs: Organisation) -> None:
    coordinator = make_member(make_operator(), "coordinator")
    reported(going(ours, make_pledge(theirs)), ours)
    deliver()
    assert [sent.to for sent in mail.outbox] == [[coordinator.user.email]]


def test_it_is_said_again_every_hour_until_somebody_looks_after_it(ours: Organisation, theirs: Organisation) -> None:
    make_member(ours, "coordinator"), make_member(theirs, "coordinator"), make_member(make_operator(), "approver")
    reported(going(ours, make_pledge(theirs)), ours)
    hour = timedelta(hours=1)
    assert page_again(NOW + hour / 2) == 0
    assert (page_again(NOW + hour), page_again(NOW + hour)) == (1, 0)
    assert OutboxRow.objects.filter(kind=INCIDENT_MAIL).count() == 2 + 3
    Incident.objects.update(taken_by="user:5", taken_at=NOW)
    assert page_again(NOW + 5 * hour) == 0
    Incident.objects.update(taken_by="", taken_at=None, times_told=24)
    assert page_again(NOW + 5 * hour) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["confirm", "start"])
def test_it_never_goes_on_after_it_was_frozen(step: str) -> None:
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    room = make_pledge(theirs, units_total=8, blind_email=b"same")
    status, deed = {"confirm": ("provider_accepted", confirm), "start": ("contact_disclosed", start)}[step]
    matches = [going(ours, room, status) for _ in range(6)]
    if step == "confirm":
        Need.objects.update(status="held")

    def goes_on(match: Match) -> Any:
        return lambda: deed(match=match, organisation=ours, by="user:3", at=NOW)  # type: ignore[operator]

    reports = [lambda: reported(matches[0], ours), lambda: reported(matches[1], theirs)]
    outcomes = all_at_once([*map(goes_on, matches), *reports])
    assert set(outcomes) <= {"done", "frozen"}
    assert not Match.objects.filter(frozen=False).exists()
    first = AuditEntry.objects.filter(action="match.frozen").order_by("pk").first()
    assert first is not None
    # one order or the other: whatever went on did so before the first report, and nothing after it
    moved = AuditEntry.objects.filter(action=f"match.{'confirmed' if step == 'confirm' else 'started'}")
    assert not moved.filter(pk__gt=first.pk).exists()
    assert moved.count() == outcomes["done"] - len(reports)
