"""Every deed of pledges, needs, matches and the board, killed before each of its writes: all is there, or nothing.

And once it is done, states, histories and holds agree.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.matching import deeds as matching
from offers.matching.deeds.moving import advance
from offers.matching.models import LIVE, MatchStatus
from offers.matching.provider.answering import block_what_was_asked, pause_instead, say_no, say_yes
from offers.matching.reminding import remind_waiting
from offers.matching.runs import carrying
from offers.matching.runs.applying import apply_for, ask_to_apply
from offers.matching.runs.asking import ask_for_run, ask_what_if, cancel_run
from offers.matching.runs.beating import Beat
from offers.matching.runs.models import Assignment, MatchingRun
from offers.models import Hold, Incident, Match, Need, Pledge
from offers.needs import deeds as needs
from offers.needs.board.policy import sign_policy
from offers.needs.board.release import release_due
from offers.pledges.calendar_link.deeds import switch_off, switch_on
from offers.pledges.editing import edit
from offers.pledges.intake import create_from_api
from offers.pledges.living import pause, resume, withdraw
from offers.pledges.submitting import confirm_email, submit
from offers.pledges.vetting import missing_checks, record_step, reject, sign_vetting
from tests.factories.keys import make_group_keys
from tests.factories.needs import make_need, make_terms
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import days_ahead, make_contact, make_pledge
from tests.killing import killed_at_each_write
from tests.offers.matching.asked import agreed, proposed_match

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 12, tzinfo=timezone.get_default_timezone())
Deed = Callable[[], object]
WHO, ANOTHER = "user:1", "user:2"


def _words() -> dict[str, Any]:
    return {"by": WHO, "at": timezone.now()}


# --- pledges ----------------------------------------------------------------------------------------------------------


def _through_the_api() -> Deed:
    partner = make_partner()
    make_group_keys(make_operator())
    values = {"kind": "housing", "availability": days_ahead(0, 90), "country": "DE", "languages": ["en"]}
    # the id of a pledge is drawn anew each time: nothing stays of any of them
    return lambda: create_from_api(organisation=partner, values=values, contact=make_contact(), blind=b"b", **_words())


def _draft() -> Pledge:
    make_group_keys(make_operator())
    return make_pledge(status="draft")


def _submitting() -> Deed:
    pledge = _draft()
    return lambda: submit(pledge=pledge, contact=make_contact(), language="en", at=timezone.now(), blind=b"b")


def _confirming_the_address() -> Deed:
    pledge = submit(pledge=_draft(), contact=make_contact(), language="en", at=timezone.now(), blind=b"b")
    return lambda: confirm_email(pledge=pledge, at=timezone.now())


def _recording_a_check() -> Deed:
    pledge = make_pledge(status="vetting")
    step = missing_checks(pledge, [])[0]
    return lambda: record_step(pledge=pledge, step=step, outcome="passed", features=[], **_words())


def _signing_the_checks() -> Deed:
    pledge = make_pledge(status="vetting")
    for step in missing_checks(pledge, []):
        record_step(pledge=pledge, step=step, outcome="passed", features=[], **_words())
    return lambda: sign_vetting(pledge=pledge, by=ANOTHER, at=timezone.now())


def _on_a_pledge(deed: Callable[..., object], status: str = "active", **words: Any) -> Callable[[], Deed]:
    def scene() -> Deed:
        pledge = make_pledge(status=status)
        return lambda: deed(pledge=pledge, **words, **_words())

    return scene


def _ending_a_calendar() -> Deed:
    pledge = make_pledge()
    switch_on(pledge=pledge, **_words())
    return lambda: switch_off(pledge=pledge, **_words())


# --- needs ------------------------------------------------------------------------------------------------------------


def _writing_a_need() -> Deed:
    operator, terms = make_operator(), make_terms()
    return lambda: needs.write_need(organisation=operator, terms=terms, **_words())


def _on_a_need(deed: Callable[..., object], status: str = "open", **words: Any) -> Callable[[], Deed]:
    def scene() -> Deed:
        need = make_need(status=status)
        return lambda: deed(need=need, **words, **_words())

    return scene


def _reviewing(deed: Callable[..., object]) -> Callable[[], Deed]:
    def scene() -> Deed:
        need, second = make_need(status="in_review"), make_member(role="coordinator")
        return lambda: deed(need=need, by=second, at=timezone.now())

    return scene


def _of_one_household(deed: Callable[..., object], name: str, *, kind: str) -> Callable[[], Deed]:
    def scene() -> Deed:
        first, second = make_need(case_ref="case"), make_need(case_ref="case", kind=kind)
        return lambda: deed(need=first, **{name: second}, **_words())

    return scene


def _unlinking() -> Deed:
    first, second = make_need(case_ref="case"), make_need(case_ref="case", kind="legal")
    linked = needs.link_needs(need=first, other=second, **_words())
    return lambda: needs.unlink_need(need=linked, **_words())


def _expiring_a_need() -> Deed:
    need = make_need()
    Need.objects.filter(pk=need.pk).update(expires_at=timezone.now() - timedelta(days=1))
    need.refresh_from_db()
    return lambda: needs.expire_need(need=need, at=timezone.now())


# --- matches ----------------------------------------------------------------------------------------------------------


def _match(*, until: str = "proposed") -> Match:
    """A match that got as far as that."""
    pledge, need = make_pledge(), make_need()
    words: dict[str, Any] = {"organisation": need.organisation, **_words()}
    match = matching.propose(need_id=need.pk, pledge_id=pledge.pk, **words)
    way: tuple[tuple[str, Callable[..., Match]], ...] = (
        ("person_agreed", matching.agree),
        ("provider_accepted", matching.accept),
        ("confirmed", lambda **told: matching.confirm(**{**told, "by": ANOTHER})),
        ("contact_disclosed", _disclosed),
        ("started", matching.start),
    )
    for name, deed in way:
        if match.status == until:
            break
        match = deed(match=match, **words)
        assert match.status == name
    return match


def _disclosed(*, match: Match, by: str, at: datetime, **_words: Any) -> Match:
    """What the reading of a contact does to its match."""
    return advance(match, to=MatchStatus.CONTACT_DISCLOSED, by=by, at=at)


def _proposing() -> Deed:
    pledge, need = make_pledge(), make_need()
    words = {"organisation": need.organisation, **_words()}
    return lambda: matching.propose(need_id=need.pk, pledge_id=pledge.pk, **words)


def _on_a_match(deed: Callable[..., object], until: str, **words: Any) -> Callable[[], Deed]:
    def scene() -> Deed:
        match = _match(until=until)
        told = {"organisation": match.need.organisation, **_words(), **words}
        return lambda: deed(match=match, **told)

    return scene


def _by_the_link(deed: Callable[..., object], **words: Any) -> Callable[[], Deed]:
    def scene() -> Deed:
        match = agreed(proposed_match())
        return lambda: deed(match=match, at=timezone.now(), **words)

    return scene


def _after_a_no(deed: Callable[..., object]) -> Callable[[], Deed]:
    def scene() -> Deed:
        match = say_no(match=agreed(proposed_match()), at=timezone.now(), why="occupied")
        return lambda: deed(match=match, at=timezone.now())

    return scene


def _reminding() -> Deed:
    agreed(proposed_match())
    return lambda: remind_waiting(timezone.now() + timedelta(hours=49))


def _promised(deed: Callable[..., object], why: str) -> Callable[[], Deed]:
    def scene() -> Deed:
        pledge = _match().pledge
        return lambda: deed(pledge=pledge, why=why, **_words())

    return scene


def _a_week_later(*, match: Match, **words: Any) -> Match:
    return matching.settle_days(match=match, start=match.need.window_from + timedelta(days=3), **words)


def _matches_run_out() -> Deed:
    match = _match()
    Match.objects.filter(pk=match.pk).update(hold_expires_at=timezone.now() - timedelta(days=1))
    return matching.expire_overdue


# --- plans ------------------------------------------------------------------------------------------------------------


def _planned() -> MatchingRun:
    """A run whose plan pairs two needs with two rooms."""
    operator = make_operator()
    for _number in range(2):
        make_need()
        make_pledge()
    run = carrying.take_up(ask_for_run(organisation=operator, **_words()).pk, at=timezone.now())
    assert run is not None
    return carrying.carry_out(run, beat=Beat(run))


def _asking_for_a_plan() -> Deed:
    operator = make_operator()
    return lambda: ask_for_run(organisation=operator, **_words())


def _asking_what_if() -> Deed:
    run = _planned()
    pair = run.assignments.values_list("need_id", "pledge_id")[0]
    return lambda: ask_what_if(run=run, forbid=[pair], **_words())


def _canceling_a_plan() -> Deed:
    run = ask_for_run(organisation=make_operator(), **_words())
    return lambda: cancel_run(run=run, **_words())


def _accepting(count: int) -> Callable[[], Deed]:
    def scene() -> Deed:
        run = _planned()
        needs = list(run.assignments.values_list("need_id", flat=True))[:count]
        return lambda: ask_to_apply(run=run, needs=needs, **_words())

    return scene


def _one_pair_is_proposed() -> Deed:
    run = _planned()
    need = run.assignments.values_list("need_id", flat=True)[0]
    ask_to_apply(run=run, needs=[need], **_words())
    return lambda: apply_for(run, seconds=60)


# --- the board --------------------------------------------------------------------------------------------------------


def _releasing() -> Deed:
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=AT)
    for number in range(6):
        make_need(by=f"user:{number % 2}", at=AT - timedelta(days=40))
    return lambda: release_due(at=AT, delay=lambda: timedelta(0))


DEEDS: dict[str, Callable[[], Deed]] = {
    "a partner's pledge": _through_the_api,
    "an offer is sent": _submitting,
    "its address is confirmed": _confirming_the_address,
    "a check is recorded": _recording_a_check,
    "the checks are signed": _signing_the_checks,
    "a pledge is not accepted": _on_a_pledge(reject, "vetting", why="not_suitable"),
    "a pledge is edited": _on_a_pledge(edit, changes={"country": "FR", "region": ""}),
    "a pledge is paused": _on_a_pledge(pause),
    "a pledge is taken up again": _on_a_pledge(resume, "paused"),
    "a pledge is taken back": _on_a_pledge(withdraw),
    "a calendar address is made": _on_a_pledge(switch_on),
    "a calendar address ends": _ending_a_calendar,
    "a need is written": _writing_a_need,
    "a need is handed in": _on_a_need(needs.submit_need, "draft"),
    "a need is approved": _reviewing(needs.approve_need),
    "a need is given back": _reviewing(needs.return_need),
    "a need is edited": _on_a_need(needs.edit_need, changes={"stay_days": 60}),
    "a need is extended": _on_a_need(needs.extend_need, days=14),
    "a need is withdrawn": _on_a_need(needs.withdraw_need),
    "a need is fulfilled": _on_a_need(needs.fulfil_need),
    "a need runs out": _expiring_a_need,
    "needs are linked": _of_one_household(needs.link_needs, "other", kind="legal"),
    "needs are unlinked": _unlinking,
    "a need is merged": _of_one_household(needs.merge_need, "into", kind="housing"),
    "a match is proposed": _proposing,
    "a person agrees": _on_a_match(matching.agree, "proposed"),
    "a provider accepts": _on_a_match(matching.accept, "person_agreed"),
    "a provider is asked by mail, and says yes by the link": _by_the_link(say_yes),
    "a provider says no by the link": _by_the_link(say_no, why="occupied"),
    "the days of a no are blocked": _after_a_no(block_what_was_asked),
    "an offer is paused after a no": _after_a_no(pause_instead),
    "whoever has to answer is reminded": _reminding,
    "a match is confirmed": _on_a_match(matching.confirm, "provider_accepted", by=ANOTHER),
    "a match is declined": _on_a_match(matching.decline, "proposed", side="person"),
    "a match is called off": _on_a_match(matching.cancel, "person_agreed"),
    "a match runs out": _matches_run_out,
    "help begins": _on_a_match(matching.start, "contact_disclosed"),
    "help ends well": _on_a_match(matching.complete, "started"),
    "nobody was there": _on_a_match(matching.fail, "confirmed", why="no_show"),
    "days are agreed on": _on_a_match(_a_week_later, "person_agreed"),
    "it breaks down": _on_a_match(matching.fail, "started", why="breakdown"),
    "it was not safe": _on_a_match(matching.fail, "started", why="unsafe"),
    "what a pledge promised is let go": _promised(matching.free_pledge, "withdrawn"),
    "a pledge is stopped": _promised(matching.stop_pledge, "safety_report"),
    "a plan is asked for": _asking_for_a_plan,
    "what if not is asked": _asking_what_if,
    "a plan is stopped": _canceling_a_plan,
    "a plan is accepted": _accepting(2),
    "one pair of a plan is accepted": _accepting(1),
    "one pair of a plan is proposed": _one_pair_is_proposed,
    "the board decides": _releasing,
}


def disagreements() -> list[str]:
    """Return what does not fit together: states with histories, holds with matches, counts with holds."""
    found = []
    things: list[Any] = [*Pledge.objects.all(), *Need.objects.all(), *Match.objects.all()]
    things += [*Incident.objects.all(), *MatchingRun.objects.all()]
    for thing in things:
        last = thing.history.order_by("pk").last()
        if last is not None and last.new != thing.status:
            found.append(f"{thing.pk} is {thing.status}, its history says {last.new}")
    for match in Match.objects.all():
        live = Hold.objects.filter(match=match, live=True).count()
        if live != (match.units if match.status in LIVE else 0):
            found.append(f"{match.pk} is {match.status} and holds {live}")
        reports = Incident.objects.standing().filter(freezes__match=match).count()
        if match.frozen != bool(reports):
            found.append(f"{match.pk} is frozen: {match.frozen}, and {reports} reports stand")
    for pledge in Pledge.objects.all():
        held = Hold.objects.filter(pledge=pledge, live=True).values("unit").distinct().count()
        if held != pledge.units_held:
            found.append(f"{pledge.pk} counts {pledge.units_held}, {held} are held")
    for pair in Assignment.objects.filter(outcome="planned").exclude(match=None):
        found.append(f"{pair} is planned still and has a match")
    for need in Need.objects.filter(status__in=("held", "matched")):
        if not need.matches.filter(status__in=LIVE).exists():
            found.append(f"{need.pk} is {need.status} without a live match")
    return found


@pytest.mark.parametrize("name", DEEDS)
def test_it_is_done_whole_or_not_at_all(name: str) -> None:
    deed = DEEDS[name]()
    assert killed_at_each_write(deed) > 1
    assert disagreements() == []
