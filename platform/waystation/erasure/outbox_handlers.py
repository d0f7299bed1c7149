"""What the worker does for erasures: finish what was approved when the server stopped in the middle."""

from django.utils import timezone

from kernel.outbox import every
from waystation.erasure.asking import finish_approved

every(10, "waystation.erasure.outbox_handlers.finish_now", name="approved erasures")


def finish_now() -> None:
    """Carry out erasures that were approved and not finished."""
    finish_approved(timezone.now())
