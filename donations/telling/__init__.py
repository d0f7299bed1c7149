"""Telling a donor, in neutral words, what became of a payment: sent back, came back again, settled with their bank."""
