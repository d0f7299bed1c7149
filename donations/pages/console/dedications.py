"""What donors wrote beside their gifts: listed without a word of it, read one at a time."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from donations.giving.dedications.models import Dedication
from donations.giving.dedications.words import read_dedication
from donations.giving.states import DonationStatus
from kernel.accounts.access import console
from kernel.accounts.models import Member

PER_PAGE = 50


@require_GET
@console("donations.keep_books")
def dedications(request: HttpRequest) -> HttpResponse:
    """List them, newest first; those of gifts that were not paid are nobody's to read."""
    rows = Dedication.objects.filter(donation__status=DonationStatus.PAID).defer("sealed").order_by("-created_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "donations/console/dedications.html", {"page": page})


@require_POST
@console("donations.keep_books")
def dedication_read(request: HttpRequest, dedication_id: str) -> HttpResponse:
    """Answer with the words; that they were read stands in the trail."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    dedication = get_object_or_404(Dedication, pk=dedication_id, donation__status=DonationStatus.PAID)
    words = read_dedication(dedication, by=member.user.actor, at=timezone.now())
    return render(request, "donations/console/dedication.html", {"dedication": dedication, "words": words})
