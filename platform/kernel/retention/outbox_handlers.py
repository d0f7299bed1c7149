"""What the worker does for this room."""

from kernel.outbox import handles
from kernel.retention.erasures import LIST, append
from kernel.retention.models import Erasure


@handles(LIST)
def list_erasure(object_id: str) -> None:
    """Write an erasure into the list that is kept outside the database."""
    append(Erasure.objects.filter(pk=object_id))
