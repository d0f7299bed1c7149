"""Console page of the public directory: which organisations stand in it, and what it says of them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.listing import list_organisation, speaks_for, unlist_organisation
from kernel.accounts.models import Member, Organisation
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.pledges.directory import services


def organisations_of(member: Member) -> QuerySet[Organisation]:
    """Return those whose listing a member sees: the own one; all of them, for the operator."""
    everyone = Organisation.objects.order_by("name", "pk")
    return everyone if member.organisation.is_operator else everyone.filter(pk=member.organisation_id)


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    return member


@require_safe
@console("accounts.list_organisation")
def listing(request: HttpRequest) -> HttpResponse:
    """Show who stands in the directory, and with what."""
    member = _member(request)
    organisations = list(organisations_of(member))
    would_show: dict[str, list[Any]] = {one.pk: [] for one in organisations}
    for service in services(organisations, today=timezone.localdate()):
        would_show[service.organisation_id].append(service.label)
    rows = [(one, would_show[one.pk], speaks_for(member, one)) for one in organisations]
    return render(request, "front/listing.html", {"rows": rows})


@require_POST
@console("accounts.list_organisation")
def listing_add(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """Put an organisation into the directory."""
    member = _member(request)
    organisation = get_object_or_404(organisations_of(member), pk=organisation_id)
    try:
        list_organisation(organisation=organisation, by=member, at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, _("Listed: anyone can read it now."))
    return redirect("listing")


@require_POST
@console("accounts.list_organisation")
def listing_remove(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """Take an organisation out of the directory."""
    member = _member(request)
    organisation = get_object_or_404(organisations_of(member), pk=organisation_id)
    unlist_organisation(organisation=organisation, by=member, at=timezone.now())
    messages.success(request, _("Taken out of the directory."))
    return redirect("listing")
