"""Console pages of erasure: one person asks, another approves, and a certificate says what went."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.retention.models import ErasureRequest
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from waystation.erasure.asking import approve, ask, drop
from waystation.erasure.subjects import (
    DONOR,
    NOTHING,
    PERSON,
    PROVIDER,
    Record,
    donor_by_email,
    donor_by_ids,
    person_by_case,
    provider_by_email,
    provider_by_ids,
)

SHOWN = 50


class AskForm(forms.Form):
    """Whom it is about. What is typed finds the records and is kept nowhere."""

    subject = forms.ChoiceField(
        label=gettext_lazy("Who asks to be forgotten"),
        choices=[
            (PROVIDER, gettext_lazy("somebody who offered help")),
            (PERSON, gettext_lazy("a person in need")),
            (DONOR, gettext_lazy("a donor")),
        ],
    )
    handle = forms.CharField(
        label=gettext_lazy("By what they are found"),
        max_length=254,
        help_text=gettext_lazy(
            "An offer's or a gift's id, the e-mail address that was left with it, or your own case reference."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _found(member: Member, subject: str, handle: str) -> list[Record]:
    """Return the records a member may have erased. Raises Refusal `nothing_found` for all others, as for none."""
    organisation = member.organisation
    of = None if organisation.is_operator else organisation
    if subject == PERSON:
        return person_by_case(organisation, handle)
    if subject == PROVIDER:
        return provider_by_ids([handle], of=of) if handle.startswith("pl_") else provider_by_email(handle, of=of)
    if of is not None:
        raise NOTHING
    return donor_by_ids([handle]) if handle.startswith("dn_") else donor_by_email(handle)


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    return member


def _show(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    member = _member(request)
    ours = ErasureRequest.objects.filter(organisation=member.organisation_id)
    context = {
        "form": form,
        "waiting": ours.waiting().order_by("asked_at"),
        "decided": ours.decided().order_by("-decided_at")[:SHOWN],
        "me": member.user.actor,
    }
    return render(request, "erasure/requests.html", context, status=status)


@require_GET
@console("erasure.see_requests")
def requests(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person, and what was decided."""
    return _show(request, AskForm())


@require_POST
@console("erasure.ask")
def ask_page(request: HttpRequest) -> HttpResponse:
    """Ask that somebody's records be erased."""
    form = AskForm(request.POST)
    if form.is_valid():
        member = _member(request)
        try:
            records = _found(member, form.cleaned_data["subject"], form.cleaned_data["handle"])
            ask(subject=form.cleaned_data["subject"], records=records, by=member, at=timezone.now())
        except Refusal as refused:
            form.add_error("handle", in_words(refused))
        else:
            messages.success(request, _("Asked. A second person approves."))
            return redirect("erasure")
    return _show(request, form, status=400)


def _own(request: HttpRequest, request_id: str) -> ErasureRequest:
    return get_object_or_404(ErasureRequest, pk=request_id, organisation=_member(request).organisation_id)


@require_POST
@console("erasure.decide")
def approve_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """Approve as a second person; it is erased at once."""
    wish = _own(request, request_id)
    try:
        approve(request=wish, by=_member(request), at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, _("Erased. The certificate says what went and what stays."))
    return redirect("erasure")


@require_POST
@console("erasure.decide")
def drop_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """Leave things as they are."""
    try:
        drop(request=_own(request, request_id), by=_member(request), at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, _("Nothing was erased."))
    return redirect("erasure")


@require_GET
@console("erasure.see_requests")
def certificate(request: HttpRequest, request_id: str) -> HttpResponse:
    """Hand out the certificate, for whoever asked to be forgotten."""
    wish = _own(request, request_id)
    if wish.certificate is None:
        raise Http404
    answer = JsonResponse(wish.certificate, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{wish.pk}.json"'
    return answer
