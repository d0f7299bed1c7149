"""Console pages of needs: write one, have it approved, follow it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.needs.board.views import listed_needs
from offers.needs.deeds import approve_need, fulfil_need, return_need, submit_need, withdraw_need, write_need
from offers.needs.deeds.extend import LOOKED_FOR
from offers.needs.deeds.merge import STANDS
from offers.needs.deeds.review import may_review
from offers.needs.exclusions import open_words
from offers.needs.household import open_case_ref
from offers.needs.models import Need, NeedQuerySet, NeedStatus
from offers.pages.need_bulk import EndForm, ExtendForm
from offers.pages.need_extras import refuse_extras
from offers.pages.need_forms import NeedForm
from offers.pages.need_household import case_of
from offers.pages.need_words import said_board, said_history, said_need


def needs_of(member: Member) -> NeedQuerySet:
    """Return what a member may see: the organisation's needs, and for the operator those that wait for review."""
    mine = Q(organisation=member.organisation)
    if member.organisation.is_operator:
        mine |= Q(status=NeedStatus.IN_REVIEW)
    return Need.objects.filter(mine).select_related("organisation")


def _need(member: Member, need_id: str) -> Need:
    need = needs_of(member).filter(pk=need_id).first()
    if need is None:
        raise Http404
    return need


@require_http_methods(["GET", "POST"])
@console("offers.write_needs")
def need_new(request: HttpRequest) -> HttpResponse:
    """Write a need down and hand it to the second person."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            need = write_need(
                organisation=member.organisation,
                terms=form.terms(),
                by=member.user.actor,
                caseworker=member.user,
                at=timezone.now(),
            )
        except Refusal as refused:
            form.refuse(refused.field, in_words(refused))
        else:
            messages.success(request, _("Saved as a draft. Look it over, then hand it to a second person."))
            return redirect("offers:need", need.pk)
    return render(request, "offers/needs/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@console("offers.see_needs")
def need_detail(request: HttpRequest, need_id: str) -> HttpResponse:
    """Show one need, what may be done with it, and its history."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    need = _need(member, need_id)
    own = need.organisation_id == member.organisation_id
    context: dict[str, Any] = {
        "need": need,
        "own": own,
        "case_ref": open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed) if own else "",
        "board": said_board(need, listed=bool(listed_needs([need], timezone.now()))) if own else None,
        "may_submit": own and need.status == NeedStatus.DRAFT,
        "may_review": need.status == NeedStatus.IN_REVIEW and may_review(need=need, member=member),
        "case": case_of(need) if own else None,
        "stands": STANDS,
        "may_move": own and may(member, "offers.move_needs"),
        "may_extend": own and need.status in LOOKED_FOR and may(member, "offers.move_needs"),
        "extend": ExtendForm(auto_id="extend_%s"),
        "end": EndForm(auto_id="end_%s"),
        "may_end": own and NeedStatus.WITHDRAWN in need.moves.legal(need.status),
        "may_match": own and need.status == NeedStatus.OPEN,
        "said": said_need(need),
        "excluded": open_words(need_id=need.pk, sealed=need.exclusions_sealed),
        "history": said_history(need),
    }
    return render(request, "offers/needs/detail.html", context)


@require_POST
@console("offers.move_needs")
def need_submit(request: HttpRequest, need_id: str) -> HttpResponse:
    """Hand a draft to the second person."""
    return _act(request, need_id, submit_need, _("Handed to a second person."))


@require_POST
@console("offers.move_needs")
def need_withdraw(request: HttpRequest, need_id: str) -> HttpResponse:
    """Take a need back, for a reason of the list."""
    return _act(request, need_id, withdraw_need, _("Withdrawn."), "reason", why=request.POST.get("reason", ""))


@require_POST
@console("offers.move_needs")
def need_fulfil(request: HttpRequest, need_id: str) -> HttpResponse:
    """Say that a need was met elsewhere."""
    return _act(request, need_id, fulfil_need, _("Marked as met."))


@require_POST
@console("offers.review_needs")
def need_approve(request: HttpRequest, need_id: str) -> HttpResponse:
    """Open a need as its second person, in the version that was on the page."""
    read = request.POST.get("version", "")
    version = int(read) if read.isascii() and read.isdigit() and len(read) < 10 else None
    return _review(request, need_id, approve_need, _("Approved: the need is open."), version=version)


@require_POST
@console("offers.review_needs")
def need_return(request: HttpRequest, need_id: str) -> HttpResponse:
    """Give a need back to its writer."""
    return _review(request, need_id, return_need, _("Given back to its writer."))


def _act(
    request: HttpRequest, need_id: str, deed: Callable[..., Need], done: str, *known: str, **more: Any
) -> HttpResponse:
    """Do a deed of the owner's side."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    need = _need(member, need_id)
    if need.organisation_id != member.organisation_id:
        raise Http404
    _try(request, done, deed, known, need=need, by=member.user.actor, **more)
    return redirect("offers:need", need.pk)


def _review(request: HttpRequest, need_id: str, deed: Callable[..., Need], done: str, **more: Any) -> HttpResponse:
    """Do a deed of the second person, who may then no longer see a need that is not the organisation's own."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    _try(request, done, deed, ("version",), need=_need(member, need_id), by=member, **more)
    return redirect("offers:needs")


def _try(request: HttpRequest, done: str, deed: Callable[..., Need], known: tuple[str, ...], **what: Any) -> None:
    try:
        refuse_extras(request, *known)
        deed(**what, at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, done)
