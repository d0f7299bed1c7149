"""Forgetting: a stored answer goes with its key after a day, and a token soon after it has expired."""

from django.utils import timezone
from oauth2_provider.models import clear_expired

from api.idempotency.models import IdempotencyKey


def forget_old_answers() -> None:
    """Delete the keys whose day is over, answers and all, and tokens that no longer open anything."""
    IdempotencyKey.objects.over(timezone.now()).delete()
    clear_expired()  # type: ignore[no-untyped-call] # the library is untyped
