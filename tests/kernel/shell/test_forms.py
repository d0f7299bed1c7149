"""Forms in the design: what is asked, what went wrong, and where."""

import re
from datetime import date

from django import forms

from kernel.money import Money
from kernel.shell.forms import CheckColumns, DateInput, MoneyField, Tiles, Trap


class Everything(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the door")
    kind = forms.ChoiceField(label="Kind", choices=[("room", "A room"), ("ride", "A seat")], widget=Tiles)
    words = forms.MultipleChoiceField(
        label="Words", choices=[("Near", [("de", "German")]), ("Far", [("ru", "Russian")])], widget=CheckColumns
    )
    day = forms.DateField(label="Day", widget=DateInput)
    amount = MoneyField(label="Amount", currencies=["EUR", "JPY"])
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="I agree")
    website = forms.CharField(label="Leave empty", widget=Trap, required=False)


FILLED = {
    "name": "x",
    "kind": "room",
    "words": ["de"],
    "day": "2026-11-22",
    "amount_0": "12,50",
    "amount_1": "EUR",
    "agreed": "on",
}


def test_it_cleans_to_things() -> None:
    form = Everything(FILLED)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Money(1250, "EUR")
    assert form.cleaned_data["day"] == date(2026, 11, 22)


def test_it_refuses_more_decimals_than_the_currency_has() -> None:
    assert "amount" in Everything({**FILLED, "amount_1": "JPY"}).errors


def test_it_labels_every_input_once() -> None:
    html = str(Everything())
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', html))
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        name = re.search(r'\bid="([^"]+)"', tag)
        assert name
        assert name[1] in labelled or "aria-label=" in tag, tag


def test_it_leads_from_the_summary_to_every_field() -> None:
    html = str(Everything({"amount_0": "ten", "amount_1": "EUR"}))
    summary = html.partition("</div>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 6
    for target in targets:
        assert f'id="{target}"' in html
    assert 'tabindex="-1"' in summary


def test_it_ties_each_error_to_its_field() -> None:
    html = str(Everything({}))
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        for target in described.split():
            assert f'id="{target}"' in html


def test_it_shows_what_was_typed_again() -> None:
    html = str(Everything({**FILLED, "name": "", "words": ["ru"]}))
    assert re.search(r'value="room"[^>]*checked', html)
    assert re.search(r'value="ru"[^>]*checked', html)
    assert 'value="12,50"' in html
    assert 'value="2026-11-22"' in html


def test_it_shows_a_whole_amount_without_decimals() -> None:
    html = str(Everything(initial={"amount": Money(2500, "EUR")}))
    assert 'value="25"' in html
    assert re.search(r'value="EUR"\s+selected', html)


def test_it_carries_no_style_and_no_script() -> None:
    html = str(Everything({}))
    assert not re.search(r"\s(?:style|on\w+)=|<script|<style", html)


def test_it_keeps_the_trap_out_of_everybodys_way() -> None:
    html = str(Everything())
    trap = re.search(r'<div class="trap" aria-hidden="true">.*?</div>', html, re.DOTALL)
    assert trap
    assert 'tabindex="-1"' in trap[0]
