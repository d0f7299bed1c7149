"""Measurements, side by side with a peer in one run. `python -m bench`, or `make bench`; nothing here is a test.

A script is a module with `measure()`, which yields a `Row` for each figure, and a line in `bench.scripts`. It runs in a
process of its own, on a database that did not exist before, and starts its own peer.
"""
