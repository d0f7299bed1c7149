"""Several needs at once: each row is one deed of its own, done whole or not at all, with an answer of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.reasons import NeedEndReason
from offers.needs.deeds import extend_need, submit_need, withdraw_need
from offers.needs.deeds.extend import EXTENSIONS
from offers.needs.models import Need
from offers.pages.need_extras import refuse_extras

MOST = 50
SUBMIT, WITHDRAW, EXTEND = "submit", "withdraw", "extend"
_DEEDS: dict[str, Callable[..., Need]] = {SUBMIT: submit_need, WITHDRAW: withdraw_need, EXTEND: extend_need}
_DONE = {SUBMIT: _("Handed to a second person."), WITHDRAW: _("Withdrawn."), EXTEND: _("Given more time.")}


def days_choices() -> list[tuple[int, Any]]:
    """Return the times a need can be given, in words."""
    return [(days, ngettext_lazy("%(days)d day", "%(days)d days", days) % {"days": days}) for days in EXTENSIONS]


class ExtendForm(forms.Form):
    """How much longer."""

    days = forms.TypedChoiceField(label=_("More time"), choices=days_choices, coerce=int, initial=EXTENSIONS[1])


class EndForm(forms.Form):
    """Why a need is taken back, from a closed list."""

    reason = forms.ChoiceField(label=_("Reason"), choices=NeedEndReason.choices, initial=NeedEndReason.NO_LONGER_NEEDED)


class BulkForm(ExtendForm, EndForm):
    """What is done with the rows that are ticked."""

    deed = forms.ChoiceField(choices=[(deed, deed) for deed in _DONE])
    days = forms.TypedChoiceField(choices=days_choices, coerce=int, required=False)
    reason = forms.ChoiceField(choices=NeedEndReason.choices, required=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one row."""

    need_id: str
    need: Need | None
    said: str
    done: bool


@require_POST
@console("offers.move_needs")
def needs_bulk(request: HttpRequest) -> HttpResponse:
    """Do one deed to every need that is ticked, in the version that was on the page, and show what came of each."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form, ticked = BulkForm(request.POST), list(dict.fromkeys(request.POST.getlist("need")))
    try:
        refuse_extras(request, "need", *form.fields)
    except Refusal as refused:
        return _back(request, in_words(refused))
    if not form.is_valid():
        return _back(request, gettext("Choose what to do with them: hand in, give more time or withdraw."))
    if not ticked:
        return _back(request, gettext("Nothing was ticked. Tick the needs first, then choose what to do with them."))
    if len(ticked) > MOST:
        return _back(request, gettext("Tick at most %(most)d needs at a time.") % {"most": MOST})
    results = [_one(member, word, form.cleaned_data) for word in ticked]
    done = sum(result.done for result in results)
    context = {"results": results, "done": done, "refused": len(results) - done}
    return render(request, "offers/needs/bulk.html", context)


def _one(member: Member, word: str, asked: dict[str, Any]) -> Result:
    """Do the deed to one need; `word` is its id and the version that was read."""
    need_id, _colon, version = word.partition(":")
    need = Need.objects.visible_to(member.organisation).filter(pk=need_id[:40]).first()
    if need is None or not (version.isascii() and version.isdigit() and len(version) < 10):
        return Result("", None, gettext("There is no such need."), done=False)
    more = {WITHDRAW: {"why": asked["reason"]}, EXTEND: {"days": asked["days"] or EXTENSIONS[1]}}.get(asked["deed"], {})
    try:
        need = _DEEDS[asked["deed"]](need=need, by=member.user.actor, at=timezone.now(), version=int(version), **more)
    except Refusal as refused:
        return Result(need_id, need, in_words(refused), done=False)
    return Result(need_id, need, str(_DONE[asked["deed"]]), done=True)


def _back(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("offers:needs")
