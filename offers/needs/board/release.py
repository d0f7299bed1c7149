"""One slot: let every class that passes appear whole, and assert that all of history still hides everyone."""

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, TextField
from django.db.models.functions import Cast

from kernel import audit
from kernel.ids import new_id
from offers.needs.board.clock import current_slot, release_time
from offers.needs.board.facts import AS_JSON, COLUMNS, facts_as_kept, may_publish
from offers.needs.board.history import assert_everyone_hidden
from offers.needs.board.models import LINE, BoardSwitch, Cohort, Publication, Release, ReleaseWait
from offers.needs.board.policy import policy_at, signed_policy
from offers.needs.board.writing import write_rows
from offers.needs.gate.cohort import Verdict, Waiting, judge
from offers.needs.gate.policy import ReleaseClass, ReleasePolicy
from offers.needs.models import Need

DELAY_DAYS = (3, 14)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one slot decided, for the operator alone: `published` rows by class; `reason` if it decided nothing.

    `waiting` says of each class that did not appear why not, as a code of `offers.needs.gate.cohort.in_the_way`.
    """

    slot: int
    published: dict[str, int]
    reason: str = ""
    waiting: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{key}: {count}" for key, count in sorted(self.published.items())) or "nothing"
        why = f" ({self.reason.replace('_', ' ')})" if self.reason else ""
        return f"Slot {self.slot}: {shown} published{why}."


def draw_delay() -> timedelta:
    """Return a delay of 3 to 14 days, to the minute, that nobody can guess."""
    shortest, longest = (days * 24 * 60 for days in DELAY_DAYS)
    return timedelta(minutes=shortest + secrets.randbelow(longest - shortest + 1))


@transaction.atomic
def release_due(*, at: datetime, delay: Callable[[], timedelta] = draw_delay) -> Decision:
    """Decide the current slot if it is not decided yet. Safe to call at any time and from several workers.

    Raises GateBroken, and changes nothing, if the invariant over all history would not hold.
    """
    switch, _ = BoardSwitch.objects.select_for_update().get_or_create(pk=1)
    slot, now = current_slot(at), release_time(at)
    if signed_policy() is None:
        return Decision(slot, {}, "policy_not_signed")
    if switch.closed_at:
        return Decision(slot, {}, "board_closed")
    _draw_missing_delays(slot, now, delay)
    if Release.objects.filter(slot__gte=slot).exists():
        return Decision(slot, {}, "decided_already")
    policy, reason = policy_at(slot)
    verdicts: Mapping[str, Verdict] = {}
    if policy is not None:
        verdicts = _verdicts(policy, slot, now)
    _publish(slot, policy, verdicts, at=at)
    assert_everyone_hidden()
    for key, verdict in sorted(verdicts.items()):
        audit.record("system", "board.decided", f"slot:{slot}", reason=f"{key}:k{verdict.k}:{_said(verdict)}")
    return Decision(
        slot,
        {key: len(verdict.rows) for key, verdict in verdicts.items() if verdict.rows},
        reason,
        {key: verdict.why for key, verdict in verdicts.items() if not verdict.rows},
    )


def rehearse(*, at: datetime) -> Decision:
    """Return what `release_due` would decide at `at`, and write nothing. Missing delays are drawn as in earnest."""
    with transaction.atomic():
        decision = release_due(at=at)
        transaction.set_rollback(True)
    return decision


def _said(verdict: Verdict) -> str:
    return f"published:{len(verdict.rows)}" if verdict.rows else verdict.why


def _draw_missing_delays(slot: int, now: datetime, delay: Callable[[], timedelta]) -> None:
    """Give every open need that neither waits nor stands on the board a delay of its own."""
    listed = Publication.objects.listed(slot).filter(need=OuterRef("pk"))
    missing = (
        Need.objects.open()
        .filter(~Exists(ReleaseWait.objects.filter(need=OuterRef("pk"))), ~Exists(listed))
        .annotate(was_listed=Exists(Publication.objects.filter(need=OuterRef("pk"))))
        .values_list("pk", "opened_at", "was_listed")
    )
    drawn = [(pk, (now if was_listed else opened_at or now) + delay()) for pk, opened_at, was_listed in missing]
    write_rows(ReleaseWait, ("need_id", "ready_at"), drawn)


def _verdicts(policy: ReleasePolicy, slot: int, now: datetime) -> dict[str, Verdict]:
    """Judge every class that somebody waits for."""
    classes = policy.classes
    waiting: dict[str, list[Waiting]] = defaultdict(list)
    for release_class, row in _ready(policy, now):
        waiting[release_class.key].append(row)
    live: dict[str, set[bytes]] = defaultdict(set)
    for key, household in Publication.objects.listed(slot).values_list("cohort__class_key", "household"):
        live[key].add(bytes(household))
    return {
        key: judge(rows, live_households=live[key], k=classes[key].k, delta=policy.delta)
        for key, rows in waiting.items()
    }


def _ready(policy: ReleasePolicy, now: datetime) -> Iterator[tuple[ReleaseClass, Waiting]]:
    """Yield what could appear now with its class, in an order that tells nothing (by random id)."""
    ready = Need.objects.open().filter(release_wait__ready_at__lte=now).order_by("pk")
    said = [Cast(name, TextField()) if name in AS_JSON else F(name) for name in ("consent", *COLUMNS)]
    columns = ("pk", "household", "organisation_id", "caseworker_ref", "organisation__role")

    @cache  # ten thousand needs say a few hundred things: each is read once
    def class_of(consent: str, *words: Any) -> ReleaseClass | None:
        return policy.class_of(facts_as_kept(*words)) if may_publish(json.loads(consent)) else None

    for pk, household, organisation, caseworker, role, *words in ready.values_list(*columns, *said).iterator():
        if (release_class := class_of(*words)) is not None:
            yield release_class, _row(pk, household, organisation, caseworker, role)


def _row(need: str, household: bytes | memoryview, organisation: str, caseworker: str, role: str) -> Waiting:
    return Waiting(need, bytes(household), organisation, caseworker, partner=role != "operator")


def _publish(slot: int, policy: ReleasePolicy | None, verdicts: Mapping[str, Verdict], *, at: datetime) -> None:
    """Write the release down, and let its cohorts appear; a class that does not pass leaves no trace."""
    version = policy.version if policy else 0
    release = Release.objects.create(slot=slot, policy_version=version, released_at=at)
    for key, verdict in verdicts.items():
        if policy is None or not verdict.rows:
            continue
        cohort = _cohort(release, policy.classes[key], verdict, until=slot + policy.life)
        lines = [(new_id(LINE), cohort.pk, row.need, row.household) for row in verdict.rows]
        write_rows(Publication, ("id", "cohort_id", "need_id", "household"), lines)
    appeared = Publication.objects.filter(cohort__release=release)
    ReleaseWait.objects.filter(need__in=appeared.values("need")).delete()


def _cohort(release: Release, said: ReleaseClass, verdict: Verdict, *, until: int) -> Cohort:
    return Cohort.objects.create(
        release=release,
        class_key=said.key,
        k=verdict.k,
        from_slot=release.slot,
        until_slot=until,
        kind_group=said.kind_group,
        zone=said.zone,
        party_band=said.party_band,
        period=said.period,
        requires=list(said.requires),
    )
