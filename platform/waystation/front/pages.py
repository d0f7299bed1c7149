"""Home, and the console's index."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kernel.accounts.access import console
from kernel.shell import nav


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, where the money goes, and the three ways to help."""
    return render(request, "front/home.html", {"funds": []})


@require_safe
@console()
def console_index(request: HttpRequest) -> HttpResponse:
    """Show a member every page of the console that fits the role, each with its sentence."""
    entries = nav.CONSOLE.for_role(request.member.role)  # type: ignore[attr-defined]  # the door adds it
    return render(request, "front/console.html", {"entries": entries})
