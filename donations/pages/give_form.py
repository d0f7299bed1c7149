"""The form of /give/."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from donations.giving import amounts
from donations.pages.amount_words import wrong_with
from donations.pages.dedication_form import DedicationFields
from donations.pages.interval_form import IntervalFields
from donations.pages.split_form import SplitFields
from donations.receipts.paper.sheet import printable
from kernel.guard.forms import GuardedForm
from kernel.guard.watch import Watch
from kernel.money import Money, exponent, parse
from kernel.shell.forms import AmountInput, Tiles

DEFAULT_CURRENCY = "EUR"


class GiveForm(SplitFields, IntervalFields, DedicationFields, GuardedForm):
    """Fund, amount and currency. `preset` is one of the offered amounts, `EUR:2500`; a typed `amount` goes before it.

    `amount` is what a person types, `25` or `25,50`. Cleaned: `money`, and `split`: the funds with their shares.
    `receipt_email` and `receipt_name` are there where somebody issues receipts.
    """

    fund = forms.ChoiceField(label=_("What for"), widget=Tiles(large=True))
    currency = forms.ChoiceField(label=_("Currency"), widget=forms.Select({"class": "short"}))
    preset = forms.ChoiceField(
        label=_("Amount"),
        widget=Tiles,
        error_messages={
            "required": _("Choose an amount, or type one."),
            "invalid_choice": _("The currency has changed: choose an amount again."),
        },
    )
    amount = forms.CharField(label=_("Another amount"), required=False, max_length=20, widget=AmountInput)
    cover_fee = forms.BooleanField(label=_("Add the payment fee, so that all of my gift arrives"), required=False)
    receipt_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Once the gift has arrived, you get a mail in neutral words with a private link."),
    )
    receipt_name = forms.CharField(
        label=_("Name on the receipt"),
        required=False,
        max_length=120,
        help_text=_("Leave it empty for a receipt without a name."),
    )
    use_required_attribute = False

    def __init__(
        self,
        watched: Watch,
        *,
        funds: list[Fund],
        currency: str = DEFAULT_CURRENCY,
        receipts: bool = False,
        **kwargs: Any,
    ) -> None:
        data = watched.data
        kwargs["initial"] = {"currency": currency, **kwargs.get("initial", {})}
        super().__init__(watched, **kwargs)
        if not receipts:
            del self.fields["receipt_email"], self.fields["receipt_name"]
        self.funds = {key: fund for fund in funds for key in (fund.slug, fund.pk)}
        self._offer("fund", [(fund.slug, fund.shown_name) for fund in funds])
        self.offer_split(funds)
        self._offer("currency", [(code, code) for code in amounts.CURRENCIES])
        if data is not None:
            asked = data.get("currency", "")
            currency = asked if asked in amounts.CURRENCIES else currency
            # an id is as good as a slug
            named = self.funds.get(data.get("fund", ""))
            # what is typed goes before what is chosen
            self.fields["preset"].required = not data.get("amount", "").strip()
            self.data = data.copy()
            self.data["fund"] = named.slug if named else ""
        if len(funds) == 1:
            self.fields["fund"].widget = forms.HiddenInput()
            self.fields["fund"].initial = funds[0].slug
        own = funds[0].presets if len(funds) == 1 else {}
        language = get_language() or "en"
        presets = amounts.presets(currency, own)
        self._offer("preset", [(f"{money.currency}:{money.minor}", _short(money, language)) for money in presets])
        self.fields["amount"].help_text = _limits(currency, language)
        self.fields["cover_fee"].help_text = _fee(currency, language)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_receipt_name(self) -> str:
        """Refuse a name that the typeface of the papers has no letters for."""
        name: str = self.cleaned_data["receipt_name"]
        if name and not {ord(letter) for letter in name} <= printable():
            raise forms.ValidationError(_("Write the name in Latin, Greek or Cyrillic letters."))
        return name

    def clean(self) -> dict[str, Any]:
        """Read the amount, typed or chosen, and hold it against what may be given."""
        cleaned = super().clean() or {}
        self.clean_contact(cleaned)
        currency = cleaned.get("currency")
        if not currency or "amount" in self.errors:
            return cleaned
        if "preset" in self.errors and cleaned.get("amount"):
            del self.errors["preset"]
        money = self._money(cleaned, currency)
        if money is not None:
            if wrong := wrong_with(money):
                self.add_error("amount", wrong)
            cleaned["money"] = money
        if cleaned.get("receipt_name") and not cleaned.get("receipt_email") and "receipt_email" not in self.errors:
            self.add_error("receipt_email", _("Write where the receipt may be sent, or leave the name empty."))
        chosen = self.funds.get(cleaned.get("fund", ""))
        cleaned["split"] = self.split_of(chosen, list(dict.fromkeys(self.funds.values()))) if chosen else []
        return cleaned

    def _money(self, cleaned: dict[str, Any], currency: str) -> Money | None:
        if cleaned.get("amount"):
            try:
                return parse(cleaned["amount"], currency)
            except ValueError:
                self.add_error("amount", _("Type an amount such as 25 or 25.50."))
                return None
        if cleaned.get("preset"):
            return Money(int(cleaned["preset"].partition(":")[2]), currency)
        return None


def _short(money: Money, language: str) -> str:
    """Return an offered amount without decimals that are all zero."""
    digits = exponent(money.currency)
    text = money.formatted(language)
    return re.sub(rf"[.,]0{{{digits}}}(?=\D*$)", "", text) if digits else text


def _limits(currency: str, language: str) -> Any:
    limits = amounts.RANGES[currency]
    return _("From %(least)s to %(most)s. A typed amount goes before a chosen one.") % {
        "least": Money(limits.least, currency).formatted(language),
        "most": Money(limits.most, currency).formatted(language),
    }


def _fee(currency: str, language: str) -> Any:
    rate, fixed = settings.STRIPE_FEE_ESTIMATE.get(currency, (0, 0))
    return _("About %(percent)s %% and %(fixed)s; the payment page shows the sum before you pay.") % {
        "percent": localize(Decimal(rate) / 100, use_l10n=True).rstrip("0").rstrip(".,"),
        "fixed": Money(fixed, currency).formatted(language),
    }
