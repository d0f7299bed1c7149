"""One slot: let every class that passes appear whole, and assert that all of history still hides everyone."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from kernel import audit
from offers.kinds.vocabulary import MINOR_BANDS
from offers.needs.board.clock import current_slot, release_time
from offers.needs.board.models import BoardSwitch, Cohort, Publication, Release, ReleaseWait
from offers.needs.board.policy import signed_policy
from offers.needs.gate.atoms import Seen, broken_atoms
from offers.needs.gate.cohort import Waiting, choose
from offers.needs.gate.policy import ReleaseClass, ReleasePolicy
from offers.needs.models import Need

DELAY_DAYS = (3, 14)


class GateBroken(RuntimeError):
    """A release would have given somebody away: it was rolled back, and the operator has to look."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one slot decided: `published` rows by class, for the operator alone; `reason` if it decided nothing."""

    slot: int
    published: dict[str, int]
    reason: str = ""

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
    policy = signed_policy()
    if policy is None:
        return Decision(slot, {}, "policy_not_signed")
    if switch.closed_at:
        return Decision(slot, {}, "board_closed")
    _draw_missing_delays(slot, now, delay)
    if Release.objects.filter(slot__gte=slot).exists():
        return Decision(slot, {}, "decided_already")
    release = Release.objects.create(slot=slot, policy_version=policy.version, released_at=at)
    published = {
        key: len(rows)
        for key, waiting in _waiting(policy, now).items()
        if (rows := _publish(release, policy.classes[key], waiting))
    }
    _assert_invariant()
    for key, count in published.items():
        audit.record("system", "board.released", f"slot:{slot}", reason=f"{key}:{count}")
    return Decision(slot, published)


def _draw_missing_delays(slot: int, now: datetime, delay: Callable[[], timedelta]) -> None:
    """Give every open need that neither waits nor stands on the board a delay of its own."""
    missing = (
        Need.objects.open()
        .filter(release_wait=None)
        .exclude(publications__in=Publication.objects.listed(slot))
        .annotate(was_listed=Exists(Publication.objects.filter(need=OuterRef("pk"))))
        .values_list("pk", "opened_at", "was_listed")
    )
    ReleaseWait.objects.bulk_create(
        ReleaseWait(need_id=pk, ready_at=(now if was_listed else opened_at or now) + delay())
        for pk, opened_at, was_listed in missing
    )


def _waiting(policy: ReleasePolicy, now: datetime) -> dict[str, list[Waiting]]:
    """Return what could appear now, by class, in an order that tells nothing (by random id)."""
    found: dict[str, list[Waiting]] = defaultdict(list)
    ready = Need.objects.open().filter(release_wait__ready_at__lte=now).select_related("organisation").order_by("pk")
    for need in ready:
        minors = sum(need.bands.get(band, 0) for band in MINOR_BANDS)
        release_class = policy.class_of(kind=need.kind, urgency=need.urgency, minors=minors)
        if release_class is not None and need.consent["given"] and "publication" in need.consent["for"]:
            found[release_class.key].append(_as_waiting(need))
    return found


def _as_waiting(need: Need) -> Waiting:
    return Waiting(
        need=need.pk,
        household=bytes(need.household),
        organisation=need.organisation_id,
        caseworker=need.caseworker_ref,
        partner=not need.organisation.is_operator,
    )


def _publish(release: Release, release_class: ReleaseClass, waiting: list[Waiting]) -> list[Waiting]:
    """Let the cohort of one class appear and return its rows; a class that does not pass leaves no trace."""
    live = Publication.objects.listed(release.slot).filter(cohort__class_key=release_class.key)
    rows = choose(
        waiting,
        live_households=[bytes(household) for household in live.values_list("household", flat=True)],
        k=release_class.k,
        delta=settings.RELEASE_DELTA,
    )
    if not rows:
        return []
    cohort = Cohort.objects.create(
        release=release,
        class_key=release_class.key,
        k=release_class.k,
        from_slot=release.slot,
        until_slot=release.slot + settings.RELEASE_LIFE,
    )
    Publication.objects.bulk_create(
        Publication(
            cohort=cohort,
            need_id=row.need,
            household=row.household,
            zone=release_class.zone,
            kind_group=release_class.kind_group,
            party_band=release_class.party_band,
            period=release_class.period,
            requires=list(release_class.requires),
        )
        for row in rows
    )
    ReleaseWait.objects.filter(need__in=[row.need for row in rows]).delete()
    return rows


def _assert_invariant() -> None:
    k: dict[str, int] = {}
    history = []
    for row in Publication.objects.select_related("cohort", "need__organisation").iterator():
        cohort = row.cohort
        # the weakest k this class was ever released under is the one its rows were promised
        k[cohort.class_key] = min(cohort.k, k.get(cohort.class_key, cohort.k))
        slots = frozenset(range(cohort.from_slot, max(cohort.until_slot, cohort.from_slot + 1)))
        history.append(
            Seen(
                cohort.class_key,
                slots,
                Waiting(
                    need=row.need_id,
                    household=bytes(row.household),
                    organisation=row.need.organisation_id,
                    caseworker=row.need.caseworker_ref,
                    partner=not row.need.organisation.is_operator,
                ),
            )
        )
    # what old rows were promised is their k: a delta raised since must not stop every release from then on
    broken = broken_atoms(history, k=k, delta=0)
    if broken:
        raise GateBroken(f"{len(broken)} atoms would hide too few households; the release was rolled back.")
