"""What a list of needs is narrowed by. All of it stands in the address, so a person's own reference never does."""

import re
from typing import Any

from django import forms
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import places
from kernel.accounts.models import Member
from offers.kinds.vocabulary import Kind, Urgency
from offers.needs.household import household_of
from offers.needs.models import Need, NeedQuerySet, NeedStatus
from offers.needs.terms import LONGEST_CASE_REF

_ALL = ("", _("all"))
_WHOSE = [("", _("all of ours")), ("mine", _("mine")), ("review", _("to review"))]
_ID = re.compile(r"nd_[a-z2-7]{0,26}\Z")
_SHORTEST_ID = 4  # `nd_` and one sign more


class NeedFilter(forms.Form):
    """What is asked of the list: a closed word, or the beginning of an id of ours."""

    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=_WHOSE)
    status = forms.ChoiceField(label=_("State"), required=False, choices=[_ALL, *NeedStatus.choices])
    kind = forms.ChoiceField(label=_("Help"), required=False, choices=[_ALL, *Kind.choices])
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=[_ALL, *Urgency.choices])
    country = forms.ChoiceField(label=_("May be met in"), required=False)
    id = forms.RegexField(regex=_ID, required=False, widget=forms.HiddenInput)
    case = forms.RegexField(regex=_ID, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [_ALL, *places.countries(get_language() or "en")]  # type: ignore[attr-defined]

    def narrowed(self, needs: NeedQuerySet, member: Member) -> NeedQuerySet:
        """Return those of `needs` that answer what was asked; a wrong word asks nothing, and is shown as wrong."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        exact = {name: asked[name] for name in ("status", "kind", "urgency") if name in asked}
        needs = needs.filter(**exact, erased_at=None)  # what was erased has nobody left to do anything for
        if asked.get("whose") == "mine":
            needs = needs.filter(organisation=member.organisation, caseworker=member.user_id)
        if asked.get("whose") == "review":
            needs = needs.filter(status=NeedStatus.IN_REVIEW).exclude(caseworker=member.user_id)
        if "country" in asked:
            needs = _met_in(needs, asked["country"])
        if "id" in asked:
            needs = needs.filter(pk__startswith=asked["id"])
        if "case" in asked:
            needs = _of_the_case(needs, member, asked["case"])
        return needs

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked."""
        return any(self.cleaned_data.values())


class NeedSearch(forms.Form):
    """One box: a case reference of one's own, or the beginning of an id. It is posted, so no address holds it."""

    sought = forms.CharField(
        label=_("Your case reference, or the beginning of an id"),
        max_length=LONGEST_CASE_REF,
        help_text=_("Only needs of your organisation are searched, and only by the whole reference."),
    )

    def address_of(self, member: Member) -> str:
        """Return the query that shows what was found, with nothing in it that was typed; "" if nothing was."""
        sought = self.cleaned_data["sought"].strip()
        if _ID.match(sought) and len(sought) >= _SHORTEST_ID:
            return f"?id={sought}"
        household = household_of(organisation_id=member.organisation_id, case_ref=sought)
        found = Need.objects.visible_to(member.organisation).filter(household=household).order_by("pk").first()
        return f"?case={found.pk}" if found else ""


def _met_in(needs: NeedQuerySet, code: str) -> NeedQuerySet:
    """Those that accept a country: it is named, or any will do and it is not excluded."""
    quoted = f'"{code}"'
    said = needs.alias(accepted=Cast("countries", TextField()), excluded=Cast("countries_excluded", TextField()))
    return said.filter(Q(countries__isnull=True) | Q(accepted__contains=quoted)).exclude(excluded__contains=quoted)


def _of_the_case(needs: NeedQuerySet, member: Member, need_id: str) -> NeedQuerySet:
    """Those of the same household as a need of the organisation's own."""
    one = Need.objects.visible_to(member.organisation).filter(pk=need_id).first()
    if one is None:
        return needs.none()
    return needs.filter(organisation=member.organisation, household=bytes(one.household))
