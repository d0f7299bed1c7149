"""Who may collect is said by two people, stays as it was signed, and is taken back by one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.campaigns.deeds import end_campaign, end_those_over, sign_campaign, withdraw_campaign
from donations.models import Campaign
from kernel.states import Refusal
from tests.factories.campaigns import make_campaign
from tests.factories.organisations import make_partner

pytestmark = pytest.mark.django_db


def refused(deed, *args, **words):
    with pytest.raises(Refusal) as refusal:
        deed(*args, **words)
    return refusal.value.code


def test_the_one_who_asked_cannot_sign_and_another_can():
    draft, at = make_campaign(signed=False), timezone.now()
    assert not Campaign.objects.signed().exists()
    assert refused(sign_campaign, draft, by="user:0", at=at) == "second_person_needed"
    signed = sign_campaign(draft, by="user:1", at=at)
    assert (signed.status, signed.standing(at.date())) == ("authorised", "current")
    assert refused(sign_campaign, draft, by="user:2", at=at) == "illegal_transition"
    assert [(move.old, move.new, move.by) for move in signed.history.all()] == [
        ("", "draft", "user:0"),
        ("draft", "authorised", "user:1"),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"fundraiser": "A choir", "partner": "one"}, "one_collector"),
        ({"ends_before": timezone.now().date() - timedelta(days=10)}, "no_days"),
        ({"ends_before": timezone.now().date()}, "over"),
        ({"title": "Concert for refugees"}, "revealing"),
        ({"title_ru": "Концерт для беженцев"}, "revealing"),
        ({"fundraiser": "Rainbow choir"}, "revealing"),
    ],
)
def test_it_refuses_what_cannot_be(words, code):
    if "partner" in words:
        words = {**words, "partner": make_partner()}
    assert refused(make_campaign, **words) == code
    assert not Campaign.objects.exists()


def test_one_page_is_one_campaign_s_until_it_is_over():
    first = make_campaign(address="https://concert.example/give")
    assert refused(make_campaign, address="https://www.concert.example/give/", signed=False) == "page_taken"
    withdraw_campaign(first, by="user:0", at=timezone.now())
    assert make_campaign(address="https://concert.example/give").status == "authorised"


def test_one_person_takes_it_back_at_once_and_nothing_follows():
    at = timezone.now()
    campaign = withdraw_campaign(make_campaign(), by="user:0", at=at)
    assert campaign.standing(at.date()) == "withdrawn"
    for deed in (sign_campaign, end_campaign, withdraw_campaign):
        assert refused(deed, campaign, by="user:9", at=at) == "illegal_transition"


def test_its_days_end_it_before_any_job_does():
    campaign, at = make_campaign(), timezone.now()
    later = at + timedelta(days=20)
    assert campaign.standing((later - timedelta(days=1)).date()) == "current"
    assert campaign.standing(later.date()) == "ended"
    assert not Campaign.objects.current(later.date()).exists()
    assert campaign.standing(campaign.begins_on - timedelta(days=1)) == "upcoming"
    assert (end_those_over(at=at), end_those_over(at=later), end_those_over(at=later)) == (0, 1, 0)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.over_on) == ("ended", campaign.ends_before)


def test_a_draft_whose_days_are_past_is_not_signed():
    draft = make_campaign(signed=False)
    assert refused(sign_campaign, draft, by="user:1", at=timezone.now() + timedelta(days=20)) == "over"


@pytest.mark.parametrize(
    "columns",
    [
        {"host": "evil.example"},
        {"path": "/"},
        {"title": "Another"},
        {"ends_before": timezone.now().date() + timedelta(days=900)},
        {"fundraiser": "Somebody", "partner": None},
        {"asked_by": "user:7"},
        {"signed_by": "user:7"},
        {"signed_by": "user:0"},
    ],
)
def test_the_database_keeps_what_two_people_signed(columns):
    campaign = make_campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**columns)


def test_the_database_knows_two_people_and_lets_nothing_come_back():
    at, draft = timezone.now(), make_campaign(signed=False)
    over = withdraw_campaign(make_campaign(), by="user:0", at=at)
    for row, columns in (
        (draft, {"status": "authorised"}),
        (draft, {"status": "authorised", "signed_by": "user:0", "signed_at": at}),
        (over, {"status": "authorised", "over_at": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=row.pk).update(**columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=draft.pk)._raw_delete("default")
