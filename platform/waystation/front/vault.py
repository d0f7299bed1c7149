"""Console pages of one's own key: opened by six words for a quarter of an hour, locked at once."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kernel.accounts.access import console
from kernel.accounts.mfa import CONSOLE
from kernel.disclosure.unlocking.deeds import lock_session, unlock_session
from kernel.disclosure.unlocking.request import give_cookie, take_cookie, unlocked_until
from kernel.shell.refusals import in_words
from kernel.states import Refusal

STATUSES = {"busy": 503, "too_many_tries": 429}
SOON = 3  # seconds after which somebody else's derivation is over


class PassphraseForm(forms.Form):
    """Six words, and where to go on once they were right."""

    passphrase = forms.CharField(
        label=gettext_lazy("Your six words"),
        max_length=120,
        help_text=gettext_lazy("Capitals and hyphens do not matter."),
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    next = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


def _onwards(then: str) -> str:
    """Return `then` if it is a page of this console, else the unlock page itself."""
    inside = url_has_allowed_host_and_scheme(then, allowed_hosts=None) and CONSOLE.match(then)
    return then if inside else reverse("vault_unlock")


def _page(request: HttpRequest, form: PassphraseForm, *, status: int = 200) -> HttpResponse:
    until = unlocked_until(request)
    return render(request, "front/vault.html", {"form": form, "until": until}, status=status)


@require_http_methods(["GET", "POST"])
@console("disclosure.open_own_key")
def vault_unlock(request: HttpRequest) -> HttpResponse:
    """Open one's own key for this session, and go on to `next`."""
    if request.method == "GET":
        return _page(request, PassphraseForm(initial={"next": request.GET.get("next", "")}))
    form = PassphraseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        cookie = unlock_session(
            member=request.member,  # type: ignore[attr-defined] # console() sets it
            passphrase=form.cleaned_data["passphrase"],
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
    except Refusal as refused:
        return _refused(request, form, refused)
    messages.success(request, _("Your key is open for 15 minutes."))
    response = redirect(_onwards(form.cleaned_data["next"]))
    give_cookie(response, cookie)
    return response


def _refused(request: HttpRequest, form: PassphraseForm, refused: Refusal) -> HttpResponse:
    form.add_error("passphrase", in_words(refused))
    response = _page(request, form, status=STATUSES.get(refused.code, 400))
    if refused.code in STATUSES:
        response["Retry-After"] = str(refused.facts.get("seconds", SOON))
    return response


@require_POST
@console("disclosure.open_own_key")
def vault_lock(request: HttpRequest) -> HttpResponse:
    """Lock it again, at once."""
    lock_session(session_key=request.session.session_key or "", at=timezone.now())
    messages.success(request, _("Your key is locked."))
    response = redirect("vault_unlock")
    take_cookie(response)
    return response
