"""The living style page: every part of the design on one page of the console."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kernel.accounts.access import console
from kernel.money import Money
from kernel.shell.forms import CheckColumns, CheckTiles, DateInput, MoneyField, Tiles, Trap

KINDS = [("room", _("A room")), ("ride", _("A seat in a car")), ("hours", _("Hours of my profession"))]


class Sample(forms.Form):
    """One of every field."""

    name = forms.CharField(label=_("Text"), help_text=_("A hint stands between the label and the field."))
    email = forms.EmailField(label=_("Email"), required=False)
    kind = forms.ChoiceField(label=_("Tiles"), choices=KINDS, widget=Tiles)
    country = forms.ChoiceField(label=_("Select"), choices=[("", "–"), ("DE", "DE"), ("NL", "NL")])
    help_with = forms.MultipleChoiceField(label=_("Tiles, several"), choices=KINDS, widget=CheckTiles, required=False)
    languages = forms.MultipleChoiceField(
        label=_("A long list"),
        choices=[(c, c.upper()) for c in ("ar", "de", "en", "fr", "ru", "uk")],
        widget=CheckColumns,
    )
    urgency = forms.ChoiceField(
        label=_("Radios"), choices=[("now", _("Now")), ("later", _("Later"))], widget=forms.RadioSelect
    )
    free_from = forms.DateField(label=_("Date"), widget=DateInput)
    amount = MoneyField(label=_("Money"), currencies=["EUR", "USD", "CHF"])
    note = forms.CharField(label=_("Several lines"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label=_("I have read how this is kept safe"))
    website = forms.CharField(label=_("Leave this empty"), widget=Trap, required=False)


@require_safe
@console()
def page(request: HttpRequest) -> HttpResponse:
    """Show every part as it is used, and the sample form once empty and once refused."""
    return render(
        request,
        "shell/style.html",
        {
            "form": Sample(auto_id="empty_%s"),
            "refused": Sample({"amount_0": "ten", "amount_1": "EUR"}, auto_id="refused_%s"),
            "steps": [_("Kind"), _("Place"), _("Dates"), _("Contact"), _("Check")],
            "raised": Money(4_790_64, "EUR"),
            "target": Money(8_000_00, "EUR"),
            "bars": [
                (_("Housing"), Money(517_00, "EUR")),
                (_("Travel"), Money(695_00, "EUR")),
                (_("Visas"), Money(632_00, "EUR")),
            ],
            "pages": Paginator(range(60), 20).page(2),
        },
    )
