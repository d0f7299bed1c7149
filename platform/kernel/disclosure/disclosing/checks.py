"""What every step of a disclosure asks anew, in one order: what it is about, the request, the records, the people."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.accounts.models import Member, Organisation
from kernel.disclosure.disclosing.matters import MATTERS, Wanted
from kernel.disclosure.disclosing.rows import OPEN
from kernel.disclosure.holding import trusted_keys
from kernel.disclosure.models import Disclosure, DisclosureStatus, MemberKey
from kernel.disclosure.standing import key_in_force
from kernel.states import Refusal
from kernel.vault.models import Group, KeyShare, SealedRecord


def unknown() -> Refusal:
    """What is not there, and what is not yours, word for word."""
    return Refusal("unknown_reference", _("There is no such thing to ask for."))


def wanted_for(purpose: str, object_id: str, *, requester: Member, at: datetime) -> Wanted:
    """Lock what the request is about and return its records. Raises Refusal, of the matter's own or unknown."""
    matter = MATTERS.get(purpose)
    if matter is None:
        raise unknown()
    return matter.check(object_id, requester=requester, at=at)


def locked_records(wanted: Wanted) -> list[SealedRecord]:
    """Lock the records, so that no change of keys comes in between. Raises Refusal `no_record` if one is missing."""
    rows = SealedRecord.objects.select_for_update().filter(
        record_id__in=wanted.record_ids, purpose=wanted.record_purpose
    )
    records = list(rows.order_by("pk"))
    if not records or len(records) != len(wanted.record_ids):
        raise Refusal("no_record", _("Nothing is sealed here any more."))
    return records


def owner_of(records: Iterable[SealedRecord]) -> Organisation:
    """Return the one organisation whose groups hold the keys of all records. Raises Refusal `no_record`."""
    shares = KeyShare.objects.filter(record__in=[record.pk for record in records])
    owners = set(shares.values_list("group_key__owner", flat=True))
    if len(owners) != 1:
        raise Refusal("no_record", _("Nothing is sealed here any more."))
    return Organisation.objects.get(pk=owners.pop())


def asker_in_force(requester: Member) -> MemberKey:
    """Return the key of a caseworker who works here and whom two people have let in: halves are sealed to it.

    The row alone is no proof: whoever may write it could put a key of their own there. Raises Refusal
    `caseworkers_ask`, `not_let_in`, and what `key_in_force` and `trusted_keys` raise.
    """
    key = key_in_force(requester)
    if key.group != Group.A:
        raise Refusal("caseworkers_ask", _("A caseworker asks, and somebody else approves."))
    holders = trusted_keys(requester.organisation).groups[key.group].holders
    if holders.get(key.holder.id) != key.holder:
        raise Refusal("not_let_in", _("This key was not let in by two people: it gets nothing."))
    return key


def locked_again(disclosure: Disclosure, *, at: datetime) -> tuple[Disclosure, list[SealedRecord]]:
    """Lock what a disclosure is about, itself, and its records; check that all is as it was when it was asked for.

    Raises Refusal: `closed` or `used` for one that has ended, `stale` past its time, `changed` if it now leads to
    other records or to other keys, and whatever forbids the matter or the requester now.
    """
    wanted = wanted_for(disclosure.purpose, disclosure.object_id, requester=disclosure.requester, at=at)
    fresh = Disclosure.objects.select_for_update(of=("self",)).select_related("requester__user").get(pk=disclosure.pk)
    only_open(fresh, at=at)
    asker_in_force(fresh.requester)
    records = locked_records(wanted)
    same = (wanted.record_purpose, sorted(wanted.record_ids)) == (fresh.record_purpose, fresh.record_ids)
    if not same or owner_of(records).pk != fresh.owner_id:
        raise Refusal("changed", _("This has changed since it was asked for: ask again."))
    return fresh, records


def only_open(disclosure: Disclosure, *, at: datetime) -> None:
    """Raise Refusal `used`, `closed` or `stale` unless the request is open and in time."""
    if disclosure.status == DisclosureStatus.READ:
        raise Refusal("used", _("This was shown already, once. If you need it again, ask again."))
    if disclosure.status not in OPEN:
        raise Refusal("closed", _("This request has ended: ask again."))
    if at >= disclosure.expires_at:
        raise Refusal("stale", _("The time for this is over: ask again."))


def note(disclosure: Disclosure, action: str, *, by: Member, at: datetime, fields: Sequence[str] = ()) -> None:
    """Write the trail: one entry for each record, its reason the disclosure, whose row says the purpose."""
    for record_id in disclosure.record_ids:
        audit.record(by.user.actor, f"disclosure.{action}", record_id, disclosure.pk, fields, at=at)
