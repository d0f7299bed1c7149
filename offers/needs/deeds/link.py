"""Needs that belong together: a room and a psychologist for one household are of use in one place."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.ids import new_id
from kernel.states import IllegalMove, Refusal
from offers.needs.deeds.locking import both_locked, locked
from offers.needs.models import STANDING, Need

_PREFIX = "bd"  # a bundle has no row of its own: it is a random id that its needs share


@transaction.atomic
def link_needs(*, need: Need, other: Need, by: str, at: datetime) -> Need:
    """Put two needs of one household into one bundle, with whatever was linked to either; return the first.

    Done twice, it changes nothing. Raises Refusal `same_need`, `other_household`, `illegal_transition` for one that
    has ended.
    """
    if need.pk == other.pk:
        raise Refusal("same_need", _("A need is not linked with itself."), "other")
    need, other = both_locked(need, other)
    must_be_of_one_household(need, other, field="other")
    for one in (need, other):
        if one.status not in STANDING:
            raise IllegalMove(
                f"A need that is {one.status} is linked with nothing.",
                state=one.status,
                legal=list(one.moves.legal(one.status)),
            )
    if need.bundle and need.bundle == other.bundle:
        return need
    bundle = join_bundles(need, other)
    for one in (need, other):
        Need.objects.filter(pk=one.pk).update(bundle=bundle, updated_at=at, version=one.version + 1)
        audit.record(by, "need.linked", one.pk, fields=["bundle"], at=at)
    need.refresh_from_db()
    return need


@transaction.atomic
def unlink_need(*, need: Need, by: str, at: datetime) -> Need:
    """Take a need out of its bundle; one that is left alone in it is linked no longer. Twice, it changes nothing."""
    need = locked(need)
    if need.bundle:
        leave_bundle(need, by=by, at=at)
        need.refresh_from_db()
    return need


def must_be_of_one_household(one: Need, other: Need, *, field: str) -> None:
    """Raise Refusal `other_household` unless both are one organisation's needs for one case."""
    same = one.organisation_id == other.organisation_id and bytes(one.household) == bytes(other.household)
    if not same or one.erased_at or other.erased_at:
        raise Refusal("other_household", _("These two needs are not of one case of yours."), field)


def join_bundles(one: Need, other: Need) -> str:
    """Return the bundle that both shall be in; whatever was linked to `other` comes along. Call it under both locks."""
    bundle = one.bundle or other.bundle or new_id(_PREFIX)
    if other.bundle and other.bundle != bundle:
        Need.objects.filter(bundle=other.bundle).update(bundle=bundle)
    return bundle


def leave_bundle(need: Need, *, by: str, at: datetime) -> None:
    """Do `unlink_need` to a locked need that is in a bundle."""
    left = list(Need.objects.select_for_update(of=("self",)).bundled_with(need).order_by("pk"))
    alone = left if len(left) == 1 else []
    for one in (need, *alone):
        Need.objects.filter(pk=one.pk).update(bundle="", updated_at=at, version=one.version + 1)
        audit.record(by, "need.unlinked", one.pk, fields=["bundle"], at=at)
