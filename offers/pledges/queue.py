"""The queue of those who check: which offers wait, since when, and what is to be done next with each.

What comes next is one expression of the database's own, so that a queue of any length is filtered by it and read a page
at a time, with the same few queries.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value, When
from django.db.models.fields import CharField, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import ASKED_BY
from offers.kinds.registry import found
from offers.kinds.vocabulary import Check
from offers.pledges.models import PledgeMove, PledgeQuerySet, PledgeStatus, VettingStep
from offers.pledges.references.models import Reference
from offers.pledges.renewing import AHEAD, WHILE

WARNED = "warned"
FAILED = "failed"
REFERENCE_WAITING = "reference_waiting"
REFERENCE_ANSWERED = "reference_answered"
SIGN = "sign"
RENEWED = "renewed"
RAN_OUT = "ran_out"
RUNS_OUT = "runs_out"
NOTHING = ""

ACTIONS: dict[str, Any] = {
    FAILED: _("a check failed"),
    WARNED: _("a referee warned"),
    **{check.value: check.label for check in Check},
    REFERENCE_WAITING: _("a reference is asked, no answer yet"),
    REFERENCE_ANSWERED: _("references have answered"),
    SIGN: _("a second signature is missing"),
    RENEWED: _("a renewal has to be signed"),
    RAN_OUT: _("a check ran out"),
    RUNS_OUT: _("a check runs out within 30 days"),
}
_OWN = OuterRef("pk")
# the last one: whoever was asked needs time, and the rest goes on meanwhile
_IN_TURN = [*(check for check in Check if check != Check.REFERENCES), Check.REFERENCES]


def in_queue(offers: PledgeQuerySet, at: datetime) -> PledgeQuerySet:
    """Return the offers that somebody has to do something with: those in vetting, and those a check of which runs out.

    What a trusted partner has checked runs out too, but is the partner's to renew: it has no checks here.
    """
    checked_here = Exists(VettingStep.objects.in_force().filter(pledge=_OWN))
    soon = Q(status__in=WHILE, vetting_valid_until__lte=localdate(at) + AHEAD)
    return offers.filter(Q(status=PledgeStatus.VETTING) | (soon & Q(checked_here)))


def longest_waiting(offers: PledgeQuerySet, action: str, at: datetime) -> Any:
    """Return (id, since when it waits) of the offers, oldest first; with an `action`, of those it is to be done with.

    An offer waits since it came into its state; one in use, since it began to run out.
    """
    came = PledgeMove.objects.filter(pledge=_OWN, new=OuterRef("status")).order_by("-pk").values("at")[:1]
    began = ExpressionWrapper(Cast("vetting_valid_until", DateTimeField()) - AHEAD, output_field=DateTimeField())
    running = Q(status__in=WHILE, vetting_valid_until__isnull=False)
    since = Case(When(running, then=began), default=Coalesce(Subquery(came), "created_at"))
    dated: Any = offers.annotate(since=since)
    chosen = with_action(dated, at).filter(action=action) if action else dated
    rows = chosen.order_by("since", "pk").values_list("pk", "since")
    return list(rows) if action else rows  # worked out once, where counting and reading a page would do it twice


def with_action(offers: Any, at: datetime) -> Any:
    """Add `action`: what is to be done next, a word of ACTIONS, the first that applies; empty if nothing is."""
    return offers.annotate(words=Cast("features", TextField())).annotate(action=_next(at))


def _asked(check: Check) -> Q:
    """Whether an offer asks for a check: its kind does, or something it declares."""
    asked = Q(kind__in=[word for word, kind in found().items() if check in kind.checks])
    for feature in ASKED_BY.get(check, ()):
        asked |= Q(words__contains=f'"{feature.value}"')
    return asked


def _next(at: datetime) -> Case:
    steps, said = VettingStep.objects.filter(pledge=_OWN), Reference.objects.in_force().filter(pledge=_OWN)
    in_force, today = steps.in_force(), localdate(at)
    in_use = Q(status__in=WHILE) & Q(Exists(in_force))
    missing = {check: _asked(check) & ~Q(Exists(in_force.filter(step=check.value))) for check in _IN_TURN}
    references = missing[Check.REFERENCES]
    warned = Q(Exists(said.filter(Q(trust="no") | Q(against_children="yes"))))
    return Case(
        When(Q(status__in=WHILE) & Q(Exists(steps.renewing())), then=Value(RENEWED)),
        When(in_use & Q(vetting_valid_until__lt=today), then=Value(RAN_OUT)),
        When(in_use & Q(vetting_valid_until__lte=today + AHEAD), then=Value(RUNS_OUT)),
        When(~Q(status=PledgeStatus.VETTING), then=Value(NOTHING)),
        When(Exists(in_force.filter(outcome=VettingStep.Outcome.FAILED)), then=Value(FAILED)),
        When(references & warned, then=Value(WARNED)),
        *(When(missing[check], then=Value(check.value)) for check in _IN_TURN[:-1]),
        When(references & Q(Exists(said.open())), then=Value(REFERENCE_WAITING)),
        When(references & Q(Exists(said.answered())), then=Value(REFERENCE_ANSWERED)),
        When(references, then=Value(Check.REFERENCES.value)),
        default=Value(SIGN),
        output_field=CharField(),
    )


def days_since(since: datetime, at: datetime) -> int:
    """Return for how many full days an offer has waited; none for one that only begins to."""
    return max((at - since) // timedelta(days=1), 0)
