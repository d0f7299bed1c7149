"""What whoever looks at held offers fills in: filters, and a reason from a closed list."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import places
from offers.kinds.vocabulary import Kind
from offers.pledges.moderation.deciding import DISCARDED_FOR
from offers.pledges.moderation.models import HoldReason

DISCARD_WORDS = dict(
    zip(DISCARDED_FOR, (_("unwanted mail or advertising"), _("it is here twice"), _("it is no offer")), strict=True)
)


class PickForm(forms.Form):
    """Which held offers are meant."""

    FILTERS = ("reason", "kind", "country")

    reason = forms.ChoiceField(label=_("Held because"), required=False, choices=[("", _("any")), *HoldReason.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *Kind.choices])
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        countries = places.countries(get_language() or "en")
        self.fields["country"].choices = [("", _("any")), *countries]  # type: ignore[attr-defined]


class DiscardForm(forms.Form):
    """Why offers are discarded."""

    why = forms.ChoiceField(label=_("Why discard?"), choices=list(DISCARD_WORDS.items()))
