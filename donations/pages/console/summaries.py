"""Summaries of a year for every donor, and what the tax office is asked for."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from donations.pages.console.forms import refuse
from donations.pages.console.receipt_forms import YearForm
from donations.receipts.issuers import current_terms
from donations.receipts.summaries.deeds import ask_for_summaries, cancel_summaries
from donations.receipts.summaries.models import SummaryRun
from donations.receipts.tax.schemes import SCHEMES
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

SHOWN = 20


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def summaries(request: HttpRequest) -> HttpResponse:
    """Show the runs, how far each is, and ask for another year."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    at = timezone.now()
    form = YearForm(request.POST or None, initial={"year": at.year - 1})
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_summaries(year=form.cleaned_data["year"], by=member.user.actor, at=at)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The summaries are being made."))
            return redirect("donations:summaries")
    context = {"form": form, "runs": SummaryRun.objects.order_by("-created_at", "pk")[:SHOWN]}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/summaries.html", context, status=status)


@require_POST
@console("donations.keep_books")
def summaries_cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Stop a run. Who was written to stays so."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    run = get_object_or_404(SummaryRun, pk=run_id)
    try:
        cancel_summaries(run=run, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Nobody further is written to."))
    return redirect("donations:summaries")


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def claims(request: HttpRequest) -> HttpResponse:
    """Show what is ready to be claimed and what was claimed; claim it."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    at, terms = timezone.now(), current_terms()
    scheme = SCHEMES.get(terms.tax_scheme) if terms else None
    if terms is None or scheme is None:
        return render(request, "donations/console/claims.html", {"scheme": None})
    if request.method == "POST":
        try:
            scheme.claim(terms.issuer, by=member.user.actor, at=at)
            messages.success(request, _("The claim is written: take its file to the tax office."))
        except Refusal as refusal:
            messages.warning(request, in_words(refusal))
        return redirect("donations:claims")
    context = {"scheme": scheme, "waiting": scheme.waiting(terms.issuer, at=at), "claims": scheme.claims(terms.issuer)}
    return render(request, "donations/console/claims.html", context)


@require_POST
@console("donations.keep_books")
def claim_file(request: HttpRequest, claim_id: str) -> HttpResponse:
    """Return the file of a claim; that it was taken stands in the trail."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    terms = current_terms()
    scheme = SCHEMES.get(terms.tax_scheme) if terms else None
    file = terms and scheme and scheme.file(terms.issuer, claim_id, by=member.user.actor, at=timezone.now())
    if not file:
        raise Http404
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
