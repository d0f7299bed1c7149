"""The console page of the board: who signed the policy, and the switch that clears everything."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.states import Refusal
from offers.needs.board.clock import current_slot
from offers.needs.board.models import BoardSwitch, Cohort, PolicySignature, Release
from offers.needs.board.policy import as_policy, drawn_policy, fits, proposed, sign_policy
from offers.needs.board.switch import close_board, open_board
from offers.pages.board_words import class_name, classes_of


@require_GET
@console("offers.tend_board")
def board_page(request: HttpRequest) -> HttpResponse:
    """Show the policy in force, the one to be signed, and how many rows of each class are listed."""
    at = timezone.now()
    slot = current_slot(at)
    signed = PolicySignature.objects.signed().order_by("-version").first()
    offered = proposed(at)
    draft = as_policy(offered) if offered else drawn_policy(at)
    context = {
        "signed": _said(signed) if signed else None,
        "fits": signed is not None and fits(signed),
        "waits_for_empty": signed is not None and signed.since_slot is None and Release.objects.exists(),
        "offered": offered,
        "draft": None if signed and signed.fingerprint == draft.fingerprint else classes_of(draft),
        "draft_fingerprint": draft.fingerprint[:8],
        "switch": BoardSwitch.objects.filter(pk=1).first(),
        "cohorts": [
            (class_name(cohort.class_key), cohort)
            for cohort in Cohort.objects.filter(from_slot__lte=slot, until_slot__gt=slot).prefetch_related("rows")
        ],
        "slot": slot,
    }
    return render(request, "offers/needs/board.html", context)


def _said(signature: PolicySignature) -> dict[str, Any]:
    return {
        "signature": signature,
        "short": signature.fingerprint[:8],
        "classes": classes_of(as_policy(signature)),
        "figures": signature.says,
    }


@require_POST
@console("offers.tend_board")
def board_sign(request: HttpRequest) -> HttpResponse:
    """Sign the release policy."""
    return _act(request, sign_policy, _("Signed."))


@require_POST
@console("offers.tend_board")
def board_close(request: HttpRequest) -> HttpResponse:
    """Clear the board at once."""
    return _act(request, close_board, _("The board is empty, and stays so until a second person opens it."))


@require_POST
@console("offers.tend_board")
def board_open(request: HttpRequest) -> HttpResponse:
    """Let releases go on."""
    return _act(request, open_board, _("Releases go on at the next slot."))


def _act(request: HttpRequest, deed: Callable[..., Any], done: str) -> HttpResponse:
    try:
        deed(by=request.member, at=timezone.now())  # type: ignore[attr-defined] # console() sets it
    except Refusal as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("offers:board")
