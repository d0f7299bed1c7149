"""Limits: how much a client may ask in a stretch of time, and what every answer says about it."""

from api.limits.buckets import Bucket, headers_of

__all__ = ["Bucket", "headers_of"]
