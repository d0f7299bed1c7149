"""Attacks on the deeds that need two people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kernel.states import Refusal
from offers.needs.deeds import approve_need, edit_need
from offers.needs.models import NeedStatus
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_partner

pytestmark = pytest.mark.django_db


def test_it_approves_only_what_the_second_person_has_read() -> None:
    partner = make_partner()
    member, need = make_member(partner, "approver"), make_need(partner, status=NeedStatus.IN_REVIEW)
    browser = console_client(member)
    page = browser.get(reverse("offers:need", args=[need.pk])).content.decode()
    assert f'name="version" value="{need.version}"' in page
    at = timezone.now()
    edit_need(need=need, changes={"urgency": "emergency"}, by="client:x", at=at)
    browser.post(reverse("offers:need_approve", args=[need.pk]), {"version": need.version})
    need.refresh_from_db()
    assert need.status == NeedStatus.IN_REVIEW
    with pytest.raises(Refusal) as refused:
        approve_need(need=need, by=member, at=at + timedelta(seconds=1), version=need.version - 1)
    assert refused.value.code == "stale"
    browser.post(reverse("offers:need_approve", args=[need.pk]), {"version": need.version})
    need.refresh_from_db()
    assert need.status == NeedStatus.OPEN


def test_it_lets_nobody_approve_what_they_wrote_themselves_in_either_way() -> None:
    partner = make_partner()
    writer, need = make_member(partner, "caseworker"), make_need(partner, status=NeedStatus.IN_REVIEW)
    type(need).objects.filter(pk=need.pk).update(caseworker=writer.user)
    for address in ("offers:need_approve", "offers:need_return"):
        console_client(writer).post(reverse(address, args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.IN_REVIEW


def test_it_shows_a_partner_nothing_of_another_or_of_the_operator_in_the_console() -> None:
    need = make_need(make_partner(), status=NeedStatus.IN_REVIEW)
    browser = console_client(make_member(make_partner(), "coordinator"))
    for name in ("need", "candidates"):
        assert browser.get(reverse(f"offers:{name}", args=[need.pk])).status_code == 404
    for name in ("need_approve", "need_return", "need_submit", "need_withdraw", "need_fulfil"):
        assert browser.post(reverse(f"offers:{name}", args=[need.pk])).status_code == 404
    for name in ("board", "pledges"):
        assert browser.get(reverse(f"offers:{name}")).status_code == 403
    for name in ("board_sign", "board_close", "board_open"):
        assert browser.post(reverse(f"offers:{name}")).status_code == 403
