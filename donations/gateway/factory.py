"""The gateway of this installation, built from the settings when it is first asked for."""

import os
from functools import lru_cache

from donations.gateway.port import PaymentGateway


@lru_cache(maxsize=4)
def _built(api_key: str, api_base: str, secrets: tuple[str, ...]) -> PaymentGateway:
    from donations.gateway.stripe_gateway import StripeGateway  # the SDK takes half a second to import

    return StripeGateway(api_key=api_key, api_base=api_base, webhook_secrets=secrets)


# two processes on one connection would read each other's answers
os.register_at_fork(after_in_child=_built.cache_clear)


def gateway() -> PaymentGateway:
    """Return the gateway of STRIPE_API_KEY, STRIPE_API_BASE ("" for Stripe itself) and STRIPE_WEBHOOK_SECRETS."""
    from django.conf import settings  # here, so that the sandbox below this package runs without Django

    return _built(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, tuple(settings.STRIPE_WEBHOOK_SECRETS))
