"""The calendar on the private page: readable without colour or script, and never at the cost of a promise."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from offers.matching.deeds import propose
from offers.models import Match, Pledge
from offers.pledges.links import MANAGE, token
from tests.factories.needs import make_need
from tests.factories.pledges import make_pledge
from tests.offers.pages.visitor import Visitor


def page_of(pledge: Pledge) -> str:
    return f"/my-offer/{token(pledge, MANAGE)}/days/"


def day(number: int) -> str:
    return f"{timezone.localdate() + timedelta(days=number)}"


@pytest.fixture
def pledge(operator) -> Pledge:
    return make_pledge()


def ranges(pledge: Pledge) -> list[tuple[str, str]]:
    pledge.refresh_from_db()
    return [(one["from"], one["until"]) for one in pledge.availability]


def test_it_is_a_table_that_says_everything_in_words(visitor, pledge):
    page = visitor.get(page_of(pledge)).content.decode()
    assert page.count('<th scope="col">') == 7
    assert re.search(r"<caption>\w+ \d{4}</caption>", page)
    assert "free: 1</span>" in page
    assert len(page.encode()) < 20_000


def test_it_blocks_and_opens_a_stretch(visitor, pledge):
    answer = visitor.send(page_of(pledge), start=day(40), until=day(50), deed="block")
    assert answer["Location"] == f"{page_of(pledge)}?month={day(40)[:7]}"
    assert ranges(pledge) == [(day(0), day(40)), (day(50), day(180))]
    assert "blocked</span>" in visitor.get(answer["Location"]).content.decode()
    visitor.send(page_of(pledge), start=day(40), until=day(50), deed="open")
    assert ranges(pledge) == [(day(0), day(180))]


def test_it_says_no_where_somebody_is_promised_a_day(visitor, pledge, operator):
    need = make_need(operator)
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=operator, by="user:1", at=timezone.now())
    held = Match.objects.get()
    page = visitor.get(f"{page_of(pledge)}?month={held.starts_on:%Y-%m}").content.decode()
    assert "promised</span>" in page
    assert need.pk not in page
    answer = visitor.send(page_of(pledge), start=f"{held.starts_on}", until=f"{held.ends_on}", deed="block")
    assert answer.status_code == 409
    assert "Days that are promised to somebody cannot be taken out." in answer.content.decode()
    assert f'value="{held.starts_on}"' in answer.content.decode()  # nothing has to be typed again
    assert ranges(pledge) == [(day(0), day(180))]


@pytest.mark.parametrize(
    "fields",
    [{"deed": "block"}, {"start": "x", "until": "y", "deed": "open"}, {"start": "2027-01-01", "until": "2027-01-02"}],
)
def test_it_asks_again_for_what_is_missing(visitor, pledge, fields):
    assert visitor.send(page_of(pledge), **fields).status_code == 200
    assert ranges(pledge) == [(day(0), day(180))]


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "x", "%00"])
def test_it_opens_on_some_month_whatever_it_is_asked_for(visitor, pledge, month):
    assert visitor.get(f"{page_of(pledge)}?month={month}").status_code == 200


def test_what_is_over_is_shown_and_not_changed(visitor, operator):
    pledge = make_pledge(status="suspended")
    assert "Block these days" not in visitor.get(page_of(pledge)).content.decode()
    page = visitor.get(f"/my-offer/{token(pledge, MANAGE)}/")
    assert visitor.post(page_of(pledge), page, start=day(40), until=day(50), deed="block").status_code == 409
    assert ranges(pledge) == [(day(0), day(180))]


def test_moving_the_ends_leaves_blocked_what_is_blocked(visitor, pledge):
    visitor.send(page_of(pledge), start=day(40), until=day(50), deed="block")
    change = page_of(pledge).removesuffix("days/") + "change/"
    fields = {"notice_days": 3, "min_stay_days": 2, "max_stay_days": 30, "max_party": 2}
    answer = visitor.send(change, units_total=1, available_from=day(1), available_until=day(90), **fields)
    assert answer.status_code == 302
    assert ranges(pledge) == [(day(1), day(40)), (day(50), day(90))]
    assert (pledge.notice_days, pledge.min_stay_days, pledge.max_stay_days) == (3, 2, 30)


def test_it_speaks_russian(pledge):
    page = Visitor(language="ru").get(f"/ru{page_of(pledge)}").content.decode()
    assert "Закрыть эти дни" in page
