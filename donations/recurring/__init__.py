"""Gifts that come again: begun once on a page of Stripe, then an instalment each month or year, until they end."""
