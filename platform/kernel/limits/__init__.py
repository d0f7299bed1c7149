"""Limits for whoever has no account: so many tries in a stretch of time, counted for all processes together.

`kernel.limits.taking.take("offer form", request, "20/hour")` counts one try and says where the visitor stands. It
counts by a keyed hash under a salt that is made at random each day and gone the next: no address is kept, and nobody
can find it out later.
"""
