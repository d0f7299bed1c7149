"""The console's list of needs: whose turn it is, narrowed by words in the address, searched by what is posted."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.matching.models import MatchStatus
from offers.matching.replacing import place_again
from offers.pages.matching_words import said_why
from offers.pages.need_bulk import BulkForm
from offers.pages.need_extras import refuse_extras
from offers.pages.need_find import NeedFilter, NeedSearch
from offers.pages.need_waiting import lines_of
from offers.pages.needs import needs_of

A_PAGE = 25


@require_GET
@console("offers.see_needs")
def need_list(request: HttpRequest) -> HttpResponse:
    """Show a page of the organisation's needs, and what each waits for."""
    return _list(request, NeedSearch())


@require_POST
@console("offers.see_needs")
def needs_find(request: HttpRequest) -> HttpResponse:
    """Look for a case by its reference or a need by its id; the answer's address holds nothing that was typed."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    search = NeedSearch(request.POST)
    try:
        refuse_extras(request, "sought")
    except Refusal as refused:
        messages.error(request, in_words(refused))
        return redirect("offers:needs")
    if not search.is_valid():
        return _list(request, search)
    found = search.address_of(member)
    if not found:
        messages.error(request, _("No need of your organisation answers that."))
    return redirect(reverse("offers:needs") + found)


def _list(request: HttpRequest, search: NeedSearch) -> HttpResponse:
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    narrow = NeedFilter(request.GET)
    needs = narrow.narrowed(needs_of(member), member).order_by("-updated_at", "pk")
    page = Paginator(needs, A_PAGE).get_page(request.GET.get("page"))
    first = page.number == 1 and not narrow.is_narrow
    context = {
        "page": page,
        "again": _again(member) if first and may(member, "offers.see_matches") else [],
        "lines": lines_of(list(page), member, timezone.now()),
        "filter": narrow,
        "search": search,
        "whose": narrow.fields["whose"].choices,  # type: ignore[attr-defined] # a choice field has choices
        "bulk": BulkForm(auto_id="bulk_%s"),
        "may_write": may(member, "offers.write_needs"),
        "may_move": may(member, "offers.move_needs"),
    }
    return render(request, "offers/needs/list.html", context, status=422 if search.errors else 200)


def _again(member: Member) -> list[dict[str, Any]]:
    """Return what has to be placed again, in words."""
    return [
        {
            "need": one.need,
            "ended": MatchStatus(one.ended).label,
            "why": said_why(one.why) if one.why else "",
            "had_begun": one.had_begun,
        }
        for one in place_again(member.organisation, timezone.now())
    ]
