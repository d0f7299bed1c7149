"""A provider's calendar address: a capability of its own, which reads days and can do nothing else.

It stands in the calendar servers of strangers. So it is not the private link, leads to no page, names no offer, and
ends when the provider says so.
"""
