"""A form of the console whose button moves money: pressed twice, its deed is done once."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.guard.once import once
from kernel.guard.stamps import new_stamp, read_stamp
from kernel.money import Money
from kernel.states import Refusal

FORM = "money"


class OnceForm(forms.Form):
    """`opened` is the stamp of one showing of the page. Sent without it, each sending is a deed of its own."""

    opened = forms.CharField(required=False, max_length=160, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.initial["opened"] = new_stamp(FORM)

    def clean_opened(self) -> str:
        """Refuse a stamp too old to be believed: a second press could not be told from a first."""
        text: str = self.cleaned_data["opened"]
        if text and read_stamp(text, FORM) is None:
            self._stamp_anew()
            raise forms.ValidationError(_("This page was open for a long time. Please send it again."))
        return text

    def said(self) -> dict[str, Any]:
        """Return what was filled in."""
        return {name: value for name, value in self.cleaned_data.items() if name != "opened"}

    def columns(self) -> dict[str, Any]:
        """Return what was filled in as the columns of its row: `amount` is two of them."""
        said = self.said()
        amount: Money = said.pop("amount")
        return {**said, "amount_minor": amount.minor, "currency": amount.currency}

    def once(self, deed: Callable[[], str], *, same: Callable[[str], bool]) -> str:
        """Do `deed`, which returns the id of what it wrote, once for this page, as `kernel.guard.once` says."""
        stamp = read_stamp(self.cleaned_data["opened"], FORM)
        if stamp is None:
            return deed()
        try:
            return once(stamp, deed, same=same)
        except Refusal as refusal:
            if refusal.code == "sent_already":
                self._stamp_anew()
            raise

    def _stamp_anew(self) -> None:
        data: Any = self.data
        data = data.copy()  # of a QueryDict, this is one that can be written
        data["opened"] = new_stamp(FORM)
        self.data = data
