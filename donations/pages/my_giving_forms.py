"""The forms of /my-giving/."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.guard.forms import GuardedForm


class AskLinkForm(GuardedForm):
    """The address something was given with."""

    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    field_order = ["email"]
