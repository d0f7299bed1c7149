"""The sandbox as the peer of this process: what is asked of Stripe goes over loopback to a real process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    """Every test begins with what a caller may ask for."""
    caches["buckets"].clear()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """One sandbox for all tests of the API; nobody listens to its events."""
    state: Path = tmp_path_factory.mktemp("sandbox")
    with running_sandbox("http://127.0.0.1:9/stripe/webhook/", "whsec_c2FuZGJveA==", state) as peer:
        yield peer


@pytest.fixture
def stripe(sandbox: SandboxPeer, settings: Any) -> SandboxPeer:
    """The sandbox as what donations are paid with in this test."""
    settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = sandbox.url, API_KEY
    return sandbox
