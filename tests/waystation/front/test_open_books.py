"""The open books: what they say, that they agree with the API, and what they weigh."""

import csv
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from donations.expenses.deeds import book_expense, reverse_expense
from donations.ledger.publishing import publish_totals
from donations.models import PublicFigureMonth
from kernel.money import Money
from offers.impact.models import Figure, ImpactFigure
from tests.factories.donations import make_fund, make_paid

pytestmark = pytest.mark.django_db
PAGE, FIGURES = "/transparency/", "/transparency/figures.csv"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def page(client, address=PAGE):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def gifts(fund, minor, *, currency="EUR", count=5, month=11):
    for _ in range(count):
        make_paid(split=[(fund, 1)], amount=Money(minor, currency))
    publish_totals(at=NOW.replace(month=month))


def spend(fund, minor, *, category="housing", month=11, currency="EUR"):
    at = NOW.replace(month=month)
    return book_expense(
        fund=fund, category=category, amount=Money(minor, currency), spent_on=at.date(), by="user:1", at=at
    )


def helped(count, month=10):
    ImpactFigure.objects.bulk_create(
        ImpactFigure(month=date(2026, month, 1), figure=figure, shown=count, counted=count, moved=True)
        for figure in Figure.values
    )


def test_it_says_so_while_nothing_is_public(client):
    html = page(client)
    assert "No public figures yet" in html
    assert "<svg" not in html.split("<main")[1]


def test_it_shows_months_categories_and_funds(client):
    one, two = make_fund(name="A roof"), make_fund(name="A road")
    gifts(one, 10_000, month=9)
    gifts(two, 1_000, month=11)
    spend(one, 20_000, month=10)
    spend(one, 5_000, category="food", month=11)
    publish_totals(at=NOW + timedelta(days=1))
    html = page(client)
    assert html.count("<figcaption") == 2
    for row in ("September 2026", "October 2026", "November 2026", "Housing", "Food", "A roof", "A road"):
        assert row in html
    # the months stand under each other without a gap, and all sums agree
    stats = re.findall(r"<dd>([^<]+)</dd>", html)
    assert stats == ["€0.00", "€550.00", "€250.00", "€300.00"]
    assert re.search(r"October 2026</th><td[^>]*>€0.00</td><td[^>]*>€200.00", html)


def test_a_balance_is_brought_forward_into_the_last_twelve_months(client):
    fund = make_fund()
    gifts(fund, 10_000, month=11)
    PublicFigureMonth.objects.update(month=date(2024, 1, 1))
    gifts(fund, 2_000, month=12)
    html = page(client)
    assert "January 2026" in html
    assert "January 2024" not in html
    assert "€500.00 brought forward into January 2026" in html


def test_a_month_in_which_more_was_corrected_than_spent_hangs_from_the_ground(client):
    fund = make_fund()
    spent = spend(fund, 5_000, month=9)
    publish_totals(at=NOW)
    reverse_expense(spent, by="user:2", at=NOW)
    publish_totals(at=NOW + timedelta(days=1))
    html = page(client)
    assert "-€50.00" in html or "\N{MINUS SIGN}€50.00" in html
    assert not re.search(r'height="-|y="-', html)


def test_it_agrees_with_the_api_to_the_cent(client):
    one, two = make_fund(), make_fund()
    gifts(one, 10_001, month=9)
    gifts(one, 777, month=10)
    gifts(two, 300, currency="JPY", month=10)
    spend(one, 4_999, month=9)
    spend(one, 1, category="food", month=10)
    helped(20)
    publish_totals(at=NOW)
    told, sums = list(csv.DictReader(client.get(FIGURES).content.decode().splitlines())), {}
    for row in told:
        key = (row["fund"], row["currency"], row["category"])
        sums[key] = sums.get(key, 0) + int(row["minor"])
    from_api = {}
    slugs = {one.pk: one.slug, two.pk: two.slug}
    for fund in client.get("/api/v1/funds").json()["results"]:
        slug = slugs[fund["id"]]
        from_api |= {(slug, sum_["currency"], ""): sum_["minor"] for sum_ in fund["raised"]}
        from_api |= {
            (slug, row["amount"]["currency"], row["category"]): row["amount"]["minor"] for row in fund["spent"]
        }
    assert sums == from_api
    assert len(sums) == 4
    households = client.get("/api/v1/impact").json()["months"][0]["households_helped"]
    html = page(client)
    assert f"at least {households} households" in html
    assert "€538.90" in html


def test_what_a_household_cost_is_rounded_up_and_asks_the_published_numbers_alone(client):
    fund = make_fund()
    spend(fund, 10_050, month=9)
    spend(fund, 90_000, month=11)
    publish_totals(at=NOW)
    assert "at most" not in page(client).split('id="households"')[1].split("</section>")[0]
    helped(0, month=9)
    assert "Not told yet" in page(client)
    helped(10)
    html = page(client)
    # November is not frozen yet: what was spent in it is not counted
    assert "€11.00 at most" in html
    assert "€100.50 had been spent and at least 10 households" in html


def test_it_speaks_russian_with_its_separators(client):
    fund = make_fund(name="Roof", name_ru="Крыша")
    gifts(fund, 123_456)
    spend(fund, 100_000)
    publish_totals(at=NOW + timedelta(days=1))
    html = page(client, "/ru/transparency/")
    assert "6 172,80 €" in html
    assert "ноябрь 2026" in html
    assert "Крыша" in html
    assert 'lang="ru"' in html


def test_it_asks_the_database_as_often_for_many_as_for_few(client, django_assert_max_num_queries):
    for number in range(3):
        fund = make_fund()
        gifts(fund, 1_000, month=9 + number)
        spend(fund, 500, month=9 + number)
    publish_totals(at=NOW + timedelta(days=1))
    helped(10)
    with django_assert_max_num_queries(4):
        page(client)


def test_its_figures_are_a_file_of_plain_words(client):
    gifts(make_fund(slug="roof"), 1_050)
    answer = client.get(FIGURES)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content.decode().splitlines() == [
        "month,currency,fund,kind,category,amount,minor",
        "2026-11,EUR,roof,income,,52.50,5250",
    ]
