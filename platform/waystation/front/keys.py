"""Console pages of the keys: joining, leaving, a new key for a group, moving records to it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.disclosure.joining import let_in
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.member_keys import make_member_key
from kernel.disclosure.models import Left, MemberKey
from kernel.disclosure.rekeying import rekey
from kernel.disclosure.rotating import make_group_key, sign_group_key
from kernel.disclosure.unlocking.request import LOCKED, unlock_first, unlocked_key
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from kernel.vault.models import GroupKey
from waystation.front.keys_context import page_of


class NewKeyForm(forms.Form):
    """A new group key, and other trustees if they are to change."""

    recipients = forms.CharField(
        label=gettext_lazy("Other trustees"),
        help_text=gettext_lazy("One age recipient a line, two or more. Leave it empty: they stay who they are."),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
    )


@require_GET
@console("disclosure.see_keys")
def keys_page(request: HttpRequest) -> HttpResponse:
    """Show who holds which key, who waits to be let in, and what is due."""
    context = page_of(request.member, at=timezone.now())  # type: ignore[attr-defined] # console() sets it
    return render(request, "front/keys.html", {**context, "form": NewKeyForm()})


@require_POST
@console("disclosure.hold_keys")
def keys_make(request: HttpRequest) -> HttpResponse:
    """Make one's own key; the words and digits are in this one answer and nowhere else."""
    try:
        made = make_member_key(member=request.member, at=timezone.now())  # type: ignore[attr-defined]
    except Refusal as refused:
        messages.error(request, in_words(refused))
        return redirect("keys")
    return render(request, "front/keys_made.html", {"made": made})


@require_POST
@console("disclosure.hold_keys")
def keys_give_up(request: HttpRequest) -> HttpResponse:
    """Give up one's own key: its words are lost, or somebody else may have it."""
    why = request.POST.get("why", "")
    if why not in (Left.LOST, Left.EXPOSED):
        messages.error(request, _("Say what happened: the words are lost, or the key may be in other hands."))
        return redirect("keys")
    member = request.member  # type: ignore[attr-defined] # console() sets it
    done = _("Your key is gone. Make a new one when you can.")
    return _act(request, done, take_key_away, member=member, why=why, by=member.user.actor, at=timezone.now())


@require_POST
@console("disclosure.take_keys_away")
def keys_take_away(request: HttpRequest, member_id: int) -> HttpResponse:
    """Take a colleague's key away at once."""
    own = request.member  # type: ignore[attr-defined] # console() sets it
    member = get_object_or_404(Member, pk=member_id, organisation=own.organisation)
    why = request.POST.get("why", "")
    if why not in Left.values:
        messages.error(request, _("Say why: gone, exposed or lost."))
        return redirect("keys")
    done = _("The key is gone. Now the group gets a new one.") if why != Left.LOST else _("The key is gone.")
    return _act(request, done, take_key_away, member=member, why=why, by=own.user.actor, at=timezone.now())


@require_POST
@console("disclosure.hold_keys")
def keys_let_in(request: HttpRequest, member_id: int) -> HttpResponse:
    """Sign for a newcomer whose digits one has compared; the second of two gives the seat."""
    organisation = request.member.organisation  # type: ignore[attr-defined] # console() sets it
    newcomer = get_object_or_404(MemberKey, pk=member_id, member__organisation=organisation)
    digits = request.POST.get("digits", "")[:80]
    done = _("Signed. Once two have, and one of them is of the group, the newcomer has the key.")
    return _unlocked(request, done, let_in, newcomer=newcomer, digits=digits)


@require_POST
@console("disclosure.hold_keys")
def keys_new(request: HttpRequest) -> HttpResponse:
    """Make a new key for one's own group."""
    form = NewKeyForm(request.POST)
    named = form.cleaned_data["recipients"].split() if form.is_valid() else []
    return _unlocked(request, _("Made. A second person signs it now."), make_group_key, recipients=named or None)


@require_POST
@console("disclosure.hold_keys")
def keys_sign(request: HttpRequest, key_id: int) -> HttpResponse:
    """Sign a new group key as its second person."""
    owner = request.member.organisation_id  # type: ignore[attr-defined] # console() sets it
    key = get_object_or_404(GroupKey, pk=key_id, owner=owner)
    return _unlocked(
        request, _("Signed: the new key is in force. Now the records move to it."), sign_group_key, key=key
    )


@require_POST
@console("disclosure.hold_keys")
def keys_rekey(request: HttpRequest) -> HttpResponse:
    """Move a slice of records to the live key of one's own group."""
    return _unlocked(request, _("Moved. Go on until nothing is left."), rekey)


def _unlocked(request: HttpRequest, done: str, deed: Callable[..., Any], **what: Any) -> HttpResponse:
    """Do a deed with one's own key in hand, or lead to where it is unlocked."""
    member = request.member  # type: ignore[attr-defined] # console() sets it
    try:
        private = unlocked_key(request)
    except Refusal as refused:
        if refused.code == LOCKED:
            return unlock_first(reverse("keys"))
        messages.error(request, in_words(refused))
        return redirect("keys")
    return _act(request, done, deed, by=member, member_private=private, at=timezone.now(), **what)


def _act(request: HttpRequest, done: str, deed: Callable[..., Any], **what: Any) -> HttpResponse:
    try:
        deed(**what)
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, done)
    return redirect("keys")
