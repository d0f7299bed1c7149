"""Matching runs: one plan for many needs, made in the background, looked at by a person, then applied pair by pair."""
