"""After a restore: what was erased before the backup was made is gone in it; what was erased since is erased again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kernel.retention.models import Erasure
from waystation.erasure.subjects import Record, erase_records

REPLAYED = "replayed"


@transaction.atomic
def replay(erased: Iterable[Record], *, at: datetime) -> int:
    """Erase again every record of the list that is not noted as erased here; return how many there were."""
    noted = set(Erasure.objects.values_list("kind", "record_id"))
    missing = sorted(set(erased) - noted)
    erase_records(missing, by="system", at=at, why=REPLAYED)
    return len(missing)
