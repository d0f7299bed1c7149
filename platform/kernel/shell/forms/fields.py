"""Fields: what a person typed, as the thing the deeds expect."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.money import Money, parse
from kernel.shell.forms.widgets import MoneyInput


class MoneyField(forms.MultiValueField):
    """An amount with its currency, cleaned to `Money`; too many decimals are refused, never rounded."""

    def __init__(self, *, currencies: Iterable[str], **kwargs: Any) -> None:
        self.currencies = list(currencies)
        choices = [(code, code) for code in self.currencies]
        required = kwargs.get("required", True)
        super().__init__(
            (forms.CharField(max_length=20, required=required), forms.ChoiceField(choices=choices, required=required)),
            widget=MoneyInput(self.currencies),
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> Money | None:
        """Join both inputs. Raises ValidationError for what is no amount of that currency."""
        if not data_list or not data_list[0]:
            return None
        try:
            return parse(data_list[0], data_list[1])
        except ValueError:
            raise forms.ValidationError(_("Type an amount such as 25 or 25.50."), code="invalid_amount") from None
