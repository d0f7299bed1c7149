"""Lifting: two people, neither of them the one who reported, say that what was frozen may go on.

The side that reported speaks first, since it knows what happened; if nobody else of it may, the operator does. The
second person is of that side or the operator's. The other side lifts nothing: it may be what the report is about. The
offers stay stopped until they are checked anew.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.members import Member, Role
from kernel.accounts.models import Organisation
from kernel.states import Refusal, move
from offers.matching.deeds.deadlines import answer_by
from offers.matching.deeds.expiring import WAITING
from offers.matching.models import Match
from offers.matching.safety.models import Incident, IncidentStatus
from offers.matching.safety.paging import call_second
from offers.matching.telling import tell_owner
from offers.pledges.models import Pledge

MAY_LIFT = (Role.COORDINATOR, Role.APPROVER)
SYSTEM = "system"


def may_read(incident: Incident, organisation: Organisation) -> bool:
    """Whether the organisation may know what was reported: its own reports, and the operator all of them."""
    return organisation.is_operator or incident.organisation_id == organisation.pk


def may_ask_first(incident: Incident, organisation: Organisation) -> bool:
    """Whether somebody of the organisation may be the first of the two."""
    if incident.organisation_id == organisation.pk:
        return True
    people = Member.objects.select_related("user").filter(
        organisation_id=incident.organisation_id, role__in=MAY_LIFT, left_at=None, user__is_active=True
    )
    return organisation.is_operator and all(one.user.actor == incident.by for one in people)


@transaction.atomic
def take_up(*, incident: Incident, organisation: Organisation, by: str, at: datetime) -> Incident:
    """Say that one looks after it: nobody is written to again. Done once, by whoever is first."""
    incident = _locked(incident, organisation)
    if not incident.taken_by:
        _write(incident, at=at, taken_by=by, taken_at=at)
        audit.record(by, "incident.taken", incident.pk, at=at)
    return incident


@transaction.atomic
def ask_to_lift(*, incident: Incident, organisation: Organisation, by: str, at: datetime) -> Incident:
    """Say, as the first of two, that it may go on. Raises Refusal `not_your_side`, `second_person_needed`."""
    incident = _locked(incident, organisation)
    if incident.status == IncidentStatus.LIFT_ASKED and incident.asked_by == by:
        return incident
    _not_by_its_reporter(incident, by)
    if not may_ask_first(incident, organisation):
        raise Refusal("not_your_side", _("The side that reported says first that it may go on."))
    also = {"asked_by": by, "taken_by": incident.taken_by or by, "taken_at": incident.taken_at or at}
    _move(incident, to=IncidentStatus.LIFT_ASKED, by=by, at=at, **also)
    audit.record(by, "match.lift_asked", incident.match_id, reason=incident.concern, at=at)
    call_second(incident, asked_by=by)
    return incident


@transaction.atomic
def keep_frozen(*, incident: Incident, organisation: Organisation, by: str, at: datetime) -> Incident:
    """Say no to lifting it, or take back that one asked: everything stands still as before."""
    incident = _locked(incident, organisation)
    if incident.status == IncidentStatus.STANDING:
        return incident
    _move(incident, to=IncidentStatus.STANDING, by=by, at=at, asked_by="")
    audit.record(by, "match.lift_refused", incident.match_id, at=at)
    return incident


@transaction.atomic
def lift(*, incident: Incident, organisation: Organisation, by: str, at: datetime) -> Incident:
    """Say, as the second of two, that it may go on: what no other report freezes goes on from where it stood.

    Who was being asked gets the whole time to answer anew. Raises Refusal `not_your_side`, `second_person_needed`,
    `illegal_transition` unless somebody asked for it.
    """
    frozen = Match.objects.filter(freezes__incident=incident)
    # the offers first, as everywhere: a report that comes in now is either seen here, or freezes what this lets go
    list(Pledge.objects.select_for_update().filter(pk__in=frozen.values("pledge")).order_by("pk"))
    incident = _locked(incident, organisation)
    if incident.status == IncidentStatus.LIFTED:
        return incident
    _not_by_its_reporter(incident, by)
    if by == incident.asked_by:
        raise Refusal("second_person_needed", _("A second person lifts it: you asked for that yourself."))
    _move(incident, to=IncidentStatus.LIFTED, by=by, at=at, lifted_by=by)
    _let_go(incident, at)
    return incident


def _let_go(incident: Incident, at: datetime) -> None:
    still = Incident.objects.standing().filter(freezes__match__in=incident.freezes.values("match"))
    held = set(still.values_list("freezes__match", flat=True))
    told = set()
    matches = Match.objects.select_for_update(of=("self",)).select_related("need")
    for match in matches.filter(freezes__incident=incident, frozen=True).exclude(pk__in=held).order_by("pk"):
        anew = {"hold_expires_at": answer_by(match.need, at=at)} if match.status in WAITING else {}
        Match.objects.filter(pk=match.pk).update(frozen=False, version=match.version + 1, updated_at=at, **anew)
        reported = match.pk == incident.match_id
        actor, why = (incident.lifted_by, incident.concern) if reported else (SYSTEM, "same_provider")
        audit.record(actor, "match.lifted", match.pk, reason=why, at=at)
        if match.need.organisation_id not in told:
            tell_owner(match)
            told.add(match.need.organisation_id)


def _locked(incident: Incident, organisation: Organisation) -> Incident:
    fresh = Incident.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=incident.pk)
    if not may_read(fresh, organisation):
        raise Refusal("not_your_side", _("This is for the side that reported, and for the operator."))
    return fresh


def _not_by_its_reporter(incident: Incident, by: str) -> None:
    if by == incident.by:
        raise Refusal("second_person_needed", _("Two others lift it: you reported this yourself."))


def _move(incident: Incident, *, to: IncidentStatus, by: str, at: datetime, **also: Any) -> None:
    move(incident, to=to, by=by, at=at, also={"version": incident.version + 1, **also})


def _write(incident: Incident, *, at: datetime, **columns: Any) -> None:
    values = {**columns, "updated_at": at, "version": incident.version + 1}
    Incident.objects.filter(pk=incident.pk).update(**values)
    for name, value in values.items():
        setattr(incident, name, value)
