"""The page on which a provider says how it goes, with one press. Over, used up and never made are one answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kernel.shell.private import private
from kernel.states import Refusal
from offers.matching.checks.answering import answer_by_link
from offers.matching.checks.links import check_behind
from offers.matching.checks.models import CheckAnswer
from offers.pages.my_answer import ended


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_check(request: HttpRequest, word: str) -> HttpResponse:
    """Ask; programs that read mails open links, so only a button answers. That it is not safe can be said later too."""
    at = timezone.now()
    check = check_behind(word, at=at)
    if check is None:
        return ended(request)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in CheckAnswer.values:
        try:
            answer_by_link(check=check, answer=answer, at=at)
        except Refusal:
            return redirect("offers:my_check", word=word)  # it shows what was answered first
        return redirect("offers:my_check_thanks")
    return render(request, "offers/checks/mine.html", {"answered": check.answer})


@require_safe
def my_check_thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you, in the same words to everyone and for every answer."""
    return render(request, "offers/checks/thanks.html")
