"""Replaying: the same needs and offers under another way of bringing them together, and what would have come of it."""
