"""The rows of this app, from the slice each belongs to."""

from api.auth.models import Client
from api.idempotency.models import IdempotencyKey

__all__ = ["Client", "IdempotencyKey"]
