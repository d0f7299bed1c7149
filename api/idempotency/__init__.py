"""Idempotency-Key: a request sent twice is done once, and answered twice with the same bytes."""
