"""Disclosure: the moment two people let a caseworker see a provider's contact. It knows records, purposes, members."""
