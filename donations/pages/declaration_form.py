"""The form of a Gift Aid declaration, with what HMRC's model asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.receipts.tax.gift_aid.declaring import LONGEST, TITLES, Taxpayer, postcode_of
from kernel.shell.forms import Tiles

ONE, ALL = "gift", "enduring"


class DeclarationForm(forms.Form):
    """`scope` (`gift`, `enduring`), `title`, `first_name`, `last_name`, `house`, `postcode`, `is_taxpayer`."""

    scope = forms.ChoiceField(
        label=_("Which gifts"),
        widget=Tiles(large=True),
        choices=[
            (ALL, _("This one, those of the past four years, and those to come")),
            (ONE, _("This one alone")),
        ],
    )
    title = forms.ChoiceField(label=_("Title"), required=False, choices=[("", "–"), *((one, one) for one in TITLES)])
    first_name = forms.CharField(label=_("First name or initial"), max_length=LONGEST["first_name"])
    last_name = forms.CharField(label=_("Last name"), max_length=LONGEST["last_name"])
    house = forms.CharField(label=_("Number or name of your house"), max_length=LONGEST["house"])
    postcode = forms.CharField(
        label=_("Postcode"), max_length=10, help_text=_("Of your home. X if you live outside the UK.")
    )
    is_taxpayer = forms.BooleanField(
        label=_(
            "I am a UK taxpayer and understand that if I pay less Income Tax and/or Capital Gains Tax in the current "
            "tax year than the amount of Gift Aid claimed on all my donations it is my responsibility to pay any "
            "difference."
        )
    )
    use_required_attribute = False

    def said(self) -> dict[str, Any]:
        """Return what was declared, as the deed takes it."""
        words = self.cleaned_data
        names = {name: words[name].strip() for name in ("title", "first_name", "last_name", "house")}
        return {
            "taxpayer": Taxpayer(**names, postcode=postcode_of(words["postcode"])),
            "is_taxpayer": words["is_taxpayer"],
            "enduring": words["scope"] == ALL,
        }
