"""Console page of the audit trail: what was done to an id, and what a person did. Ids and codes, never a value.

Reading it leaves no entry (docs/decisions/0012).
"""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.audit.models import AuditEntry
from kernel.audit.trail import WORD
from offers.matching.sides import own_actors

A_PAGE = 50
# which ids have a page of their own, and what one must be allowed for it to open
PAGES = {
    "nd": ("offers:need", "offers.see_needs"),
    "mt": ("offers:match", "offers.see_matches"),
    "pl": ("offers:pledge", "offers.vet_pledges"),
}


def _is_word(value: str) -> None:
    if not WORD.fullmatch(value):
        raise ValidationError(_("Enter an id as this console shows it: Latin letters, digits and : _ - . / alone."))


class TrailForm(forms.Form):
    """By what to read it; both empty: the newest of everything."""

    object = forms.CharField(
        label=_("What it was done to"), required=False, max_length=80, validators=[_is_word],
        help_text=_("An id, such as that of a need, an offer or a match."),
    )  # fmt: skip
    actor = forms.CharField(
        label=_("Who did it"), required=False, max_length=80, validators=[_is_word],
        help_text=_("As the lists show it, such as user:7."),
    )  # fmt: skip


def _visible_to(member: Member) -> Any:
    """The operator reads all of it; a partner what its own people and programs did."""
    entries = AuditEntry.objects.annotate(position=F("seal__position")).order_by("-pk")
    if member.organisation.is_operator:
        return entries
    return entries.filter(actor__in=own_actors(member.organisation))


def _page_of(object_id: str, member: Member) -> str:
    """Return the address of an object's own page, or "" where this member has none to open."""
    name, permission = PAGES.get(object_id.partition("_")[0], ("", ""))
    return reverse(name, args=[object_id]) if name and may(member, permission) else ""


@require_GET
@console("front.read_trail")
def trail(request: HttpRequest) -> HttpResponse:
    """Show entries, newest first, of an object, of a person, or of both."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = TrailForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    entries = _visible_to(member) if form.is_valid() else AuditEntry.objects.none()
    for column, word in (("object_id", asked.get("object")), ("actor", asked.get("actor"))):
        entries = entries.filter(**{column: word}) if word else entries
    before = request.GET.get("before", "")
    older_than = int(before) if re.fullmatch(r"[1-9][0-9]{0,17}", before) else None
    found = list((entries.filter(pk__lt=older_than) if older_than else entries)[: A_PAGE + 1])
    kept = {name: word for name, word in asked.items() if word}
    context = {
        "form": form,
        "rows": found[:A_PAGE],
        "page": _page_of(asked.get("object", ""), member),
        "newest": f"?{urlencode(kept)}" if older_than else "",
        "older": f"?{urlencode({**kept, 'before': found[A_PAGE - 1].pk})}" if len(found) > A_PAGE else "",
        "everything": member.organisation.is_operator,
    }
    return render(request, "front/trail.html", context)
