"""The page behind the link in a mail: a paper to open, and a declaration about a gift. It names no amount."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from donations.pages.declaration_form import DeclarationForm
from donations.receipts.issuers import current_terms
from donations.receipts.links import COPY, SUMMARY, behind
from donations.receipts.models import Receipt, ReceiptKind, ReceiptWish
from donations.receipts.paper.receipt import pdf_of
from donations.receipts.paper.summary import pdf_of_summary
from donations.receipts.summaries.models import Summary
from donations.receipts.tax.gift_aid.declaring import cancel_declaration, declare
from donations.receipts.tax.gift_aid.models import GiftAidDeclaration
from donations.receipts.tax.gift_aid.scheme import CODE, GiftAid
from kernel.shell.private import private
from kernel.shell.refusals import in_words
from kernel.states import Refusal


def _behind(word: str) -> tuple[str, Receipt | Summary]:
    """Return (purpose, receipt or summary); a 404 for a link that is none, is over, or whose donor is forgotten."""
    found = behind(word, at=timezone.now())
    if found is None:
        raise Http404
    purpose, bare = found
    if purpose == SUMMARY:
        summary = Summary.objects.select_related("run", "wish").filter(pk=f"sy_{bare}").first()
        if summary is None:
            raise Http404
        return purpose, summary
    known = Receipt.objects.select_related("issuer", "terms", "corrects__issuer", "donation")
    receipt = known.filter(reference=f"rc_{bare}").first()
    if receipt is None or not ReceiptWish.objects.filter(donation=receipt.donation_id).exists():
        raise Http404
    return purpose, receipt


@private
@require_safe
def my_paper(request: HttpRequest, word: str) -> HttpResponse:
    """Show that there is a paper. Opened by a program that reads mails, it changes nothing."""
    _purpose, thing = _behind(word)
    context = {"word": word, "may_declare": isinstance(thing, Receipt) and _may_declare(thing)}
    return render(request, "donations/paper/mine.html", context)


@private
@require_safe
def my_paper_pdf(request: HttpRequest, word: str) -> HttpResponse:
    """Return the paper."""
    purpose, thing = _behind(word)
    if isinstance(thing, Summary):
        return pdf_answer(pdf_of_summary(thing), f"{thing.run.year}.pdf")
    return pdf_answer(pdf_of(thing, copy=purpose == COPY), f"{thing.year}-{thing.number:06d}.pdf")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def my_declaration(request: HttpRequest, word: str) -> HttpResponse:
    """Declare Gift Aid about a gift, or take the declaration back (`cancel`)."""
    _purpose, thing = _behind(word)
    gift = thing.donation if isinstance(thing, Receipt) else None
    if not isinstance(thing, Receipt) or gift is None or not _may_declare(thing):
        raise Http404
    made = GiftAidDeclaration.objects.filter(donation=thing.donation_id).first()
    form = DeclarationForm(request.POST if request.method == "POST" and made is None else None)
    if made and request.method == "POST":
        if "cancel" in request.POST:
            cancel_declaration(declaration=made, by="page", at=timezone.now())
        return redirect("donations:my_declaration", word)
    if form.is_valid():
        try:
            declare(donation=gift, issuer=thing.issuer, at=timezone.now(), **form.said())
            return redirect("donations:my_declaration", word)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, in_words(refusal))
    context: dict[str, Any] = {"word": word, "form": form, "made": made, "charity": thing.terms.name}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/paper/declaration.html", context, status=status)


def _may_declare(receipt: Receipt) -> bool:
    terms = current_terms()
    ours = terms is not None and terms.issuer_id == receipt.issuer_id and terms.tax_scheme == CODE
    if not ours or receipt.kind != ReceiptKind.RECEIPT or receipt.donation is None:
        return False
    return GiftAid().may_declare(receipt.donation)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Return a PDF under a name that says nothing but a number."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
