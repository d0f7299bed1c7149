"""The calendar of an offer on its private page: what is free, promised or blocked; a stretch is blocked or opened."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kernel.shell.forms import DateInput
from kernel.shell.private import private
from kernel.states import Refusal
from offers.pages.calendar_words import asked_month, drawn
from offers.pages.my_offer import behind
from offers.pages.offer_forms import refuse
from offers.pledges.blocking import block_days, unblock_days
from offers.pledges.drafting import provider_of
from offers.pledges.editing import OPEN_TO_CHANGE
from offers.pledges.models import Pledge

DEEDS = {"block": block_days, "open": unblock_days}


class BlockForm(forms.Form):
    """A stretch of days. Which of the two buttons was pressed says what becomes of it."""

    start = forms.DateField(label=_("From"), widget=DateInput)
    until = forms.DateField(
        label=_("Until"), widget=DateInput, help_text=_("The day on which it is over; that day is not part of it.")
    )


def _page(request: HttpRequest, pledge: Pledge, word: str, form: BlockForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "pledge": pledge,
        "word": word,
        "form": form,
        "may_change": pledge.status in OPEN_TO_CHANGE,
        "month": drawn(pledge, asked_month(request, today), today=today),
    }
    return render(request, "offers/my_offer/month.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_offer_month(request: HttpRequest, word: str) -> HttpResponse:
    """Show a month; a POST blocks days or opens them again, never days that are promised to somebody."""
    pledge = behind(word)
    form = BlockForm(request.POST or None)
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None or not form.is_valid():
        return _page(request, pledge, word, form)
    days = form.cleaned_data
    try:
        deed(pledge=pledge, start=days["start"], end=days["until"], by=provider_of(pledge), at=timezone.now())
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(request, Pledge.objects.get(pk=pledge.pk), word, form, status=409)
    return redirect(f"{request.path}?month={days['start']:%Y-%m}")
