"""Who is here, by the word in a form, and the page that they are shown."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from donations.my_giving.showing import gifts_of, recurring_of, summaries_of, told
from donations.my_giving.visiting import Visit, enter, visit_behind, was_erased_by
from kernel.shell.private import private
from kernel.states import Refusal

GIFTS_A_PAGE = 12


def visited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view see who is here by the word in the form; whoever comes by the address alone begins at the door."""

    @private
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def seen(request: HttpRequest, **named: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("donations:my_giving")
        try:
            return view(request, _visit(request), **named)
        except Refusal as refusal:
            if refusal.code != "link_over":
                raise
            done = "sure" in request.POST and was_erased_by(request.POST.get("visit", ""))
            return erased(request) if done else over(request)

    return seen


def _visit(request: HttpRequest) -> Visit:
    at, words = timezone.now(), request.POST
    if "word" in words:
        return enter(word=words["word"], nonce=words.get("nonce", ""), at=at)
    return visit_behind(words.get("visit", ""), at=at)


def show(request: HttpRequest, visit: Visit, *, done: str = "", refused: str = "", status: int = 200) -> HttpResponse:
    """Show everything; `done` and `refused` say in words what the last press came to."""
    page = Paginator(gifts_of(visit), GIFTS_A_PAGE).get_page(request.POST.get("turn"))
    context: dict[str, Any] = {
        "visit": visit,
        "done": done,
        "refused": refused,
        "recurring": recurring_of(visit),
        "page": page,
        "gifts": told(list(page.object_list)),
        "summaries": summaries_of(visit),
    }
    return render(request, "donations/mine/detail.html", context, status=status)


def over(request: HttpRequest) -> HttpResponse:
    """Say that it is over; the same for what was used, what is late, and what never was."""
    return render(request, "donations/mine/over.html", status=404)


def erased(request: HttpRequest) -> HttpResponse:
    """Say that everything is erased, and until when a backup could be opened."""
    full = (timezone.now() + timedelta(days=settings.BACKUP_FULL_DAYS)).date()
    return render(request, "donations/mine/erased.html", {"backups": full})
