"""The forms about receipts. Fields and their values are stable, see docs/console-forms.md."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.receipts.models import IssuerTerms
from donations.receipts.tax.schemes import SCHEMES


class IssuerForm(forms.Form):
    """`code`, `name`, `address` (lines), `registration`, `tax_scheme`, `scheme_reference`."""

    code = forms.RegexField(
        r"^[A-Z][A-Z0-9]{0,7}$",
        label=_("Letters before the number"),
        help_text=_("Such as WS for WS-2026-000001. Other letters begin a series of their own, at 1."),
        error_messages={"invalid": _("Up to eight capital letters and digits, a letter first.")},
    )
    name = forms.CharField(label=_("Name as registered"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=300, widget=forms.Textarea({"rows": 3}))
    registration = forms.CharField(
        label=_("Registration"),
        max_length=120,
        required=False,
        help_text=_("As it is to be printed: “Registered charity no. 1234567”."),
    )
    tax_scheme = forms.ChoiceField(label=_("Tax scheme"), required=False)
    scheme_reference = forms.CharField(
        label=_("What the tax office calls you"), max_length=40, required=False, help_text=_("Such as AB12345.")
    )
    use_required_attribute = False

    def __init__(self, data: Any = None, *, terms: IssuerTerms | None = None) -> None:
        initial = {name: getattr(terms, name) for name in self.base_fields if name != "code"} if terms else {}
        super().__init__(data, initial={**initial, "code": terms.issuer.code} if terms else initial)
        choose = self.fields["tax_scheme"]
        if isinstance(choose, forms.ChoiceField):
            choose.choices = [("", _("none")), *((code, scheme.label) for code, scheme in SCHEMES.items())]


class YearForm(forms.Form):
    """`year`: one that is over."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
