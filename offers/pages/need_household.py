"""One case, several needs: link those that belong in one place, merge one that is here twice, give one more time."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.needs.deeds import extend_need, link_needs, merge_need, unlink_need
from offers.needs.deeds.merge import REASONS
from offers.needs.models import STANDING, Need
from offers.pages.need_bulk import ExtendForm
from offers.pages.need_extras import refuse_extras

MOST = 50  # of one case, shown on a page


class OtherForm(forms.Form):
    """Which other need of the same case."""

    other = forms.RegexField(regex=r"^nd_[a-z2-7]{26}\Z")


class MergeForm(forms.Form):
    """Which need stands for both, and why there were two."""

    into = forms.RegexField(regex=r"^nd_[a-z2-7]{26}\Z")
    reason = forms.ChoiceField(choices=[(word, word) for word in REASONS], required=False)


def case_of(need: Need) -> dict[str, Any]:
    """Return what a page shows of the owner's other needs of one case: linked ones, doubles, and what may be linked."""
    of_the_case = Need.objects.visible_to(need.organisation).filter(household=bytes(need.household), erased_at=None)
    others = list(of_the_case.exclude(pk=need.pk).order_by("created_at", "pk")[:MOST])
    linked = [one for one in others if need.bundle and one.bundle == need.bundle]
    standing = [one for one in others if one.status in STANDING] if need.status in STANDING else []
    return {
        "linked": linked,
        "doubles": [one for one in standing if one.kind == need.kind],
        "may_link": [one for one in standing if one not in linked],
        "others": len(others),
    }


@require_POST
@console("offers.move_needs")
def need_extend(request: HttpRequest, need_id: str) -> HttpResponse:
    """Give a need more time."""
    form = ExtendForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    return _do(request, need_id, _("It stands longer now."), ("days",), extend_need, days=days)


@require_POST
@console("offers.move_needs")
def need_link(request: HttpRequest, need_id: str) -> HttpResponse:
    """Link a need with another of the same case."""
    form = OtherForm(request.POST)
    other, done = _other(request, form, "other"), _("Linked: both are looked for in the same area.")
    return _do(request, need_id, done, ("other",), link_needs, other=other)


@require_POST
@console("offers.move_needs")
def need_unlink(request: HttpRequest, need_id: str) -> HttpResponse:
    """Take a need out of those it is linked with."""
    return _do(request, need_id, _("No longer linked."), (), unlink_need)


@require_POST
@console("offers.move_needs")
def need_merge(request: HttpRequest, need_id: str) -> HttpResponse:
    """End a need that is here twice; the other stands for both."""
    form = MergeForm(request.POST)
    into = _other(request, form, "into")
    why = (form.cleaned_data.get("reason") if form.is_valid() else "") or REASONS[0]
    done = _("Merged: the other need stands for both.")
    return _do(request, need_id, done, ("into", "reason"), merge_need, into=into, why=why)


def _other(request: HttpRequest, form: forms.Form, name: str) -> Need | None:
    """Return the other need of the organisation's own that the form names."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    if not form.is_valid():
        return None
    return Need.objects.visible_to(member.organisation).filter(pk=form.cleaned_data[name]).first()


def _do(
    request: HttpRequest, need_id: str, done: str, known: tuple[str, ...], deed: Callable[..., Need], **what: Any
) -> HttpResponse:
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    need = Need.objects.visible_to(member.organisation).filter(pk=need_id).first()
    if need is None:
        raise Http404
    try:
        refuse_extras(request, *known)
        if None in what.values():
            raise Refusal("unknown_reference", _("Choose another need of the same case."), known[0])
        deed(need=need, by=member.user.actor, at=timezone.now(), **what)
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, done)
    return redirect("offers:need", need.pk)
