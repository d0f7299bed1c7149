"""Whether what is wished of a plan can be had: judged when the run is asked for, so that nobody waits in vain."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.matching.reading import needs_facts, pledges_facts
from offers.matching.rules import ask, first_failure
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.snapshot import needs_in, pledges_in
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge

Pairs = Sequence[tuple[str, str]]  # of a need's and a pledge's id
UNSEEN = (NeedStatus.DRAFT, NeedStatus.IN_REVIEW)  # nobody but its owner knows of it yet


def as_pairs(kept: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Read what a run keeps: `[[need, pledge], …]`."""
    return [(need, pledge) for need, pledge in kept]


def must_be_possible(run: MatchingRun) -> None:
    """Raise the Refusal that names what is wrong with the wishes of a run.

    `unknown_reference`: a need or a pledge that does not exist. `contradiction`: a need forced to two pledges, or a
    pair both forced and forbidden. `not_in_run`: a forced pair of which the run sees a half only. `not_a_candidate`
    (with `rule`): a forced pair that a hard rule forbids. Each names `forbid` or `force`.
    """
    forbid, force = as_pairs(run.forbid), as_pairs(run.force)
    if len({need for need, _pledge in force}) != len(force):
        raise Refusal("contradiction", _("A need can be forced to one offer only."), "force")
    if set(forbid) & set(force):
        raise Refusal("contradiction", _("A pair cannot be both forced and forbidden."), "force")
    for field, pairs in (("forbid", forbid), ("force", force)):
        _must_exist(pairs, field)
    if force:
        _must_fit(run, force)


def _must_exist(pairs: Pairs, field: str) -> None:
    needs, pledges = {need for need, _pledge in pairs}, {pledge for _need, pledge in pairs}
    if Need.objects.filter(pk__in=needs).exclude(status__in=UNSEEN).count() != len(needs):
        raise Refusal("unknown_reference", _("One of these needs does not exist."), field)
    if Pledge.objects.submitted().filter(pk__in=pledges).count() != len(pledges):
        raise Refusal("unknown_reference", _("One of these offers does not exist."), field)


def _must_fit(run: MatchingRun, force: Pairs) -> None:
    wanted = dict(force)
    needs = {one.id: one for one in needs_facts(needs_in(run).filter(pk__in=wanted))}
    offers = pledges_in(run, {need.kind for need in needs.values()}).filter(pk__in=wanted.values())
    offered = {one.id for one in pledges_facts(offers)}
    every = {one.id: one for one in pledges_facts(Pledge.objects.filter(pk__in=wanted.values()))}
    for need, pledge in force:
        if need not in needs:
            raise Refusal("not_in_run", _("This run does not plan for one of the needs that are forced."), "force")
        failed = first_failure(ask(needs[need], every[pledge], today=run.as_of))
        if failed is not None:
            misfit = _("This pledge does not fit the need.")
            raise Refusal("not_a_candidate", f"{misfit} {_(failed.sentence)}", "force", rule=failed.code)
        if pledge not in offered:
            raise Refusal("not_in_run", _("This run does not see one of the offers that are forced."), "force")
