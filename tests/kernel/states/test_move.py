"""The one guarded change of state."""

import pytest
from django.db import transaction
from django.utils import timezone

from donations.models import Donation, DonationMove
from kernel.states import Moves, Refusal, move, move_each
from offers.needs.models import Need
from tests.factories.donations import make_donation
from tests.factories.needs import make_need


def test_it_names_the_state_and_what_is_legal() -> None:
    moves = Moves({"open": ("held", "expired")})
    with pytest.raises(Refusal) as refused:
        moves.check(old="open", new="done")
    assert refused.value.code == "illegal_transition"
    assert refused.value.facts == {"state": "open", "legal": ["held", "expired"]}
    with pytest.raises(Refusal, match="nothing follows"):
        moves.check(old="done", new="open")


@pytest.mark.django_db
def test_it_lets_the_second_of_two_lose() -> None:
    first = make_need()
    second = Need.objects.get(pk=first.pk)
    move(first, to="held", by="user:1", at=timezone.now())
    with pytest.raises(Refusal, match="Someone else"):
        move(second, to="withdrawn", by="user:2", at=timezone.now())
    assert [row.new for row in first.history.all()] == ["held"]


@pytest.mark.django_db
def test_it_leaves_who_when_and_why() -> None:
    at = timezone.now()
    need = move(make_need(), to="withdrawn", by="client:x", at=at, why="mistake", also={"version": 9})
    row = need.history.get()
    assert (row.old, row.new, row.by, row.at, row.why) == ("open", "withdrawn", "client:x", at, "mistake")
    need.refresh_from_db()
    assert (need.status, need.version, need.updated_at) == ("withdrawn", 9, at)


@pytest.mark.django_db
def test_it_moves_several_or_none() -> None:
    at, things = timezone.now(), [make_donation() for _ in range(3)]
    Donation.objects.filter(pk=things[2].pk).update(status="expired")
    with pytest.raises(Refusal, match="one of these"), transaction.atomic():
        move_each(things, to="processing", by="system", at=at)
    assert not DonationMove.objects.filter(new="processing").exists()
    move_each(things[:2], to="processing", by="system", at=at, also={"mismatch": "x"})
    assert [(one.status, one.mismatch, one.updated_at) for one in things[:2]] == [("processing", "x", at)] * 2
    moved = Donation.objects.filter(status="processing", mismatch="x", updated_at=at)
    assert {one.history.get(new="processing").old for one in moved} == {"pending"}
    with pytest.raises(Refusal, match="cannot become expired"):
        move_each(things[:2], to="expired", by="system", at=at)


@pytest.mark.django_db
def test_each_of_several_may_have_values_of_its_own() -> None:
    at, things = timezone.now(), [make_donation() for _ in range(3)]
    each = {one.pk: {"checkout_session": f"cs_{place}", "checked_at": None} for place, one in enumerate(things)}
    each[things[1].pk] = {"checkout_session": 'cs_it\'s "%s"', "checked_at": at}
    Donation.objects.filter(pk=things[2].pk).update(status="expired")
    with pytest.raises(Refusal, match="one of these"), transaction.atomic():
        move_each(things, to="processing", by="system", at=at, each=each)
    assert not Donation.objects.exclude(checkout_session=None).exists()
    assert things[0].status == "pending"
    move_each(things[:2], to="processing", by="system", at=at, also={"mismatch": "x"}, each=each)
    for one in things[:2]:
        written = Donation.objects.get(pk=one.pk)
        for row in (one, written):
            assert (row.status, row.mismatch, row.updated_at) == ("processing", "x", at)
            assert {name: getattr(row, name) for name in each[one.pk]} == each[one.pk]
    Donation.objects.filter(pk=things[0].pk).update(checked_at=at)
    nothing = {one.pk: {"checked_at": None} for one in things[:1]}
    move_each(things[:1], to="paid", by="system", at=at, also={"paid_at": at, "payment_intent": "pi"}, each=nothing)
    assert Donation.objects.get(pk=things[0].pk).checked_at is None
