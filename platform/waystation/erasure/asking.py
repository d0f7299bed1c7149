"""Two people erase: one asks, another approves, and then it is done at once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.retention.models import ErasureRequest, ErasureState
from kernel.states import Refusal
from waystation.erasure.subjects import Record, erase_and_certify


@transaction.atomic
def ask(*, subject: str, records: list[Record], by: Member, at: datetime) -> ErasureRequest:
    """Ask that records of one subject be erased. Raises Refusal `already_asked` while the same waits."""
    waiting = ErasureRequest.objects.waiting().filter(organisation=by.organisation_id)
    if any(sorted(map(tuple, one.records)) == sorted(records) for one in waiting):
        raise Refusal("already_asked", _("This was asked for already and waits for the second person."))
    request = ErasureRequest.objects.create(
        organisation=by.organisation_id, subject=subject, records=records, asked_by=by.user.actor, asked_at=at
    )
    audit.record(by.user.actor, "erasure.asked", request.pk, reason=subject, at=at)
    return request


@transaction.atomic
def _decide(request: ErasureRequest, to: str, *, by: Member, at: datetime) -> ErasureRequest:
    changed = ErasureRequest.objects.waiting().filter(pk=request.pk, organisation=by.organisation_id)
    if not changed.update(state=to, decided_by=by.user.actor, decided_at=at):
        raise Refusal("already_decided", _("This has been decided already."))
    request.refresh_from_db()
    audit.record(by.user.actor, f"erasure.{to}", request.pk, reason=request.subject, at=at)
    return request


def approve(*, request: ErasureRequest, by: Member, at: datetime) -> dict[str, Any]:
    """Approve as a second person, erase, and return the certificate, which is kept with the request.

    Raises Refusal `second_person_needed`, `already_decided`. A crash in between leaves it approved and the rest to
    `finish_approved`, which the schedule runs.
    """
    if request.asked_by == by.user.actor:
        raise Refusal("second_person_needed", _("A second person approves: you asked for this yourself."))
    return _carry_out(_decide(request, ErasureState.DONE, by=by, at=at), at=at)


def drop(*, request: ErasureRequest, by: Member, at: datetime) -> ErasureRequest:
    """Take a request back, or refuse it: leaving things as they are needs no second person."""
    return _decide(request, ErasureState.DROPPED, by=by, at=at)


def _carry_out(request: ErasureRequest, *, at: datetime) -> dict[str, Any]:
    records = [(str(kind), str(record_id)) for kind, record_id in request.records]
    certificate = erase_and_certify(request.subject, records, by=request.decided_by, at=at, why="asked")
    ErasureRequest.objects.filter(pk=request.pk).update(certificate=certificate)
    return certificate


def finish_approved(at: datetime) -> int:
    """Carry out what was approved and then interrupted; return how many there were."""
    left = ErasureRequest.objects.filter(state=ErasureState.DONE, certificate__isnull=True)
    return sum(bool(_carry_out(request, at=at)) for request in left)
