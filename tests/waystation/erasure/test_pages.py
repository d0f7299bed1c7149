"""The console: one asks, another approves; nobody reaches beyond their own organisation."""

import json

import pytest
from django.db import IntegrityError
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.retention.certificates import genuine
from kernel.retention.models import ErasureRequest
from kernel.states import Refusal
from offers.models import Need, Pledge
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_partner
from tests.factories.pledges import make_contact, make_pledge
from tests.offers.erasing.scene import sealed_pledge
from waystation.erasure.asking import approve, ask, finish_approved

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "kanari.quux@waystation.invalid"


def _ask(member, subject: str, handle: str):
    return console_client(member).post("/console/erasure/ask/", {"subject": subject, "handle": handle})


def _decide(member, wish: ErasureRequest, deed: str):
    return console_client(member).post(f"/console/erasure/{wish.pk}/{deed}/", follow=True)


def test_one_asks_another_approves_and_a_certificate_is_handed_out(coordinator, approver):
    pledge = sealed_pledge(make_contact(email=EMAIL))
    assert _ask(coordinator, "provider", EMAIL).status_code == 302
    wish = ErasureRequest.objects.get()
    assert wish.records == [["pledge", pledge.pk]]
    assert "Erased." in _decide(approver, wish, "approve").content.decode()
    assert Pledge.objects.get(pk=pledge.pk).status == "erased"
    file = console_client(approver).get(f"/console/erasure/{wish.pk}/certificate/")
    assert genuine(json.loads(file.content))
    assert file["Content-Disposition"].startswith("attachment")
    assert "no-store" in file["Cache-Control"]
    actions = set(AuditEntry.objects.filter(object_id=wish.pk).values_list("action", "actor"))
    assert actions == {
        ("erasure.asked", coordinator.user.actor),
        ("erasure.done", approver.user.actor),
    }


def test_what_was_typed_is_kept_nowhere(coordinator):
    sealed_pledge(make_contact(email=EMAIL))
    _ask(coordinator, "provider", EMAIL)
    wish = ErasureRequest.objects.values().get()
    assert EMAIL not in json.dumps(wish, default=str)


def test_whoever_asked_cannot_approve(coordinator):
    pledge = sealed_pledge()
    _ask(coordinator, "provider", pledge.pk)
    wish = ErasureRequest.objects.get()
    assert "second person" in _decide(coordinator, wish, "approve").content.decode()
    assert Pledge.objects.get(pk=pledge.pk).status == "active"
    assert b"Erase for good" not in console_client(coordinator).get("/console/erasure/").content


def test_the_database_refuses_one_person_as_both(coordinator):
    pledge = make_pledge()
    wish = ask(subject="provider", records=[("pledge", pledge.pk)], by=coordinator, at=timezone.now())
    with pytest.raises(IntegrityError):
        ErasureRequest.objects.filter(pk=wish.pk).update(
            state="done", decided_by=coordinator.user.actor, decided_at=timezone.now()
        )


def test_a_dropped_request_erases_nothing_and_is_over(coordinator, approver):
    pledge = sealed_pledge()
    _ask(coordinator, "provider", pledge.pk)
    wish = ErasureRequest.objects.get()
    _decide(coordinator, wish, "drop")
    _decide(approver, wish, "approve")
    wish.refresh_from_db()
    assert (wish.state, Pledge.objects.get(pk=pledge.pk).status) == ("dropped", "active")
    assert console_client(approver).get(f"/console/erasure/{wish.pk}/certificate/").status_code == 404


def test_the_same_is_asked_for_once(coordinator):
    pledge = sealed_pledge()
    _ask(coordinator, "provider", pledge.pk)
    assert _ask(coordinator, "provider", pledge.pk).status_code == 400
    assert ErasureRequest.objects.count() == 1


def test_a_partner_reaches_its_own_alone():
    partner = make_partner()
    theirs = make_member(partner, "coordinator")
    other, own = make_pledge(make_partner()), make_pledge(partner)
    make_need(make_partner(), case_ref="A-17")
    answers = [_ask(theirs, *what) for what in (("provider", other.pk), ("person", "A-17"), ("donor", "dn_x"))]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert _ask(theirs, "provider", own.pk).status_code == 302


def test_a_request_of_another_organisation_does_not_exist(coordinator):
    pledge = sealed_pledge()
    _ask(coordinator, "provider", pledge.pk)
    wish = ErasureRequest.objects.get()
    stranger = make_member(make_partner(), "approver")
    assert _decide(stranger, wish, "approve").status_code == 404
    assert wish.pk.encode() not in console_client(stranger).get("/console/erasure/").content
    assert Pledge.objects.get(pk=pledge.pk).status == "active"


def test_a_case_is_erased_by_its_owner(coordinator, approver):
    need = make_need(case_ref="A-17")
    _ask(coordinator, "person", " a-17")
    _decide(approver, ErasureRequest.objects.get(), "approve")
    assert Need.objects.get(pk=need.pk).erased_at


def test_what_was_approved_and_interrupted_is_finished_later(coordinator, approver, monkeypatch):
    from waystation.erasure import asking

    pledge = sealed_pledge()
    wish = ask(subject="provider", records=[("pledge", pledge.pk)], by=coordinator, at=timezone.now())

    def stop(*_args, **_options):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(asking, "erase_and_certify", stop)
        with pytest.raises(SystemExit):
            approve(request=wish, by=approver, at=timezone.now())
    assert Pledge.objects.get(pk=pledge.pk).status == "active"
    assert finish_approved(timezone.now()) == 1
    assert Pledge.objects.get(pk=pledge.pk).status == "erased"
    assert finish_approved(timezone.now()) == 0


def test_it_cannot_be_approved_twice(coordinator, approver):
    wish = ask(subject="provider", records=[("pledge", sealed_pledge().pk)], by=coordinator, at=timezone.now())
    approve(request=wish, by=approver, at=timezone.now())
    with pytest.raises(Refusal) as refused:
        approve(request=wish, by=make_member(role="approver"), at=timezone.now())
    assert refused.value.code == "already_decided"
