"""Trust is given by two people of the operator, for a year."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.accounts.models import TrustGrant
from kernel.accounts.trust import ask_for_trust, revoke_trust, sign_trust
from kernel.states import Refusal
from tests.console import console_client
from tests.factories.organisations import make_member, make_partner

pytestmark = pytest.mark.django_db


def test_it_is_in_force_once_a_second_person_signed_and_lapses_after_a_year() -> None:
    at = timezone.now()
    partner, asker, signer = make_partner(), make_member(role="coordinator"), make_member(role="approver")
    grant = ask_for_trust(organisation=partner, subject="needs", by=asker.user, at=at)
    assert not partner.trusts("needs", at)
    with pytest.raises(Refusal, match="second person"):
        sign_trust(grant=grant, by=asker.user, at=at)
    sign_trust(grant=grant, by=signer.user, at=at)
    assert partner.trusted(at) == ["needs"]
    assert partner.trusted(at + timedelta(days=366)) == []


def test_it_ends_when_it_is_taken_away() -> None:
    at = timezone.now()
    partner, asker, signer = make_partner(), make_member(role="coordinator"), make_member(role="approver")
    grant = ask_for_trust(organisation=partner, subject="providers", by=asker.user, at=at)
    sign_trust(grant=grant, by=signer.user, at=at)
    revoke_trust(grant=grant, by=asker.user, at=at)
    assert partner.trusted(at) == []
    with pytest.raises(Refusal, match="revoked"):
        sign_trust(grant=grant, by=signer.user, at=at)


def test_it_is_asked_for_once_at_a_time() -> None:
    partner, asker = make_partner(), make_member(role="coordinator")
    ask_for_trust(organisation=partner, subject="needs", by=asker.user, at=timezone.now())
    with pytest.raises(Refusal, match="asked for already"):
        ask_for_trust(organisation=partner, subject="needs", by=asker.user, at=timezone.now())


def test_it_cannot_be_saved_with_one_person_as_both() -> None:
    at, asker = timezone.now(), make_member(role="coordinator").user
    with pytest.raises(IntegrityError), transaction.atomic():
        TrustGrant.objects.create(
            organisation=make_partner(),
            subject="needs",
            asked_by=asker,
            asked_at=at,
            signed_by=asker,
            signed_at=at,
            lapses_at=at,
        )


def test_it_is_given_at_the_console_by_two_people_of_the_operator() -> None:
    partner = make_partner()
    first, second = (console_client(make_member(role=role)) for role in ("coordinator", "approver"))
    first.post(f"/console/trust/{partner.pk}/ask/", {"subject": "needs"})
    grant = TrustGrant.objects.get()
    first.post(f"/console/trust/grants/{grant.pk}/sign/")
    assert not partner.trusts("needs", timezone.now())
    assert b"waits for a second person" in second.get("/console/trust/").content
    second.post(f"/console/trust/grants/{grant.pk}/sign/")
    partner.refresh_from_db()
    assert partner.trusts("needs", timezone.now())


def test_it_is_out_of_reach_for_partners_and_refuses_an_unknown_subject() -> None:
    partner = make_partner()
    stranger = console_client(make_member(partner, role="coordinator"))
    assert stranger.get("/console/trust/").status_code == 403
    assert stranger.post(f"/console/trust/{partner.pk}/ask/", {"subject": "needs"}).status_code == 403
    console_client(make_member(role="admin")).post(f"/console/trust/{partner.pk}/ask/", {"subject": "money"})
    assert not TrustGrant.objects.exists()
