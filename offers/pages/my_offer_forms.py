"""What a provider fills in on the private page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.guard.forms import GuardedForm
from offers.pages.offer_forms import DatesForm


class ChangeForm(DatesForm):
    """Other days, other units: that needs no new check."""


class LostLinkForm(GuardedForm):
    """The address an offer was made with."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ["email"]
