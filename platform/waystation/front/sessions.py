"""One's own sessions: when each began and was last used, and the button that ends the others."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel import audit
from kernel.accounts.access import console
from kernel.accounts.sessions.ending import end_sessions, is_row_of, sessions_of


@require_safe
@console()
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in: times alone, since nothing else is kept."""
    rows = [(row, is_row_of(request.session, row)) for row in sessions_of(request.user)]  # type: ignore[arg-type]
    return render(request, "front/sessions.html", {"rows": rows})


@require_POST
@console()
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this."""
    actor: str = request.user.actor  # type: ignore[union-attr] # console() lets members in only
    if end_sessions(request.user.pk, but=request.session):  # type: ignore[arg-type]
        audit.record(actor, "login.sessions_ended", actor)
    messages.success(request, _("You are signed in here alone."))
    return redirect("my_sessions")
