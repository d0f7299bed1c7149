"""The public form: an offer of help, page by page, without an account, a script or a cookie of ours."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.guard.watch import watch
from kernel.shell.private import private
from kernel.states import Refusal
from offers.pages.offer_forms import ContactForm, DetailsForm, KindForm, LanguagesForm, PlaceForm, refuse
from offers.pages.offer_words import facts_of
from offers.pledges.drafting import draft_pledge, fill, provider_of
from offers.pledges.links import CONFIRM, DRAFT, pledge_behind, token
from offers.pledges.living import withdraw
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.submitting import confirm_email, submit

STEPS = {
    "kind": _("Kind"),
    "details": _("Details"),
    "place": _("Place"),
    "languages": _("Languages"),
    "review": _("Review"),
    "contact": _("Contact"),
}
ORDER = list(STEPS)
FILLED_IN: dict[str, type[DetailsForm | PlaceForm | LanguagesForm]] = {
    "details": DetailsForm,
    "place": PlaceForm,
    "languages": LanguagesForm,
}


def _language() -> str:
    return get_language() or "en"


def _behind(word: str, purpose: str) -> Pledge:
    pledge = pledge_behind(word, purpose)
    if pledge is None:
        raise Http404
    return pledge


def first_open_step(pledge: Pledge) -> str:
    """Return the first page of a draft that still has to be filled in; the review if none has."""
    if pledge.available_from is None:
        return "details"
    if not pledge.country:
        return "place"
    return "review" if pledge.languages else "languages"


def _page(request: HttpRequest, step: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"labels": list(STEPS.values()), "now": ORDER.index(step) + 1, "step": step}
    return render(request, f"offers/offer/{step}.html", {**shared, **context}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def offer(request: HttpRequest) -> HttpResponse:
    """First page: choose a kind of help. Sending it begins a draft and leads to its private link."""
    form = KindForm(watch(request, "offer"))
    if form.is_bound and form.caught:
        return redirect("offers:offer_thanks")
    if form.is_bound and form.is_valid():
        try:
            return redirect("offers:offer_step", word=token(_begun(form), DRAFT), step="details")
        except Refusal as refusal:
            refuse(form, refusal)
    return form.watched.mark(_page(request, "kind", {"form": form}))


def _begun(form: KindForm) -> Pledge:
    """Return the draft that this page begins, once however often its button is pressed."""
    kind = form.cleaned_data["kind"]
    begun = form.once(
        lambda: draft_pledge(kind=kind, language=_language(), at=timezone.now()).pk,
        same=lambda known: Pledge.objects.filter(pk=known, status=PledgeStatus.DRAFT, kind=kind).exists(),
    )
    return Pledge.objects.get(pk=begun)


@require_safe
@private
def offer_resume(request: HttpRequest, word: str) -> HttpResponse:
    """Come back to a draft by its link: go on where something is missing."""
    pledge = _behind(word, DRAFT)
    if pledge.status != PledgeStatus.DRAFT:
        return redirect("offers:offer_thanks")
    return redirect("offers:offer_step", word=word, step=first_open_step(pledge))


@require_http_methods(["GET", "HEAD", "POST"])
@private
def offer_step(request: HttpRequest, word: str, step: str) -> HttpResponse:
    """One page of a draft. What was sent already is answered with thanks, whoever asks and however often."""
    pledge = _behind(word, DRAFT)
    if step not in STEPS:
        raise Http404
    if pledge.status != PledgeStatus.DRAFT:
        return redirect("offers:offer_thanks")
    if step == "kind":
        return _kind(request, pledge, word)
    if step == "review":
        return _review(request, pledge, word)
    if step == "contact":
        return _contact(request, pledge, word)
    return _details(request, pledge, word, step)


def _context(request: HttpRequest, pledge: Pledge, word: str, step: str) -> dict[str, Any]:
    before = ORDER[ORDER.index(step) - 1] if step != "kind" else ""
    return {
        "pledge": pledge,
        "word": word,
        "back": reverse("offers:offer_step", kwargs={"word": word, "step": before}) if before else "",
        "resume_url": request.build_absolute_uri(reverse("offers:offer_resume", kwargs={"word": word})),
    }


def _on(word: str, step: str) -> HttpResponse:
    return redirect("offers:offer_step", word=word, step=ORDER[ORDER.index(step) + 1])


def _kind(request: HttpRequest, pledge: Pledge, word: str) -> HttpResponse:
    form = KindForm(watch(request, "offer"), initial={"kind": pledge.kind})
    if form.is_bound and form.is_valid():
        fill(pledge=pledge, changes={"kind": form.cleaned_data["kind"]}, at=timezone.now())
        return _on(word, "kind")
    return form.watched.mark(_page(request, "kind", {**_context(request, pledge, word, "kind"), "form": form}))


def _details(request: HttpRequest, pledge: Pledge, word: str, step: str) -> HttpResponse:
    form = FILLED_IN[step](pledge, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            fill(pledge=pledge, changes=form.changes(), at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return _on(word, step)
    return _page(request, step, {**_context(request, pledge, word, step), "form": form})


def _review(request: HttpRequest, pledge: Pledge, word: str) -> HttpResponse:
    step = first_open_step(pledge)
    if step != "review":
        return redirect("offers:offer_step", word=word, step=step)
    if request.method == "POST":
        return _on(word, "review")
    return _page(request, "review", {**_context(request, pledge, word, "review"), "facts": facts_of(pledge)})


def _contact(request: HttpRequest, pledge: Pledge, word: str) -> HttpResponse:
    if first_open_step(pledge) != "review":
        return redirect("offers:offer_resume", word=word)
    form = ContactForm(watch(request, "contact"))
    if form.is_bound and form.caught:
        return redirect("offers:offer_thanks")
    if form.is_bound and form.is_valid():
        try:
            _send(form, pledge)
        except Refusal as refusal:
            if not _sent_meanwhile(pledge):
                refuse(form, refusal)
        if not form.errors:
            return redirect("offers:offer_thanks")
    return form.watched.mark(_page(request, "contact", {**_context(request, pledge, word, "contact"), "form": form}))


def _send(form: ContactForm, pledge: Pledge) -> None:
    """Send the draft; a page that has sent one offer sends no other."""
    contact = form.contact()
    blind = contact.blind()  # slow on purpose, so before a transaction opens
    form.once(
        lambda: (
            submit(
                pledge=pledge,
                contact=contact,
                language=_language(),
                at=timezone.now(),
                blind=blind,
                suspicions=form.suspicions(),
            ).pk
        ),
        same=lambda known: known == pledge.pk,
    )


def _sent_meanwhile(pledge: Pledge) -> bool:
    """Whether the other of two clicks was quicker: its answer is the answer."""
    return not Pledge.objects.filter(pk=pledge.pk, status=PledgeStatus.DRAFT).exists()


@require_POST
@private
def offer_discard(request: HttpRequest, word: str) -> HttpResponse:
    """Throw a draft away; its link ends."""
    pledge = _behind(word, DRAFT)
    if pledge.status == PledgeStatus.DRAFT:
        withdraw(pledge=pledge, by=provider_of(pledge), at=timezone.now())
    return redirect("offers:offer")


@require_safe
def offer_thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you, in the same words to everyone."""
    return render(request, "offers/offer/thanks.html")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def offer_confirm(request: HttpRequest, word: str) -> HttpResponse:
    """Show a button, since programs that read mails open links; pressing it confirms the address."""
    pledge = _behind(word, CONFIRM)
    if request.method != "POST":
        return render(request, "offers/offer/confirm.html")
    try:
        with transaction.atomic():
            confirm_email(pledge=pledge, at=timezone.now())
    except Refusal:
        raise Http404 from None
    return render(request, "offers/offer/confirmed.html")
