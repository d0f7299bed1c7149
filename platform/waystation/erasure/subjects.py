"""Whom data is about, and which records are theirs. What is typed to find them is kept nowhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from donations.giving.forgetting import KEPT as KEPT_OF_GIFTS
from donations.models import Donation, ReceiptWish, RecurringContact, RecurringGift
from donations.receipts.forgetting import erase_giver
from donations.recurring.forgetting import forget_donor
from kernel.accounts.models import Organisation
from kernel.retention.certificates import certify
from kernel.retention.scrubbing import scrub
from kernel.states import Refusal
from kernel.vault.index import blind_email
from offers.matching.erasing import erase_need, erase_pledge
from offers.matching.erasing.needs import needs_of
from offers.models import Need, Pledge

Record = tuple[str, str]  # kind and id
PROVIDER, PERSON, DONOR = "provider", "person", "donor"
NOTHING = Refusal("nothing_found", _("Nothing is held here under that name."))


def provider_by_ids(ids: Iterable[str], *, of: Organisation | None = None) -> list[Record]:
    """Return a provider's records: the pledges named and all others of the same address. `of` narrows to an owner.

    Raises Refusal `nothing_found` if one of the ids is not there.
    """
    wanted = set(ids)
    seen = Pledge.objects.all() if of is None else Pledge.objects.visible_to(of)
    named = list(seen.filter(pk__in=wanted))
    if not wanted or len(named) < len(wanted):
        raise NOTHING
    blinds = [bytes(pledge.blind_email) for pledge in named if pledge.blind_email]
    same = seen.filter(blind_email__in=blinds).values_list("pk", flat=True) if blinds else []
    return [("pledge", pk) for pk in sorted({*wanted, *same})]


def provider_by_email(email: str, *, of: Organisation | None = None) -> list[Record]:
    """Return every pledge made with an address. Raises Refusal `nothing_found` for none."""
    seen = Pledge.objects.all() if of is None else Pledge.objects.visible_to(of)
    found = seen.filter(blind_email=blind_email(email)).order_by("pk").values_list("pk", flat=True)
    return [("pledge", pk) for pk in found] or _nothing()


def person_by_case(organisation: Organisation, case_ref: str) -> list[Record]:
    """Return every need an organisation wrote for a case of its own. Raises Refusal `nothing_found` for none."""
    return [("need", need.pk) for need in needs_of(organisation=organisation, case_ref=case_ref)] or _nothing()


def donor_by_ids(ids: Iterable[str]) -> list[Record]:
    """Return a donor's gifts by their ids, each with all instalments of what it began: the one way where no address
    was left. Raises Refusal `nothing_found`.
    """
    wanted = set(ids)
    found = Donation.objects.filter(pk__in=wanted)
    if not wanted or len(found) < len(wanted):
        raise NOTHING
    return _with_instalments(found)


def donor_by_email(email: str) -> list[Record]:
    """Return every gift for which a receipt was asked for with an address, and all instalments of recurring gifts whose
    donor is written to there. Raises Refusal `nothing_found` for none.
    """
    blind = blind_email(email)
    by_wish = ReceiptWish.objects.filter(blind_email=blind).values("donation")
    by_contact = RecurringContact.objects.filter(blind_email=blind).values("recurring")
    found = Donation.objects.filter(Q(pk__in=by_wish) | Q(recurring__in=by_contact))
    return _with_instalments(found) or _nothing()


def _with_instalments(found: "QuerySet[Donation]") -> list[Record]:
    standing = found.exclude(recurring=None).values("recurring")
    both = Donation.objects.filter(Q(pk__in=found.values("pk")) | Q(recurring__in=standing))
    return [("donation", pk) for pk in both.order_by("pk").values_list("pk", flat=True)]


def _nothing() -> list[Record]:
    raise NOTHING


@dataclass(frozen=True, slots=True)
class Done:
    """What an erasure came to: counts by what went, and how many records had nothing left."""

    gone: "Counter[str]"
    again: int


def erase_records(records: Iterable[Record], *, by: str, at: datetime, why: str) -> Done:
    """Erase each record, all in one transaction. A record that is not there any more has nothing left to erase."""
    gone: Counter[str] = Counter()
    again, ordered = 0, sorted(records)
    with transaction.atomic():
        _lock_standing([record_id for kind, record_id in ordered if kind == "donation"])
        for kind, record_id in ordered:
            match kind:
                case "pledge":
                    if pledge := Pledge.objects.filter(pk=record_id).first():
                        done = erase_pledge(pledge=pledge, by=by, at=at, why=why)
                        gone, again = gone + done.gone, again + done.again
                case "need":
                    if need := Need.objects.filter(pk=record_id).first():
                        done = erase_need(need=need, by=by, at=at, why=why)
                        gone, again = gone + done.gone, again + done.again
                case "donation":
                    if gift := Donation.objects.filter(pk=record_id).first():
                        gone.update(erase_giver(donation=gift, by=by, at=at, why=why))
                        if gift.recurring:
                            gone.update(forget_donor(gift=gift.recurring, by=by, at=at, why=why))
                case _:
                    raise ValueError(f"{kind} is no kind of record that can be erased.")
    return Done(gone, again)


def _lock_standing(gifts: list[str]) -> None:
    """Lock what comes again before its donations: in that order an instalment locks them too."""
    standing = Donation.objects.filter(pk__in=gifts).exclude(recurring=None).values("recurring")
    list(RecurringGift.objects.select_for_update().filter(pk__in=standing).order_by("pk"))


def erase_and_certify(subject: str, records: list[Record], *, by: str, at: datetime, why: str) -> dict[str, Any]:
    """Erase a subject's records, clean the database's files, and return the signed certificate.

    Call it outside any transaction: what was erased stays erased if the cleaning has to be done later.
    """
    done = erase_records(records, by=by, at=at, why=why)
    return certify(
        subject=subject,
        records=records,
        gone=done.gone,
        at=at,
        cleaned=scrub(),
        kept=KEPT_OF_GIFTS if subject == DONOR else None,
    )
