"""The page on which a provider is asked about one match: the least that a yes takes, two buttons, and what follows.

A link that has run out, was never made, or whose question ended otherwise is answered with one and the same page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kernel.shell.forms import Tiles
from kernel.shell.private import private
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.reasons import ABOUT_THE_DAYS, SAID_BY_THE_PROVIDER, MatchReason
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import MINOR_BANDS, KindGroup
from offers.matching.models import Match, MatchStatus
from offers.matching.provider.answering import block_what_was_asked, pause_instead, say_no, say_yes
from offers.matching.provider.links import SAID_YES, question_behind
from offers.pledges.editing import OPEN_TO_CHANGE
from offers.pledges.models import PledgeStatus

WORDS = {
    MatchReason.DATES_DO_NOT_FIT: _("The days do not fit"),
    MatchReason.OCCUPIED: _("It is taken for now"),
    MatchReason.NOT_SUITABLE: _("It does not suit"),
    MatchReason.CHANGED_PLANS: _("My plans have changed"),
    MatchReason.ILLNESS: _("Illness"),
    MatchReason.CHANGED_MIND: _("I thought better of it"),
    MatchReason.SAFETY: _("It does not feel safe"),
    MatchReason.NO_REASON: _("I would rather not say"),
    MatchReason.OTHER: _("Another reason"),
}


class NoForm(forms.Form):
    """A no, and why, from a closed list; one press is enough."""

    reason = forms.ChoiceField(
        label=_("If not: why?"),
        choices=[(word, WORDS[word]) for word in SAID_BY_THE_PROVIDER],
        initial=MatchReason.NO_REASON,
        widget=Tiles,
    )


@dataclass(frozen=True, slots=True)
class MinimalCard:
    """What a provider has to know to say yes: what is asked, on which days, for how many. Nobody is in it."""

    kind: str
    units_label: Any
    units: int
    begins: Any
    over: Any
    stay_days: int
    on_a_day_between: bool
    persons: int
    with_children: bool


def minimal_card(match: Match) -> MinimalCard:
    """Put a match into the words of its provider. Children are said of a home alone, and not how many."""
    kind, need = kind_of(match.pledge.kind), match.need
    children = any(need.bands.get(band, 0) for band in MINOR_BANDS)
    return MinimalCard(
        kind=capfirst(str(kind.noun)),
        units_label=kind.units,
        units=match.units,
        begins=match.starts_on,
        over=match.ends_on,
        stay_days=need.stay_days,
        on_a_day_between=(match.ends_on - match.starts_on).days > need.stay_days,
        persons=need.party_size,
        with_children=kind.group == KindGroup.HOME and children,
    )


def ended(request: HttpRequest) -> HttpResponse:
    """Say that nothing is asked here, whatever the link once was."""
    return render(request, "offers/references/ended.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_answer(request: HttpRequest, word: str) -> HttpResponse:
    """Ask; programs that read mails open links, so only a button answers. What was answered stays answered."""
    at = timezone.now()
    match = question_behind(word, at=at)
    if match is None:
        return ended(request)
    form = NoForm(request.POST if request.POST.get("deed") == "no" else None)
    if request.method != "POST" or (form.is_bound and not form.is_valid()):
        return _show(request, match, word, form)
    deed = _deeds(form).get(request.POST.get("deed", ""))
    if deed is None:
        return _show(request, match, word, form)
    try:
        deed(match, at)
    except Refusal as refusal:
        match = question_behind(word, at=at)
        return _show(request, match, word, form, refused=in_words(refusal)) if match else ended(request)
    return redirect("offers:my_answer", word=word)


def _deeds(form: NoForm) -> dict[str, Callable[[Match, datetime], object]]:
    return {
        "yes": lambda match, at: say_yes(match=match, at=at),
        "no": lambda match, at: say_no(match=match, at=at, why=form.cleaned_data["reason"]),
        "block": lambda match, at: block_what_was_asked(match=match, at=at),
        "pause": lambda match, at: pause_instead(match=match, at=at),
    }


def _show(request: HttpRequest, match: Match, word: str, form: NoForm, *, refused: str = "") -> HttpResponse:
    context: dict[str, Any] = {"match": match, "word": word, "refused": refused}
    if match.status == MatchStatus.PERSON_AGREED:
        page, context = "question", context | {"card": minimal_card(match), "form": form}
    elif match.status in SAID_YES:
        page = "yes"
    else:
        page, context = "no", context | _after_a_no(match)
    return render(request, f"offers/my_answer/{page}.html", context, status=409 if refused else 200)


def _after_a_no(match: Match) -> dict[str, Any]:
    """Say what could be mended: the days themselves, or whether anybody is to be sent at all."""
    last = match.history.filter(new=MatchStatus.DECLINED_BY_PROVIDER).last()
    about_days = last is not None and last.why in ABOUT_THE_DAYS
    pledge, asked = match.pledge, (match.starts_on, match.ends_on)
    offered = any(
        one["from"] < asked[1].isoformat() and asked[0].isoformat() < one["until"] for one in pledge.availability
    )
    return {
        "may_block": about_days and offered and pledge.status in OPEN_TO_CHANGE,
        "may_pause": pledge.status == PledgeStatus.ACTIVE,
        "blocked": about_days and not offered,
        "paused": pledge.status == PledgeStatus.PAUSED,
    }
