"""The rows of this app, from the slice each belongs to."""

from api.auth.models import Client

__all__ = ["Client"]
