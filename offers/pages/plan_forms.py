"""The forms of plans: what to plan for, which pairs to carry out, what to ask anew. Closed words and ids of ours."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import ids, places
from kernel.shell.forms import CheckColumns
from offers.kinds.vocabulary import Kind
from offers.pledges.models import Pledge

FORBID, FORCE = "forbid", "force"


class AskForm(forms.Form):
    """What a plan is to be made for; nothing ticked means everything."""

    kinds = forms.MultipleChoiceField(
        label=_("Help"),
        required=False,
        choices=Kind.choices,
        widget=CheckColumns,
        help_text=_("Tick none for all kinds."),
    )
    countries = forms.MultipleChoiceField(
        label=_("Where the help is"),
        required=False,
        widget=CheckColumns,
        help_text=_("Countries in which something is offered now. Tick none for all."),
    )
    time_limit_s = forms.TypedChoiceField(
        label=_("How long it may look for something better"),
        choices=[(10, _("10 seconds")), (60, _("a minute")), (300, _("5 minutes"))],
        coerce=int,
        initial=60,
    )
    seed = forms.IntegerField(
        label=_("Number of the draw"),
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text=_("Settles what nothing else does: of plans that are equally good, another number may give another."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = set(Pledge.objects.active(today).order_by().values_list("country", flat=True).distinct())
        known = [one for one in places.countries(get_language() or "en") if one[0] in offered]
        self.fields["countries"].choices = known  # type: ignore[attr-defined] # a choice field has choices


class WhatIfForm(forms.Form):
    """A pair, and whether it must not be in the plan or must be."""

    need = forms.RegexField(regex=rf"{ids.pattern('nd')}\Z", max_length=40)
    pledge = forms.RegexField(regex=rf"{ids.pattern('pl')}\Z", max_length=40)
    wish = forms.ChoiceField(choices=[(FORBID, FORBID), (FORCE, FORCE)])


class ApplyForm(forms.Form):
    """The need whose pair is to be carried out; none: every pair of the plan."""

    need = forms.RegexField(regex=rf"{ids.pattern('nd')}\Z", max_length=40, required=False)
