"""Writing an offer: a draft holds what help there is, never who gives it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.kinds.registry import kind_of
from offers.pledges.locking import locked, save
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.terms import checked, put


def provider_of(pledge: Pledge) -> str:
    """Return the opaque word for whoever holds the private link of a pledge, for histories and the audit trail."""
    return f"provider:{pledge.pk}"


def new_pledge(*, organisation: Organisation, kind: str, at: datetime) -> Pledge:
    """Return an unsaved draft with what its kind takes for granted."""
    declared = kind_of(kind)
    return Pledge(
        organisation=organisation,
        kind=kind,
        exclusive=declared.exclusive,
        max_party=declared.default_party,
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def draft_pledge(*, kind: str, language: str, at: datetime, organisation: Organisation | None = None) -> Pledge:
    """Begin an offer of one kind (a word of `Kind`), which belongs to the operator unless said otherwise.

    `language` is the one its provider reads. Raises Refusal `invalid_choice` for a word that is no kind.
    """
    word = checked({"kind": kind})["kind"]
    pledge = new_pledge(organisation=organisation or Organisation.operator(), kind=word, at=at)
    pledge.language = language
    pledge.save(force_insert=True)
    return pledge


@transaction.atomic
def fill(*, pledge: Pledge, changes: Mapping[str, Any], at: datetime) -> Pledge:
    """Write some fields of a draft. Raises Refusal `not_a_draft`, or one that names the field to mend."""
    pledge = locked(pledge)
    if pledge.status != PledgeStatus.DRAFT:
        raise Refusal("not_a_draft", _("This offer has been sent already: change it by its private link."))
    columns = checked(changes)
    if columns.get("kind", pledge.kind) != pledge.kind:
        declared = kind_of(columns["kind"])
        columns |= {"exclusive": declared.exclusive, "max_party": declared.default_party}
    save(pledge, *put(pledge, columns), at=at)
    return pledge
