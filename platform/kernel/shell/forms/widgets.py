"""Widgets: plain inputs that work without a script, from a phone, with a keyboard."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.money import Money, exponent


class DateInput(forms.DateInput):
    """One `type=date` field; the browser brings the calendar, the value is always YYYY-MM-DD."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Tiles(forms.RadioSelect):
    """Radios as tiles; `large=True` for tiles that hold a sentence."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, large: bool = False) -> None:
        super().__init__(attrs)
        self.look = "tiles large" if large else "tiles"


class CheckTiles(forms.CheckboxSelectMultiple):
    """Checkboxes as tiles."""

    look = "tiles"


class CheckColumns(forms.CheckboxSelectMultiple):
    """A long list of checkboxes in as many columns as fit."""

    look = "columns"


class AmountInput(forms.TextInput):
    """A decimal typed by a person: `25`, `25.50`, `25,50`; phones show digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "short", **(attrs or {})})


class MoneyInput(forms.MultiWidget):
    """An amount and its currency, side by side."""

    template_name = "shell/forms/money.html"

    def __init__(self, currencies: Iterable[str], attrs: dict[str, Any] | None = None) -> None:
        codes = list(currencies)
        super().__init__(
            [
                AmountInput({"aria-label": _("Amount")}),
                forms.Select({"aria-label": _("Currency")}, choices=[(code, code) for code in codes]),
            ],
            attrs,
        )

    def decompress(self, value: Any) -> list[str | None]:
        """Split a Money into what the two inputs show."""
        if isinstance(value, Money):
            text = value.decimal_text()
            whole = exponent(value.currency) and value.minor % 10 ** exponent(value.currency) == 0
            return [text.split(".")[0] if whole else text, value.currency]
        return [None, None]


class Trap(forms.TextInput):
    """The field only a machine fills in: out of sight, out of the tab order, out of the screen reader's way."""

    look = "trap"

    def __init__(self) -> None:
        super().__init__({"tabindex": "-1", "autocomplete": "off"})
