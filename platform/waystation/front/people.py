"""Console pages of people: who works here, who is invited, and what waits for a second person."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.models import Member, Organisation, Role, StaffDeed, StaffRequest
from kernel.accounts.people.asking import ask, invite
from kernel.accounts.people.signing import drop, may_sign, sign
from kernel.accounts.people.stopping import suspend
from kernel.accounts.rules import may
from kernel.shell.refusals import in_words
from kernel.states import Refusal

ASKED = _("Asked. A second person of the operator signs.")


class InviteForm(forms.Form):
    """`email`, `role`, `organisation` (an id; the operator's administrators alone choose), `language`."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), required=False)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES, required=False)

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data)
        choose = self.fields["organisation"]
        if member.organisation.is_operator and isinstance(choose, forms.ModelChoiceField):
            choose.queryset = Organisation.objects.order_by("name")
            choose.empty_label = None
            choose.initial = member.organisation_id
        else:
            del self.fields["organisation"]


class RoleForm(forms.Form):
    """`role`: the new one."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


def people_of(member: Member) -> QuerySet[Member]:
    """Return whom a member may look after: the own organisation's people; everybody's, for the operator."""
    everybody = Member.objects.select_related("user", "organisation")
    return everybody if member.organisation.is_operator else everybody.filter(organisation=member.organisation_id)


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    return member


def _page(request: HttpRequest, form: InviteForm | None = None, *, status: int = 200) -> HttpResponse:
    member = _member(request)
    manages = may(member, "accounts.manage_people")
    waiting = StaffRequest.objects.open().visible_to(member).select_related("member__user", "organisation")
    rows = people_of(member).order_by("organisation__name", "role", "pk")
    context = {
        "people": [(one, manages and one.pk != member.pk) for one in rows],
        "waiting": [(one, may_sign(one, member) and not one.granted) for one in waiting.order_by("asked_at")],
        "manages": manages,
        "form": form or (InviteForm(member=member) if manages else None),
        "roles": Role.choices,
        "at": timezone.now(),
    }
    return render(request, "front/people/list.html", context, status=status)


@require_safe
@console("accounts.see_people")
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here, and what was asked for."""
    return _page(request)


@require_POST
@console("accounts.manage_people")
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite somebody to the own organisation, or as the operator to any."""
    member = _member(request)
    form = InviteForm(request.POST, member=member)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    try:
        asked = invite(
            email=said["email"],
            role=said["role"],
            organisation=said.get("organisation") or member.organisation,
            language=said["language"] or settings.LANGUAGE_CODE,
            by=member.user,
            at=timezone.now(),
        )
    except Refusal as refused:
        form.add_error(refused.field or None, in_words(refused))
        return _page(request, form, status=422)
    messages.success(request, ASKED if asked.takes_two else gettext("Invited. The letter is on its way."))
    return redirect("people")


@require_POST
@console("accounts.manage_people")
def change_person(request: HttpRequest, member_id: int, deed: str) -> HttpResponse:
    """Suspend a member at once, or ask for what takes two: `role`, `reset`, `return`, `leave`."""
    by, at = _member(request).user, timezone.now()
    person = get_object_or_404(people_of(_member(request)), pk=member_id)
    if deed == "suspend":
        return _act(
            request, gettext("Suspended: signed out everywhere."), partial(suspend, member=person, by=by, at=at)
        )
    if deed not in StaffDeed.values or deed == StaffDeed.INVITE:
        raise Http404
    role = request.POST.get("role", "") if deed == StaffDeed.ROLE else ""
    return _act(request, str(ASKED), partial(ask, deed=deed, member=person, role=role[:12], by=by, at=at))


@require_POST
@console("accounts.sign_people")
def sign_request(request: HttpRequest, request_id: str) -> HttpResponse:
    """Sign as the second person."""
    asked = get_object_or_404(StaffRequest.objects.visible_to(_member(request)), pk=request_id)
    return _act(request, gettext("Signed."), partial(sign, request=asked, by=_member(request), at=timezone.now()))


@require_POST
@console("accounts.see_people")
def drop_request(request: HttpRequest, request_id: str) -> HttpResponse:
    """Let a request go."""
    asked = get_object_or_404(StaffRequest.objects.visible_to(_member(request)), pk=request_id)
    return _act(request, gettext("Dropped."), partial(drop, request=asked, by=_member(request).user, at=timezone.now()))


def _act(request: HttpRequest, done: str, deed: Callable[[], object]) -> HttpResponse:
    try:
        deed()
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, done)
    return redirect("people")
