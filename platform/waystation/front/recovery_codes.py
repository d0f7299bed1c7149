"""One's recovery codes: shown once, as a page and as a file; after that only how many are left."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kernel.accounts.models import User
from kernel.accounts.recovery import are_of, codes_of, left, show_codes, were_shown
from kernel.shell.refusals import in_words
from kernel.states import Refusal

TEMPLATE = "mfa/recovery_codes/index.html"


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Say how many codes are left; a POST shows them, the first time."""
    user: User = request.user  # type: ignore[assignment] # the door lets in nobody else
    if request.method == "POST":
        try:
            return render(request, TEMPLATE, {"codes": show_codes(user=user)})
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
            return redirect("mfa_view_recovery_codes")
    held = codes_of(user)
    return render(request, TEMPLATE, {"left": left(held) if held else 0, "may_show": held and not were_shown(held)})


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_POST
def download_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Give the codes that the page shows as a text file: it posts them back, since they are shown once."""
    codes = request.POST.getlist("code")
    if not are_of(request.user, codes):  # type: ignore[arg-type] # the door lets in nobody else
        return HttpResponseBadRequest()
    answer = HttpResponse("\r\n".join(codes) + "\r\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="codes.txt"'
    return answer
