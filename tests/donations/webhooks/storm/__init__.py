"""A storm of events: gifts of every outcome at a real peer, their events posted badly, our books held against its own.

To add an outcome: write a function of (Peer, Donation, Random) into `outcomes.py` and name it in FIRST (before anything
was heard) or in THEN (once our side knows of the payments). Nothing else need change: the books are compared entry by
entry, whatever kind they are.
"""
