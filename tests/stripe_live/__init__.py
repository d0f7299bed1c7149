"""Scenarios played through the gateway and the SDK alone, without a hosted page: at the sandbox by `make test`, and at
Stripe by `make stripe-live` with a person's own test key. What holds at one has to hold at the other.
"""
