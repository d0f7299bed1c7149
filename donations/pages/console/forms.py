"""The forms of the money screens. Fields and their values are stable, see docs/console-forms.md."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from donations.discretion.words import revealing
from donations.expenses.models import ExpenseCategory
from donations.funds.deeds import FundTerms
from donations.funds.models import Fund
from donations.giving import amounts
from donations.offline.models import OfflineWay
from donations.pages.console.once_form import OnceForm
from donations.refunds.models import RefundReason
from kernel.accounts.models import Organisation, OrganisationRole
from kernel.money import Money, parse
from kernel.shell.forms import AmountInput, DateInput, MoneyField
from kernel.shell.refusals import in_words
from kernel.states import Refusal

REASONS = [(value, label) for value, label in RefundReason.choices if value != RefundReason.DASHBOARD]


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show what a deed refused beside the field that mends it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, in_words(refusal))


class RefundForm(OnceForm):
    """`amount` as typed, in the donation's currency; empty: all that is left. `reason`: a code. Cleans `money`."""

    amount = forms.CharField(label=_("Amount"), required=False, max_length=20, widget=AmountInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)

    def __init__(self, data: Any = None, *, left: Money) -> None:
        super().__init__(data)
        self.left = left
        self.fields["amount"].help_text = _("Leave it empty for all that is left: %(left)s.") % {
            "left": left.formatted(get_language() or "en")
        }

    def clean(self) -> dict[str, Any]:
        """Read the amount and hold it against what is left."""
        cleaned = super().clean() or {}
        cleaned["money"] = None
        if cleaned.get("amount"):
            try:
                cleaned["money"] = money = parse(cleaned["amount"], self.left.currency)
            except ValueError:
                self.add_error("amount", _("Type an amount such as 25 or 25.50."))
            else:
                if money > self.left:
                    self.add_error("amount", _("This is more than is left."))
        return cleaned


class FundChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """A choice of funds, each by its name in the language of the reader."""

    def label_from_instance(self, obj: Fund) -> str:
        """Return the fund's name."""
        return obj.shown_name


class ExpenseForm(OnceForm):
    """`fund` (id), `category`, `amount_0`, `amount_1` (currency), `spent_on`."""

    fund = FundChoice(Fund.objects.none(), label=_("Fund"))
    category = forms.ChoiceField(label=_("Category"), choices=ExpenseCategory.choices)
    amount = MoneyField(label=_("Amount"), currencies=amounts.CURRENCIES)
    spent_on = forms.DateField(label=_("Paid on"), widget=DateInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choose = self.fields["fund"]
        if isinstance(choose, forms.ModelChoiceField):
            choose.queryset = Fund.objects.order_by("position", "name")


class OfflineForm(OnceForm):
    """`fund` (id), `way`, `partner` (id, for its transfer), `amount_0`, `amount_1` (currency), `received_on`."""

    fund = FundChoice(Fund.objects.none(), label=_("Fund"))
    way = forms.ChoiceField(label=_("How it came"), choices=OfflineWay.choices)
    partner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Partner"),
        required=False,
        help_text=_("Only for what a partner collected and passed on."),
    )
    amount = MoneyField(label=_("Amount"), currencies=amounts.CURRENCIES)
    received_on = forms.DateField(label=_("Received on"), widget=DateInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name, rows in (
            ("fund", Fund.objects.order_by("position", "name")),
            ("partner", Organisation.objects.filter(role=OrganisationRole.PARTNER).order_by("name")),
        ):
            choose = self.fields[name]
            if isinstance(choose, forms.ModelChoiceField):
                choose.queryset = rows


class FundForm(forms.Form):
    """`slug` (when new), `name`, `name_ru`, `summary`, `summary_ru`, `goal_0`, `goal_1`, `position`, `is_open`."""

    slug = forms.SlugField(
        label=_("Address"), max_length=40, help_text=_("Small letters and hyphens: /give/this-word/. It stays.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=80, required=False)
    summary = forms.CharField(label=_("In one sentence"), max_length=300, required=False)
    summary_ru = forms.CharField(label=_("In one sentence, in Russian"), max_length=300, required=False)
    goal = MoneyField(label=_("Goal"), currencies=amounts.CURRENCIES, required=False)
    position = forms.IntegerField(label=_("Place in the list"), min_value=1, max_value=999, initial=100)
    is_open = forms.BooleanField(label=_("Takes gifts"), required=False, initial=True)

    def __init__(self, data: Any = None, *, fund: Fund | None = None) -> None:
        super().__init__(data, initial=_values(fund) if fund else None)
        if fund:
            del self.fields["slug"]

    def clean_slug(self) -> str:
        """Refuse an address that tells a relative something: it stays in the browser's history."""
        slug: str = self.cleaned_data["slug"]
        if revealing(slug.replace("-", " ")):
            raise forms.ValidationError(_("This word stays in a donor's browser history: take a neutral one."))
        return slug

    def terms(self) -> FundTerms:
        """Return what was filled in."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "slug"}
        return FundTerms(**said)


def _values(fund: Fund) -> dict[str, Any]:
    names = ("name", "name_ru", "summary", "summary_ru", "goal", "position", "is_open")
    return {name: getattr(fund, name) for name in names}
