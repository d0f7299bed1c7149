"""Guessing passwords and codes: every failure makes the next try wait longer, and nobody is kept out for good."""
