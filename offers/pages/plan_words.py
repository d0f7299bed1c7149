"""What a plan says to a person: pairs, figures and reasons in the language of the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.explain import reasons
from offers.matching.models import Match
from offers.matching.reading import needs_facts, pledges_facts
from offers.matching.rules import RULES, ask
from offers.matching.runs.changes import sentence_of
from offers.matching.runs.models import Assignment, MatchingRun, Outcome, RunStatus
from offers.needs.models import Need
from offers.pages.matching_words import SaidCard, SaidReason, said_card, said_reason

TONES = {
    RunStatus.QUEUED: "plain",
    RunStatus.RUNNING: "info",
    RunStatus.SUCCEEDED: "good",
    RunStatus.FAILED: "bad",
    RunStatus.CANCELED: "plain",
}
STATUS = {
    RunStatus.QUEUED: _("waits"),
    RunStatus.RUNNING: _("is being made"),
    RunStatus.SUCCEEDED: _("ready"),
    RunStatus.FAILED: _("failed"),
    RunStatus.CANCELED: _("canceled"),
}
URGENT = {Urgency.EMERGENCY: "bad", Urgency.URGENT: "warn", Urgency.SOON: "good", Urgency.PLANNED: "plain"}
OUTCOMES = {
    Outcome.PLANNED: _("in the plan"),
    Outcome.PROPOSED: _("proposed"),
    Outcome.KEPT: _("stays proposed"),
    Outcome.LOST: _("lost"),
}
OUTCOME_TONES = {Outcome.PLANNED: "plain", Outcome.PROPOSED: "good", Outcome.KEPT: "info", Outcome.LOST: "warn"}
ERRORS = {
    "process_died": _("The process that made it died twice. Ask again, with less at once if it happens again."),
    "too_large": _("There is too much at once for an exact plan. Ask for fewer kinds or countries."),
    "forced_pair_lost": _("A pair that was forced fits no longer, or forced pairs stand in each other's way."),
}
_RULES = {rule.code: rule.sentence for rule in RULES}


@dataclass(frozen=True, slots=True)
class SaidNeed:
    """A need as its card in a plan shows it: what is needed, how soon and for how many; no more of whom."""

    need: Need
    kind: str
    urgency: Any
    tone: str
    owner: str


@dataclass(frozen=True, slots=True)
class SaidPair:
    """A line of the plan. `same`: the score is what the facts give today."""

    pair: Assignment
    need: SaidNeed
    card: SaidCard
    reasons: list[SaidReason]
    same: bool
    outcome: Any
    tone: str
    why: str
    match: str


def said_status(run: MatchingRun) -> tuple[Any, str]:
    """Return how far a run is, in a word, and its tone."""
    return STATUS[RunStatus(run.status)], TONES[RunStatus(run.status)]


def said_error(run: MatchingRun) -> Any:
    """Return why there is no plan."""
    return ERRORS.get(run.error, _("The plan could not be proven to be sound, so it was thrown away. Ask again."))


def said_need(need: Need) -> SaidNeed:
    """Put the card of a need into words; its organisation is read along with it."""
    urgency = Urgency(need.urgency)
    return SaidNeed(need, str(Kind(need.kind).label), urgency.label, URGENT[urgency], need.organisation.name)


def said_pairs(pairs: Sequence[Assignment], run: MatchingRun, reader: Organisation) -> list[SaidPair]:
    """Put lines of a plan into words; the number of queries does not grow with them.

    A match is linked where the reader's organisation may see it.
    """
    needs = {one.id: one for one in needs_facts([pair.need for pair in pairs])}
    pledges = {one.id: one for one in pledges_facts({pair.pledge_id: pair.pledge for pair in pairs}.values())}
    open_to = Match.objects.visible_to(reader).filter(pk__in=[pair.match_id for pair in pairs if pair.match_id])
    seen = set(open_to.values_list("pk", flat=True))
    lines = []
    for pair in pairs:
        why = reasons(ask(needs[pair.need_id], pledges[pair.pledge_id], today=run.as_of, units=pair.units))
        lines.append(
            SaidPair(
                pair=pair,
                need=said_need(pair.need),
                card=said_card(pair.pledge),
                reasons=[said_reason(one) for one in why],
                same=sum(one.points for one in why) == pair.score,
                outcome=_("asked for") if pair.asked_by and pair.outcome == Outcome.PLANNED else _outcome(pair),
                tone=OUTCOME_TONES[Outcome(pair.outcome)],
                why=gettext(sentence_of(pair.why)) if pair.why else "",
                match=pair.match_id if pair.match_id in seen else "",
            )
        )
    return lines


def _outcome(pair: Assignment) -> Any:
    return OUTCOMES[Outcome(pair.outcome)]


@dataclass(frozen=True, slots=True)
class SaidLeft:
    """A need that is left over, and why."""

    need: SaidNeed
    why: str
    rules: list[tuple[int, str]]


def said_left(rows: Iterable[Mapping[str, Any]], needs: QuerySet[Need]) -> list[SaidLeft]:
    """Put needs that are left over into words (one query); one that was erased since is passed over."""
    rows = list(rows)
    found = {
        need.pk: need for need in needs.filter(pk__in=[row["need"] for row in rows]).select_related("organisation")
    }
    return [
        SaidLeft(
            said_need(found[row["need"]]),
            _why_left(row),
            [(count, gettext(_RULES[code])) for code, count in (row["rules"] or {}).items() if code in _RULES],
        )
        for row in rows
        if row["need"] in found
    ]


def _why_left(row: Mapping[str, Any]) -> str:
    if row["linked"]:
        return gettext("Linked with other needs of its household: all of them in one area, or none.")
    if not row["candidates"]:
        return gettext("No offer fits.")
    fit = ngettext("%(count)d offer fits.", "%(count)d offers fit.", row["candidates"]) % {"count": row["candidates"]}
    given, parts = row["given"], [fit]
    if given["more_urgent"]:
        parts.append(gettext("Given to more urgent needs: %(count)d.") % {"count": given["more_urgent"]})
    if given["as_urgent"]:
        sentence = gettext("Given to needs as urgent, that fit better, wait longer or have no other way: %(count)d.")
        parts.append(sentence % {"count": given["as_urgent"]})
    if given["less_urgent"]:
        sentence = gettext("Given to less urgent needs, so that more people have a place in all: %(count)d.")
        parts.append(sentence % {"count": given["less_urgent"]})
    return " ".join(parts)


def said_proof(objective: Mapping[str, Any]) -> tuple[str, str]:
    """Return how good the plan is known to be, and the tone of that."""
    if objective["optimal"]:
        return gettext("Nothing better exists: that is proven, and can be checked again without the solver."), "good"
    if objective["bound"] is None:
        return gettext("The time was over before it was proven that nothing better exists."), "warn"
    gap = objective["bound"] - objective["score"]
    share = 100 * gap / objective["bound"] if objective["bound"] else 0
    sentence = gettext("As many are placed as can be. The points could be %(gap)d more at most (%(share).1f %%).")
    return sentence % {"gap": gap, "share": share}, "info"


def said_more(difference: int) -> str:
    """Write a difference with its sign."""
    return f"+{difference}" if difference > 0 else f"{difference}".replace("-", "−")


def said_sizes(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return asked and placed by the size of the family."""
    return list(report.get("by_family_size", ()))


def said_organisations(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return asked and placed by organisation, by name (one query)."""
    rows = list(report.get("by_organisation", ()))
    names = dict(Organisation.objects.filter(pk__in=[row["organisation"] for row in rows]).values_list("pk", "name"))
    return [{**row, "name": names.get(row["organisation"], row["organisation"])} for row in rows]


def said_urgencies(run: MatchingRun) -> list[dict[str, Any]]:
    """Return asked and placed by urgency, the most urgent first."""
    groups = (run.report or {}).get("groups", ())
    rows = []
    for word in Urgency.values:
        mine = [one for one in groups if one["urgency"] == word]
        if mine:
            placed, needs = sum(one["placed"] for one in mine), sum(one["needs"] for one in mine)
            rows.append({"label": Urgency(word).label, "tone": URGENT[Urgency(word)], "placed": placed, "needs": needs})
    return rows
