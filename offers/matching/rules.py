"""The hard rules: twelve questions, each of which a pledge must pass before it is offered to a need.

They are data, in the order of the contract; the first that fails is the reason shown. The same tuple serves the
single search, the lock-time check and the plan over many needs: each rule is written twice, one form under the other,
for one question and for many at once, and a property test holds the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from offers.matching.facts import NeedFacts, PledgeFacts, Span

if TYPE_CHECKING:  # who asks one question loads no numpy
    from offers.matching.many.arrays import Flags, Numbers
    from offers.matching.many.questions import Questions

ACTIVE = "active"


def _(text: str) -> str:
    """Mark a sentence for translation; who shows it to a person translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Question:
    """May this pledge serve this need, as things stand on `today`?

    `units` and `span` are what the hold would take: `span` is the need's whole window and stay until a start day
    is named.
    """

    need: NeedFacts
    pledge: PledgeFacts
    today: date
    units: int
    span: Span

    def ignoring_holds(self) -> "Question":
        """The same question if no live match held any unit of the pledge."""
        return replace(self, pledge=replace(self.pledge, held=()))


def ask(
    need: NeedFacts, pledge: PledgeFacts, *, today: date, units: int | None = None, start: date | None = None
) -> Question:
    """Build the question; a named `start` narrows the hold to the stay that begins on it."""
    span = need.hold if start is None else Span(start, start + timedelta(days=need.stay_days))
    return Question(need, pledge, today, need.units if units is None else units, span)


class Rule(NamedTuple):
    """`passes` answers for one question, `passes_many` for many; `sentence` says to a person what it means that one
    does not pass.
    """

    code: str
    sentence: str
    passes: Callable[[Question], bool]
    passes_many: Callable[["Questions"], "Flags"]


def _kind(q: Question) -> bool:
    return q.need.kind == q.pledge.kind


def _kind_many(q: "Questions") -> "Flags":
    passed: Flags = q.need.kind == q.pledge.kind
    return passed


def _active(q: Question) -> bool:
    vetted = q.pledge.vetted_until is None or q.today <= q.pledge.vetted_until
    confirmed = q.pledge.confirm_by is not None and q.today <= q.pledge.confirm_by
    return q.pledge.status == ACTIVE and vetted and confirmed


def _active_many(q: "Questions") -> "Flags":
    in_date = (q.today <= q.pledge.vetted_until) & (q.today <= q.pledge.confirm_by)
    passed: Flags = (q.pledge.active == 1) & in_date
    return passed


def _capacity(q: Question) -> bool:
    return q.units <= q.pledge.free_units(q.span)


def _capacity_many(q: "Questions") -> "Flags":
    passed: Flags = q.need.units <= q.free_units()
    return passed


def _party(q: Question) -> bool:
    return q.need.size <= q.pledge.max_party * q.units


def _party_many(q: "Questions") -> "Flags":
    passed: Flags = q.need.size <= q.pledge.max_party * q.need.units
    return passed


def _window(q: Question) -> bool:
    need, pledge, whole = q.need, q.pledge, q.need.hold
    notice = (need.window.start - q.today).days >= pledge.notice_days
    long_enough = pledge.min_stay_days is None or need.stay_days >= pledge.min_stay_days
    short_enough = pledge.max_stay_days is None or need.stay_days <= pledge.max_stay_days
    return notice and long_enough and short_enough and any(one.covers(whole) for one in pledge.availability)


def _window_many(q: "Questions") -> "Flags":
    notice = q.need.lead_days >= q.pledge.notice_days
    stay = (q.need.stay_days >= q.pledge.min_stay_days) & (q.need.stay_days <= q.pledge.max_stay_days)
    passed: Flags = notice & stay & (q.covered_until() > 0)
    return passed


def _country(q: Question) -> bool:
    if q.pledge.remote:
        return True
    left = q.pledge.places - q.need.countries_excluded
    return bool(left if q.need.countries is None else left.intersection(q.need.countries))


def _country_many(q: "Questions") -> "Flags":
    passed: Flags = (q.pledge.remote == 1) | q.in_a_country()
    return passed


@lru_cache(maxsize=1000)
def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region: who speaks en-GB is understood in en-US."""
    return tag.partition("-")[0].lower()


def _language(q: Question) -> bool:
    spoken = {primary(tag) for tag in q.pledge.languages}
    return not q.need.languages or any(primary(tag) in spoken for tag in q.need.languages)


def _language_many(q: "Questions") -> "Flags":
    passed: Flags = (q.need.tongues == 0) | q.in_a_language()
    return passed


def _requires(q: Question) -> bool:
    return q.need.requires <= q.pledge.verified


def _requires_many(q: "Questions") -> "Flags":
    return q.verified_all()


def _safeguarding(q: Question) -> bool:
    if not q.need.children:
        return True
    organisation = q.pledge.provider == "organisation"
    if q.need.unaccompanied:
        return organisation and "licensed" in q.pledge.verified
    return organisation or "background_checked" in q.pledge.verified


def _safeguarding_many(q: "Questions") -> "Flags":
    organisation = q.pledge.organisation == 1
    guarded = (q.need.children == 0) | organisation | (q.pledge.background_checked == 1)
    alone = q.need.unaccompanied == 1
    passed: Flags = (alone & organisation & (q.pledge.licensed == 1)) | (~alone & guarded)
    return passed


def _excluded(q: Question) -> bool:
    return not (q.need.exclusions & q.pledge.tokens) and q.pledge.id not in q.need.failed_with


def _excluded_many(q: "Questions") -> "Flags":
    return ~q.barred()


def _refused(q: Question) -> bool:
    return not q.pledge.refusals or q.pledge.refusals.isdisjoint(q.need.traits())


def _refused_many(q: "Questions") -> "Flags":
    return ~q.refused()


def _consent(q: Question) -> bool:
    return q.need.consent


def _consent_many(q: "Questions") -> "Flags":
    passed: Flags = q.need.consent == 1
    return passed


RULES: tuple[Rule, ...] = (
    Rule("kind", _("It is another kind of help."), _kind, _kind_many),
    Rule(
        "pledge_inactive",
        _("The offer is not active, or its checks or confirmation are out of date."),
        _active,
        _active_many,
    ),
    Rule("capacity", _("It has not enough free units on these days."), _capacity, _capacity_many),
    Rule("party_too_large", _("The party is larger than the offer takes."), _party, _party_many),
    Rule("window", _("Its dates, notice or length of stay do not fit."), _window, _window_many),
    Rule("country", _("It is not in a country that is accepted."), _country, _country_many),
    Rule("language", _("There is no language in common."), _language, _language_many),
    Rule("requires", _("A required feature has not been verified."), _requires, _requires_many),
    Rule(
        "safeguarding",
        _("Children are in the party and the checks this asks for are missing."),
        _safeguarding,
        _safeguarding_many,
    ),
    Rule("excluded", _("The need rules this provider out."), _excluded, _excluded_many),
    Rule("refused", _("The provider lawfully refuses such a party."), _refused, _refused_many),
    Rule("consent", _("The person's consent to matching is not on record."), _consent, _consent_many),
)

# of many questions at once, where it does not matter which rule is the first to fail, these are left to the few that
# pass the others: they take the longest, or hardly anybody fails them
_LAST = ("party_too_large", "window", "capacity", "country", "kind", "pledge_inactive", "consent")
_IN_BULK = sorted(RULES, key=lambda rule: _LAST.index(rule.code) if rule.code in _LAST else -1)


def first_failure(question: Question) -> Rule | None:
    """The first rule the pledge fails, or None: it is a candidate."""
    for rule in RULES:
        if not rule.passes(question):
            return rule
    return None


def first_failures(questions: "Questions") -> "Numbers":
    """The place in `RULES` of the first rule that each question fails; `len(RULES)` where it fails none."""
    found = questions.everywhere(len(RULES))
    open_, places = questions, questions.places()
    for number, rule in enumerate(RULES):
        passed = rule.passes_many(open_)
        found[places[~passed]] = number
        open_, places = open_.where(passed), places[passed]
    return found


def all_feasible(questions: "Questions") -> "Questions":
    """Those of the questions for which every hard rule passes, in their order."""
    for rule in _IN_BULK:
        questions = questions.where(rule.passes_many(questions))
    return questions


def feasible(question: Question) -> bool:
    """Whether every hard rule passes."""
    return first_failure(question) is None
