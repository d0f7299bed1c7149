"""One need, written down twice: the one goes, and the other stands for both."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.states import IllegalMove, Refusal, move
from offers.needs.deeds.link import join_bundles, must_be_of_one_household
from offers.needs.deeds.locking import both_locked
from offers.needs.models import Need, NeedStatus

REASONS = ("written_twice", "asked_again", "handed_over")
STANDS = (NeedStatus.OPEN, NeedStatus.HELD, NeedStatus.MATCHED)


@transaction.atomic
def merge_need(*, need: Need, into: Need, by: str, at: datetime, why: str = REASONS[0]) -> Need:
    """End `need` as merged; `into`, of the same household and kind, stands for it. Done twice, it changes nothing.

    `into` has waited as long as the one that waited longest, and takes the place of `need` among linked needs. Only an
    open need can go: one that is held has a match of its own, which is canceled first. Raises Refusal
    `invalid_choice`, `same_need`, `other_household`, `other_kind`, `illegal_transition`.
    """
    if why not in REASONS:
        raise Refusal("invalid_choice", f"Choose one of {', '.join(REASONS)}.", "reason")
    if need.pk == into.pk:
        raise Refusal("same_need", _("A need cannot stand for itself."), "into")
    need, into = both_locked(need, into)
    if need.status == NeedStatus.MERGED and need.merged_into_id == into.pk:
        return need
    must_be_of_one_household(need, into, field="into")
    if need.kind != into.kind:
        raise Refusal(
            "other_kind", _("These are two kinds of help, and so two needs. Link them if they belong together."), "into"
        )
    if into.status not in STANDS:
        raise IllegalMove(
            f"The need that would stand for it is {into.status}: it must be {', '.join(STANDS)}.",
            state=into.status,
            legal=list(into.moves.legal(into.status)),
        )
    need.moves.check(old=need.status, new=NeedStatus.MERGED)
    waited = [since for since in (need.opened_at, into.opened_at) if since is not None]
    bundle = join_bundles(need, into) if need.bundle or into.bundle else ""
    Need.objects.filter(pk=into.pk).update(
        opened_at=min(waited), bundle=bundle, updated_at=at, version=into.version + 1
    )
    also = {"version": need.version + 1, "merged_into": into, "bundle": ""}
    move(need, to=NeedStatus.MERGED, by=by, at=at, why=why, also=also)
    audit.record(by, "need.merged", need.pk, reason=why, fields=["merged_into"], at=at)
    audit.record(by, "need.stands_for_another", into.pk, fields=["opened_at"], at=at)
    need.refresh_from_db()
    return need
