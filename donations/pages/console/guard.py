"""Card testing: how hard the giving page is pressed, and the switch that stops it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from donations.funds.models import Fund
from donations.giving.breaker.models import GivingStop, StopReason
from donations.giving.breaker.pressure import pressures
from donations.giving.breaker.stopping import resume_giving, standing_stop, stop_giving
from donations.pages.console.forms import refuse
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.states import Refusal

LATEST = 10


class StopForm(forms.Form):
    """`reason`: a code of StopReason."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=StopReason.choices)


@require_GET
@console("donations.stop_giving")
def guard(request: HttpRequest) -> HttpResponse:
    """Show the last hour, for all gifts and for each fund, and the switch."""
    return _page(request, StopForm())


@require_POST
@console("donations.stop_giving")
def stop(request: HttpRequest) -> HttpResponse:
    """Take no gifts from now on."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    stop_giving(reason=form.cleaned_data["reason"], by=member.user.actor, at=timezone.now())
    messages.success(request, _("No gifts are taken now. Open payment pages are being closed."))
    return redirect("donations:guard")


@require_POST
@console("donations.stop_giving")
def resume(request: HttpRequest) -> HttpResponse:
    """Take gifts again."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    try:
        resume_giving(by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        form = StopForm({})
        refuse(form, refusal)
        return _page(request, form, status=409)
    messages.success(request, _("Gifts are taken again."))
    return redirect("donations:guard")


def _page(request: HttpRequest, form: StopForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "stopped": standing_stop(),
        "rows": pressures(list(Fund.objects.open()), at=timezone.now()),
        "stops": GivingStop.objects.exclude(resumed_at=None).order_by("-stopped_at")[:LATEST],
    }
    return render(request, "donations/console/guard.html", context, status=status)
