"""The forms of /my-giving/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.pages.amount_words import wrong_with
from kernel.guard.forms import GuardedForm
from kernel.money import parse
from kernel.shell.forms import AmountInput


class AskLinkForm(GuardedForm):
    """The address something was given with."""

    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    field_order = ["email"]


class AmountForm(forms.Form):
    """What each instalment shall be, as a person types it: `25`, `25,50`. Cleaned: `money`, in the gift's currency."""

    amount = forms.CharField(label=_("New amount"), max_length=20, widget=AmountInput)
    use_required_attribute = False

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Read the amount, and hold it against what may be given."""
        cleaned = super().clean() or {}
        if not cleaned.get("amount"):
            return cleaned
        try:
            cleaned["money"] = parse(cleaned["amount"], self.currency)
        except ValueError:
            self.add_error("amount", _("Type an amount such as 25 or 25.50."))
            return cleaned
        if wrong := wrong_with(cleaned["money"]):
            self.add_error("amount", wrong)
        return cleaned
