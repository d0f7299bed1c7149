"""A Stripe peer on loopback for demo and tests: its own process, driven over HTTP by the real SDK. Never in production.

Run it with `python -m donations.gateway.sandbox --help`. What it keeps lies in one SQLite file of its own and survives
kill -9; its pages say SANDBOX. It imports no Django. One file a noun.
"""
