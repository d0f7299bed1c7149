"""Authorised campaigns: who may collect for a fund, where, until when, and what of it reached us."""
