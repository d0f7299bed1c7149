"""Gifts that a donor's bank takes back, or asks about."""
