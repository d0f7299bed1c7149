"""The forms with which finance settles what Stripe says otherwise of a gift that comes again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.recurring.states import Cause
from kernel.money import Money, parse
from kernel.shell.forms import AmountInput


class CauseForm(forms.Form):
    """`cause`: a code of Cause."""

    cause = forms.ChoiceField(label=_("Reason"), choices=Cause.choices)

    def said(self) -> dict[str, Any]:
        """Return what was chosen, for the deed."""
        return {"cause": self.cleaned_data["cause"]}


class TakeForm(CauseForm):
    """`amount` as typed, in the gift's currency: what Stripe collects each time."""

    amount = forms.CharField(
        label=_("What Stripe collects each time"),
        max_length=20,
        widget=AmountInput,
        help_text=_("As Stripe's own page shows it. It is compared with what Stripe says."),
    )
    field_order = ("amount", "cause")

    def __init__(self, data: Any = None, *, currency: str, auto_id: str) -> None:
        super().__init__(data, auto_id=auto_id)
        self.currency = currency

    def clean_amount(self) -> Money:
        """Read the amount."""
        try:
            return parse(self.cleaned_data["amount"], self.currency)
        except ValueError:
            raise forms.ValidationError(_("Type an amount such as 25 or 25.50.")) from None

    def said(self) -> dict[str, Any]:
        """Return amount and cause, for the deed."""
        return {**super().said(), "amount": self.cleaned_data["amount"]}
