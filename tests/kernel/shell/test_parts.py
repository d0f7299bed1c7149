"""Parts of pages: navigation by permission, plots, money in the page's language."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from kernel.accounts.models import Member, Organisation
from kernel.money import Money
from kernel.shell.nav import Entry, Register
from kernel.shell.plots import Bar, bars


def _draw(source: str, **context: object) -> str:
    return Template("{% load shell %}" + source).render(Context(context))


def test_it_lists_what_one_may_open_in_order() -> None:
    register = Register()
    register.add(Entry("Second", "home", order=20))
    register.add(Entry("First", "console", "donations.see_money", order=10))
    register.add(Entry("Nowhere", "no_such_route", order=1))
    ours = Organisation(name="Ours", role="operator")
    assert [entry.label for entry in register.for_member(Member(organisation=ours, role="finance"))] == [
        "First",
        "Second",
    ]
    assert [entry.label for entry in register.for_member(Member(organisation=ours, role="caseworker"))] == ["Second"]
    assert [entry.label for entry in register.for_everybody()] == ["Second"]


def test_it_writes_money_in_the_language_of_the_page() -> None:
    amount = Money(123456, "EUR")
    with override("en"):
        assert _draw("{{ amount|money }}", amount=amount) == "€1,234.56"
    with override("ru"):
        assert re.sub(r"\s", " ", _draw("{{ amount|money }}", amount=amount)) == "1 234,56 €"
    assert _draw("{{ amount|money }}", amount=None) == "–"


def test_it_draws_bars_with_their_title_and_table() -> None:
    html = bars(title="Spent <b>", rows=[Bar("Travel", 2, "2"), Bar("Food", 1, "1")])
    assert "Spent &lt;b&gt;" in html
    assert re.findall(r'class="bar"[^>]*width="([\d.]+)"', html) == ["640.0", "320.0"]
    assert "<table>" in html
    assert "style=" not in html


def test_it_says_so_when_there_is_nothing_to_plot() -> None:
    assert "No figures yet." in bars(title="Spent", rows=[])


def test_it_draws_no_bar_shorter_than_nothing() -> None:
    with pytest.raises(ValueError, match="shorter than nothing"):
        bars(title="Spent", rows=[Bar("Travel", -1, "-1")])


def test_it_fills_a_goal_only_in_its_own_currency() -> None:
    half = _draw("{% goal raised target %}", raised=Money(50, "EUR"), target=Money(100, "EUR"))
    assert '<progress value="50" max="100"' in half
    assert "<progress" not in _draw("{% goal raised target %}", raised=Money(50, "USD"), target=Money(100, "EUR"))


def test_it_pages_and_keeps_the_other_parameters(rf: RequestFactory) -> None:
    page = Paginator(range(30), 10).page(2)
    html = _draw("{% pager page %}", page=page, request=rf.get("/", {"kind": "room", "page": "2"}))
    assert 'href="?kind=room&amp;page=1"' in html
    assert 'href="?kind=room&amp;page=3"' in html


def test_it_says_which_step_one_is_on() -> None:
    html = _draw("{% steps labels 2 %}", labels=["Kind", "Place", "Check"])
    assert html.count('aria-current="step"') == 1
    assert "Step 2 of 3" in html


def test_it_knows_its_tones() -> None:
    with pytest.raises(ValueError, match="no tone"):
        _draw('{% badge "open" "purple" %}')


def test_it_offers_this_page_in_every_language(rf: RequestFactory) -> None:
    with override("ru"):
        html = _draw(
            "{% languages as all %}{% for one in all %}{{ one.code }}={{ one.url }};{% endfor %}",
            request=rf.get("/ru/console/"),
        )
    assert html == "en=/console/;ru=/ru/console/;"
