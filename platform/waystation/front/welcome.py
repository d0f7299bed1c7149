"""The page behind a link from an administrator: password and second factor in one go, and then one is in."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret, validate_totp_code
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kernel.accounts.models import User
from kernel.accounts.people.joining import Joined, behind, join
from kernel.shell.refusals import in_words
from kernel.states import Refusal


class WelcomeForm(forms.Form):
    """`password1`, `password2`, `code` as the app shows it for the page's key."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few unrelated words are easier to keep than one clever word."),
    )
    password2 = forms.CharField(
        label=_("The same once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    code = forms.CharField(
        label=_("Code from the app"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, person: User, secret: str) -> None:
        super().__init__(data)
        self.person, self.secret = person, secret

    def clean_password1(self) -> str:
        """Hold the password against the rules of the house."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean_code(self) -> str:
        """Hold the code against the key on the page."""
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code):
            raise forms.ValidationError(_("This is not the code the app shows for this key now."))
        return code

    def clean(self) -> dict[str, Any]:
        """Compare the two passwords."""
        cleaned = super().clean() or {}
        if cleaned.get("password1") and cleaned.get("password2") and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Set up a sign-in; a link that no longer leads anywhere says so, whatever it was."""
    asked = behind(token, timezone.now())
    if asked is None:
        return render(request, "front/people/lost.html", status=404)
    if request.user.is_authenticated:
        return render(request, "front/people/signed_in.html", status=409)
    person = asked.member.user if asked.member else User(email=asked.email)
    secret = get_totp_secret()
    form = WelcomeForm(request.POST or None, person=person, secret=secret)
    if request.method == "POST" and form.is_valid():
        try:
            joined = join(token=token, password=form.cleaned_data["password1"], totp_secret=secret, at=timezone.now())
        except Refusal as refused:
            messages.error(request, in_words(refused))
            return redirect("account_login")
        return _let_in(request, joined)
    context = {"form": form, "asked": asked, "secret": secret, "qr": _picture(person, secret)}
    return render(request, "front/people/welcome.html", context, status=422 if form.errors else 200)


def _picture(person: User, secret: str) -> str:
    adapter = mfa_adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    return drawn


def _let_in(request: HttpRequest, joined: Joined) -> HttpResponse:
    """Sign in whoever has just proven both, and lead to the recovery codes."""
    clear_totp_secret(request)
    record_authentication(request, joined.user, method="password", reauthenticated=True)
    record_authentication(
        request, joined.user, method="mfa", id=joined.factor.pk, type=joined.factor.type, reauthenticated=True
    )
    account_adapter().login(request, joined.user)
    return redirect("mfa_view_recovery_codes")
