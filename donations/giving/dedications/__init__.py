"""Whom a gift honours, and a word to the team: both optional, both under the server key, read by finance alone."""
