"""The gateway of this installation, out of the settings."""

from pytest_django.fixtures import Settings

from donations.gateway import gateway
from tests.donations.gateway.scene import open_checkout
from tests.sandbox_server import SandboxPeer


def test_it_follows_the_settings(peer: SandboxPeer, settings: Settings) -> None:
    """One gateway for the same settings, another for others."""
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = peer.api_key, peer.url
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_a", "whsec_b"]
    ours = gateway()
    assert gateway() is ours
    assert ours.checkout(open_checkout(ours).id).status == "open"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_b"]
    assert gateway() is not ours
