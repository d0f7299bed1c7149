"""Gifts that never went through Stripe: a bank transfer, cash, what a partner collected and passed on."""
