"""The part of the form of /give/ in which a gift may be dedicated, and a word left to the team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.giving.dedications.words import MOST_HONOUR, MOST_MESSAGE, Words


class DedicationFields(forms.Form):
    """`honour`: whom the gift honours. `message`: a word to the team. Both optional."""

    honour = forms.CharField(
        label=_("In honour of"),
        required=False,
        max_length=MOST_HONOUR,
        help_text=_("A name, as you would say it. It is published nowhere, and printed on no paper."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    message = forms.CharField(
        label=_("A word to the team"),
        required=False,
        max_length=MOST_MESSAGE,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )

    def words(self) -> Words:
        """Return what was written, once the form is valid."""
        return Words(self.cleaned_data.get("honour", ""), self.cleaned_data.get("message", ""))

    def dedication_asked(self) -> bool:
        """Whether something was written: then that part of the page stands open."""
        return any(self[name].value() or self[name].errors for name in ("honour", "message"))
