"""References: the page of a referee, reached by the link in a mail, and the page on which a provider names two people.

What a referee answers shows nowhere but to those who check. A link that is over, was used or never was is answered with
the same page.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from kernel.guard.watch import watch
from kernel.shell.private import private
from kernel.states import Refusal
from kernel.vault.index import blind_email
from offers.pages.my_offer import behind
from offers.pages.offer_forms import refuse
from offers.pages.reference_forms import AnswerForm, RefereeForm
from offers.pledges.drafting import provider_of
from offers.pledges.models import Pledge
from offers.pledges.references import MOST
from offers.pledges.references.answering import answer
from offers.pledges.references.asking import ask_referee, takes_references
from offers.pledges.references.links import reference_behind
from offers.pledges.references.models import Reference


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "offers/references/ended.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def reference(request: HttpRequest, word: str) -> HttpResponse:
    """Show three questions; a POST answers them. Sent twice, it is answered once."""
    form = AnswerForm(watch(request, "reference"))
    if form.is_bound and form.caught:
        return redirect("offers:reference_thanks")
    asked = reference_behind(word)
    if asked is not None and form.is_bound and form.is_valid():
        return _answered(request, form, asked)
    if asked is None or not asked.is_open(timezone.now()):
        return _ended(request)
    return form.watched.mark(render(request, "offers/references/form.html", {"form": form, "code": asked.code}))


def _answered(request: HttpRequest, form: AnswerForm, asked: Reference) -> HttpResponse:
    words = {name: form.cleaned_data[name] for name in ("known_for", "trust", "against_children")}
    try:
        form.once(lambda: answer(reference=asked, at=timezone.now(), **words).pk, same=lambda pk: pk == asked.pk)
    except Refusal:
        return _ended(request)
    return redirect("offers:reference_thanks")


@require_safe
def reference_thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you, in the same words to everyone."""
    return render(request, "offers/references/thanks.html")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_offer_references(request: HttpRequest, word: str) -> HttpResponse:
    """Let a provider name two people who know them, and show the codes to tell them; a POST names one."""
    pledge = behind(word)
    if not takes_references(pledge):
        raise Http404
    form = RefereeForm(watch(request, "referee"), initial={"language": _language()})
    if form.is_bound and (form.caught or form.is_valid()):
        try:
            if not form.caught:
                _ask(form, pledge)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("offers:my_offer_references", word=word)
    asked = [one for one in pledge.references.in_force() if one.named_by.startswith("provider:")]
    standing = [one for one in asked if one.answered_at or not one.ended_at]
    context = {"form": form, "word": word, "asked": asked, "may_ask": len(standing) < MOST}
    return form.watched.mark(render(request, "offers/my_offer/references.html", context))


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _ask(form: RefereeForm, pledge: Pledge) -> None:
    email, language = form.cleaned_data["email"], form.cleaned_data["language"]
    blind = blind_email(email)  # slow on purpose, so before a transaction opens

    def asked() -> str:
        by, at = provider_of(pledge), timezone.now()
        return ask_referee(pledge=pledge, email=email, blind=blind, language=language, by=by, at=at).pk

    form.once(asked)
