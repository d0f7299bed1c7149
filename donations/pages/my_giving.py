"""What a donor sees and does by a link to their mailbox: no account, no session, no cookie but the form's own.

Every step after the link is a POST that carries the word of the visit: it stands in no address, and in no log.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from donations.my_giving.asking import ask_for_link
from donations.my_giving.erasing import erase_me
from donations.my_giving.showing import paper_of
from donations.my_giving.visiting import Visit, is_good, leave
from donations.my_giving.words import new_word
from donations.pages.my_giving_forms import AskLinkForm
from donations.pages.my_giving_visit import erased, over, show, visited
from donations.pages.my_paper import pdf_answer
from donations.receipts.paper.receipt import pdf_of
from donations.receipts.paper.summary import pdf_of_summary
from donations.receipts.summaries.models import Summary
from kernel.guard.watch import watch
from kernel.shell.private import private
from kernel.vault.index import blind_email


@private
@require_http_methods(["GET", "HEAD", "POST"])
def my_giving(request: HttpRequest) -> HttpResponse:
    """Have a link mailed: one answer, and one amount of work, for every address."""
    form = AskLinkForm(watch(request, "my-giving"))
    if form.is_bound and (form.caught or form.is_valid()):
        if not form.caught:
            _ask(form)
        return render(request, "donations/mine/mailed.html")
    return form.watched.mark(render(request, "donations/mine/ask.html", {"form": form}))


def _ask(form: AskLinkForm) -> None:
    blind = blind_email(form.cleaned_data["email"])  # slow on purpose, so before a transaction opens

    def asked() -> str:
        ask_for_link(blind)
        return ""

    form.once(asked, same=lambda _nothing: True)


@private
@require_safe
def my_giving_link(request: HttpRequest, word: str) -> HttpResponse:
    """Show the button that opens the link. Programs that read mails open links too: nothing happens by that."""
    if not is_good(word, at=timezone.now()):
        return over(request)
    return render(request, "donations/mine/enter.html", {"word": word, "nonce": new_word()})


@visited
def my_giving_open(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show gifts and papers. The first form brings the link's `word`, later ones the `visit`; `turn` turns the list."""
    return show(request, visit)


@visited
def my_giving_paper(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Return a receipt or a summary as PDF: `paper` is its reference."""
    thing = paper_of(visit, request.POST.get("paper", ""))
    if thing is None:
        raise Http404
    if isinstance(thing, Summary):
        return pdf_answer(pdf_of_summary(thing), f"{thing.run.year}.pdf")
    return pdf_answer(pdf_of(thing), f"{thing.year}-{thing.number:06d}.pdf")


@visited
def my_giving_erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what goes and what stays; with `sure`, have it go. Sent twice, it is done once."""
    if "sure" not in request.POST:
        return render(request, "donations/mine/erase.html", {"visit": visit})
    at = timezone.now()
    erase_me(visit=visit, at=at)
    return erased(request)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def my_giving_leave(request: HttpRequest) -> HttpResponse:
    """End the visit, and say goodbye in the same words to everyone."""
    if request.method == "POST":
        leave(request.POST.get("visit", ""))
    return render(request, "donations/mine/left.html")
