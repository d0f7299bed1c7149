"""A draft that nobody sent: it was never an offer, so nothing of it stays."""

from datetime import datetime

from django.db import transaction

from kernel import vault
from kernel.vault import addresses
from kernel.vault.models import SealedRecord
from offers.pledges.belongings import FORGETS
from offers.pledges.models import Pledge, PledgeStatus


@transaction.atomic
def drop_draft(key: str, at: datetime) -> bool:
    """Delete a draft with all that belongs to it. Returns whether there was one: a sent offer stays as it is."""
    draft = Pledge.objects.select_for_update().filter(pk=key, status=PledgeStatus.DRAFT).first()
    if draft is None:
        return False
    for forget in FORGETS.values():
        forget(draft)
    for purpose in list(SealedRecord.objects.filter(record_id=key).values_list("purpose", flat=True)):
        vault.shred(key, purpose)
    addresses.forget(key)
    draft.history.all().delete()
    draft.delete()
    return True
