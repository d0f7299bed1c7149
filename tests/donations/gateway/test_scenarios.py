"""The scenarios that `make stripe-live` plays at Stripe hold at the sandbox."""

from collections.abc import Callable, Iterator

import pytest

from donations.gateway.stripe_gateway import StripeGateway
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox
from tests.stripe_live.__main__ import main
from tests.stripe_live.scenarios import SCENARIOS
from tests.stripe_live.stage import Stage


@pytest.fixture(scope="module")
def stage_peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """A sandbox whose time nobody moves: a scenario goes by the machine's, as it does at Stripe."""
    with running_sandbox("", "", tmp_path_factory.mktemp("stage"), "--settle-after", "3600") as running:
        yield running


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_it_holds(stage_peer: SandboxPeer, scenario: Callable[[Stage], None]) -> None:
    """Through the same code."""
    desk = StripeGateway(api_key=API_KEY, api_base=stage_peer.url)
    scenario(Stage(desk, hurry=lambda: stage_peer.control("POST", "settle"), patience=10))


@pytest.mark.parametrize("key", ["", "sk_test_", "sk_live_" + "x" * 20, "rk_test_" + "x" * 20, "whsec_x"])
def test_it_takes_a_test_key_alone(key: str) -> None:
    """Without one it says what to do, never repeats what it was given, and does not succeed."""
    said: list[str] = []
    assert main({"STRIPE_TEST_KEY": key} if key else {}, said.append) == 2
    assert "make stripe-live" in said[0]
    assert "xxx" not in said[0]
