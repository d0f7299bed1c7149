"""What a provider fills in on the private page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.guard.forms import GuardedForm
from offers.pages.offer_forms import StayForm
from offers.pledges import availability


class ChangeForm(StayForm):
    """Other days, other units, another notice or length of stay: that needs no new check."""

    def changes(self) -> dict[str, Any]:
        """Return the fields of the pledge that this form sets; days blocked in between stay blocked."""
        values = super().changes()
        (days,) = values["availability"]
        if days["from"] < days["until"]:
            kept = availability.stretched(self.ranges, days["from"], days["until"])
            values["availability"] = [{"from": one.start, "until": one.end} for one in kept]
        return values


class LostLinkForm(GuardedForm):
    """The address an offer was made with."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ["email"]
