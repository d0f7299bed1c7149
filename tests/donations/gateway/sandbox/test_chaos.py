"""The chaos switch: what it does to deliveries, what to answers, and that calm is the rule."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from donations.gateway import (
    BadSignatureError,
    BusyError,
    StaleSignatureError,
    StripeFaultError,
    UnreachableError,
    WebhookRefusedError,
)
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.events import emit
from donations.gateway.sandbox.server import Sandbox
from donations.gateway.sandbox.store import Store
from donations.gateway.sandbox.wire import Request
from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import SECRET, Endpoint, eventually, open_checkout
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox


@pytest.fixture(scope="module")
def there(serve: Callable[[], Endpoint]) -> Endpoint:
    """Where the stormy sandbox delivers to."""
    return serve()


@pytest.fixture(scope="module")
def stormy_peer(there: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """A sandbox for this file alone; it tells of expired pages and of nothing else."""
    state: Path = tmp_path_factory.mktemp("chaos")
    with running_sandbox(there.url, SECRET, state, "--events", "checkout.session.expired") as running:
        yield running


@pytest.fixture
def stormy(stormy_peer: SandboxPeer, there: Endpoint) -> Iterator[StripeGateway]:
    """The gateway at it; calm again afterwards."""
    there.received.clear()
    yield StripeGateway(api_key=API_KEY, api_base=stormy_peer.url, webhook_secrets=[SECRET])
    stormy_peer.control("POST", "chaos")


def _expired(desk: StripeGateway, peer: SandboxPeer, number: int = 1) -> list[str]:
    """Make events: pages that expire; wait until none is pending."""
    pages = [desk.expire_checkout(open_checkout(desk).id).id for _ in range(number)]
    eventually(lambda: not peer.control("GET", "deliveries", pending=1)["deliveries"])
    return pages


def _outcomes(desk: StripeGateway, endpoint: Endpoint) -> Counter[str]:
    """Count what verification says of each delivery."""
    said: Counter[str] = Counter()
    for body, header in endpoint.received:
        try:
            desk.verify(body, header, datetime.now(UTC))
            said["fine"] += 1
        except WebhookRefusedError as refused:
            said[type(refused).__name__] += 1
    return said


def test_it_duplicates(stormy: StripeGateway, stormy_peer: SandboxPeer, there: Endpoint) -> None:
    """Each delivery three times, or as often as is said."""
    stormy_peer.control("POST", "chaos", duplicate=1)
    _expired(stormy, stormy_peer)
    assert _outcomes(stormy, there) == {"fine": 3}
    stormy_peer.control("POST", "chaos", duplicate=1, copies=5)
    _expired(stormy, stormy_peer)
    assert _outcomes(stormy, there) == {"fine": 8}


def test_it_drops_what_only_a_sweep_will_find(stormy: StripeGateway, stormy_peer: SandboxPeer, there: Endpoint) -> None:
    """Nothing arrives; the list of events has it."""
    stormy_peer.control("POST", "chaos", drop=1)
    (page,) = _expired(stormy, stormy_peer)
    assert there.received == []
    now = datetime.now(UTC)
    assert page in {event.object_id for event in stormy.events_since(now.replace(year=now.year - 1))}


def test_what_is_written_while_a_delivery_is_chosen_is_not_sent_past_it(
    tmp_path: Path, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(tmp_path / "state.sqlite3", "http://127.0.0.1:9", there.url, SECRET)
    sandbox = Sandbox(config)
    background, store = sandbox.background, Store(config.state)
    stir = background._stir

    def stir_too_early() -> None:
        stir()
        with store.write() as tx:
            emit(tx, "checkout.session.expired", {"object": "checkout.session", "id": "cs_test_x"})

    assert sandbox.answer(Request("POST", "/sandbox/chaos?drop=1", {}, b"")).status == 200
    monkeypatch.setattr(background, "_stir", stir_too_early)
    assert background._claim() is None
    monkeypatch.undo()
    assert background._claim() is None
    with store.read() as tx:
        assert [tuple(row) for row in tx.con.execute("SELECT stirred, error FROM dispatches")] == [(1, "dropped")]


def test_it_forges_and_comes_at_the_wrong_time(
    stormy: StripeGateway, stormy_peer: SandboxPeer, there: Endpoint
) -> None:
    """Beside the true one: one that nobody signed, and one of ten minutes ago or ahead. Neither is tried again."""
    stormy_peer.control("POST", "chaos", forge=1, stale=1)
    _expired(stormy, stormy_peer)
    assert _outcomes(stormy, there) == {
        "fine": 1,
        BadSignatureError.__name__: 1,
        StaleSignatureError.__name__: 1,
    }


def test_it_comes_late_and_in_any_order(stormy: StripeGateway, stormy_peer: SandboxPeer, there: Endpoint) -> None:
    """Nothing is lost by it."""
    stormy_peer.control("POST", "chaos", delay=0.3, reorder=1, seed=3)
    pages = _expired(stormy, stormy_peer, 8)
    order = [event.object_id for event in there.facts(stormy)]
    assert sorted(order) == sorted(pages)


def test_it_refuses_before_anything_is_done(stormy: StripeGateway, stormy_peer: SandboxPeer) -> None:
    """429 and 500, which may be tried again: nothing has happened."""
    before = stormy_peer.control("GET", "books")["objects"].get("checkout.session", 0)
    for rate, error in (("busy", BusyError), ("fault", StripeFaultError)):
        stormy_peer.control("POST", "chaos", **{rate: 1})
        with pytest.raises(error) as refused:
            open_checkout(stormy)
        assert refused.value.retry
    assert stormy_peer.control("GET", "books")["objects"].get("checkout.session", 0) == before


def test_it_loses_the_answer_to_what_is_done(stormy: StripeGateway, stormy_peer: SandboxPeer) -> None:
    """The same key finds the same page afterwards: one was opened, however often it was asked for."""
    before = stormy_peer.control("GET", "books")["objects"].get("checkout.session", 0)
    stormy_peer.control("POST", "chaos", lost=1)
    words = {"idempotency_key": "key_lost", "reference": "dn_lost"}
    with pytest.raises(UnreachableError):
        open_checkout(stormy, **words)
    stormy_peer.control("POST", "chaos")
    assert open_checkout(stormy, **words) == open_checkout(stormy, **words)
    assert stormy_peer.control("GET", "books")["objects"]["checkout.session"] == before + 1


@pytest.mark.parametrize("query", [{"drop": "2"}, {"drop": "x"}, {"storm": "1"}, {"delay": "-1"}])
def test_it_takes_rates_alone(stormy_peer: SandboxPeer, query: dict[str, str]) -> None:
    """One clear sentence, and nothing is changed."""
    answer = requests.post(f"{stormy_peer.url}/sandbox/chaos", params=query, timeout=10)
    assert (answer.status_code, next(iter(query)) in answer.json()["error"]["message"]) == (400, True)
    assert not any(stormy_peer.control("GET", "chaos")[name] for name in ("drop", "delay"))
