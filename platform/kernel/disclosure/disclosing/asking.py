"""Asking, and taking back: a caseworker names a purpose and what it is about, nothing else."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.disclosing.checks import asker_in_force, locked_records, note, owner_of, wanted_for
from kernel.disclosure.disclosing.telling import tell_givers
from kernel.disclosure.models import Disclosure, DisclosureStatus
from kernel.states import Refusal, move

WAITS = timedelta(days=1)  # an unanswered request lapses
MOST_OPEN = 5
MANY_A_DAY = 10  # more than this, and the approvers are told
A_DAY = timedelta(days=1)


@transaction.atomic
def ask(*, purpose: str, object_id: str, by: Member, at: datetime) -> Disclosure:
    """Ask to see what is sealed, for a purpose; a different person of the approver group decides.

    Raises Refusal `caseworkers_ask`, `asked_already`, `too_many_open`, `unknown_reference`, `no_record`, and whatever
    the matter or the standing of the requester forbids.
    """
    asker_in_force(by)
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that limits hold for two clicks at once
    wanted = wanted_for(purpose, object_id, requester=by, at=at)
    mine = Disclosure.objects.open().filter(requester=by, expires_at__gt=at)
    if mine.filter(purpose=purpose, object_id=object_id).exists():
        raise Refusal("asked_already", _("You have asked for this already."))
    if mine.count() >= MOST_OPEN:
        raise Refusal(
            "too_many_open",
            _("You have %(most)s open requests: read those first, or take them back.") % {"most": MOST_OPEN},
        )
    # what ran out a moment ago, and the sweep has not reached, must not stand in the way
    for old in Disclosure.objects.open().filter(requester=by, purpose=purpose, object_id=object_id):
        end(old, to=DisclosureStatus.LAPSED, by="system", at=at, why="no_time_left")
    disclosure = Disclosure.objects.create(
        purpose=purpose,
        object_id=object_id,
        record_purpose=wanted.record_purpose,
        record_ids=sorted(wanted.record_ids),
        owner=owner_of(locked_records(wanted)),
        requester=by,
        asked_at=at,
        expires_at=at + WAITS,
        updated_at=at,
    )
    disclosure.keep_history(old="", new=DisclosureStatus.ASKED, by=by.user.actor, at=at, why="")
    note(disclosure, "asked", by=by, at=at)
    tell_givers(disclosure, at=at)
    return disclosure


@transaction.atomic
def take_back(*, disclosure: Disclosure, by: Member, at: datetime) -> Disclosure:
    """Take one's own request back. Raises Refusal `not_yours`, `illegal_transition`."""
    fresh = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
    if fresh.requester_id != by.pk:
        raise Refusal("not_yours", _("Whoever asked takes it back."))
    end(fresh, to=DisclosureStatus.TAKEN_BACK, by=by.user.actor, at=at)
    note(fresh, "taken_back", by=by, at=at)
    return fresh


def end(disclosure: Disclosure, *, to: str, by: str, at: datetime, why: str = "") -> None:
    """End an open request, in the caller's transaction; its boxes are gone. Raises Refusal `illegal_transition`."""
    move(disclosure, to=to, by=by, at=at, why=why)
    disclosure.boxes.all().delete()


def many_asked(owner: Organisation, *, at: datetime) -> list[tuple[Member, int]]:
    """Return who asked this organisation for more than MANY_A_DAY contacts in a day, with how many; most first."""
    day = Disclosure.objects.filter(owner=owner, asked_at__gt=at - A_DAY).values("requester")
    counts = dict(day.annotate(number=Count("pk")).filter(number__gt=MANY_A_DAY).values_list("requester", "number"))
    members = Member.objects.filter(pk__in=counts).select_related("user", "organisation")
    return sorted(((member, counts[member.pk]) for member in members), key=lambda pair: -pair[1])
