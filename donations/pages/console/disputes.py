"""Disputes: which are open, until when they can be answered, and what became of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from donations.disputes.answering import accept_dispute, answer_dispute
from donations.disputes.evidence import paper_of
from donations.disputes.models import Dispute, DisputeStatus, Statement
from donations.giving.status import shown
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.guard.uploads import takes_file
from kernel.pictures import MOST_BYTES
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 50


@require_GET
@console("donations.keep_books")
def disputes(request: HttpRequest) -> HttpResponse:
    """List disputes: those that can still be answered first, by their deadline."""
    rows = Dispute.objects.order_by(F("evidence_due").asc(nulls_last=True), "-opened_at", "pk")
    return render(
        request,
        "donations/console/disputes.html",
        {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))},
    )


@require_GET
@console("donations.keep_books")
def dispute(request: HttpRequest, dispute_id: str) -> HttpResponse:
    """Show one dispute, and what can be done about it."""
    held = get_object_or_404(Dispute.objects.select_related("donation"), pk=dispute_id)
    context = {
        "dispute": held,
        "row": shown([held.donation])[0],
        "answers": held.answers.all(),
        "history": [(move.at, DisputeStatus(move.new).label, move.by) for move in held.history.all()],
        "statements": Statement.choices,
        "may_answer": bool(held.evidence_due and held.evidence_due > timezone.now() and not held.submissions),
        "open": held.status == DisputeStatus.OPEN,
    }
    return render(request, "donations/console/dispute.html", context)


@require_POST
@console("donations.keep_books")
@takes_file(MOST_BYTES)
def dispute_deed(request: HttpRequest, dispute_id: str, deed: str) -> HttpResponse:
    """Send our answer to the bank, with a `file` if there is one, or concede."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    held = get_object_or_404(Dispute.objects.select_related("donation"), pk=dispute_id)
    who, at = member.user.actor, timezone.now()
    try:
        match deed:
            case "answer":
                sent, said = request.FILES.get("file"), request.POST.get("statement", "")
                answer_dispute(held, statement=said, paper=paper_of(sent.read()) if sent else None, by=who, at=at)
            case "accept":
                accept_dispute(held, by=who, at=at)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Sent to the bank.") if deed == "answer" else _("Conceded."))
    return redirect("donations:dispute", held.pk)
