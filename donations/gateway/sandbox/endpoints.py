"""Webhook endpoints: where events go, and the secrets they are signed with, which can be rolled.

The endpoint of the command line is `we_start`; others are made through the API, get snapshots, and like it stand on
loopback. While a roll lasts, deliveries carry a signature of the old secret and one of the new, as Stripe's do.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from donations.gateway.pin import API_VERSION
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import LOOPBACK, Config
from donations.gateway.sandbox.errors import invalid, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Store, Tx

KIND, START = "webhook_endpoint", "we_start"
_HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class Address:
    """Where to deliver, and the secrets that sign at this moment."""

    url: str
    secrets: tuple[str, ...]


def create(call: Call) -> Json:
    """Answer POST /v1/webhook_endpoints. The secret is shown this once."""
    params = call.params
    _on_loopback(params["url"])
    secret = new_id("whsec", 32)
    endpoint = call.tx.put(_body(new_id("we"), int(call.tx.now), params["url"], params["enabled_events"], params))
    call.tx.keep_private(endpoint["id"], {"secrets": [secret], "payloads": ["snapshot"]})
    return {**endpoint, "secret": secret}


def update(call: Call) -> Json:
    """Answer POST /v1/webhook_endpoints/{id}."""
    endpoint, params = _known(call.tx, call.object_id), call.params
    if "url" in params:
        _on_loopback(params["url"])
    facts = {name: params[name] for name in ("url", "enabled_events", "description", "metadata") if name in params}
    if "disabled" in params:
        facts["status"] = "disabled" if params["disabled"] else "enabled"
    return call.tx.put({**endpoint, **facts})


def delete(call: Call) -> Json:
    """Answer DELETE /v1/webhook_endpoints/{id}: what still waits for it is not delivered."""
    endpoint = _known(call.tx, call.object_id)
    call.tx.con.execute("UPDATE dispatches SET due = NULL WHERE endpoint = ?", (endpoint["id"],))
    call.tx.drop(endpoint["id"])
    return {"id": endpoint["id"], "object": KIND, "deleted": True}


def take_over(store: Store, config: Config) -> None:
    """Keep the endpoint of the command line, or put it to rest where there is none."""
    with store.write() as tx:
        known = tx.get(KIND, START)
        if config.webhook_url:
            created = known["created"] if known else int(tx.now)
            tx.put(_body(START, created, config.webhook_url, list(config.event_types), {}))
            tx.keep_private(START, {"secrets": [config.webhook_secret], "payloads": list(config.payloads)})
        elif known:
            tx.put({**known, "status": "disabled"})


def roll(tx: Tx, endpoint_id: str, hours: float) -> str:
    """Give an endpoint a new secret and return it; the old one signs too, for so many hours."""
    endpoint = _known(tx, endpoint_id)
    secret = new_id("whsec", 32)
    old = tx.private(endpoint["id"])["secrets"][0]
    until = tx.now + hours * _HOUR
    tx.remember(endpoint["id"], secrets=[secret, old] if hours else [secret], until=until)
    return secret


def wanting(tx: Tx, kind: str) -> list[tuple[str, str]]:
    """Return (endpoint id, payload) for each delivery that an event of this type is to have."""
    return [
        (endpoint["id"], payload)
        for endpoint in tx.find(KIND, status="enabled")
        if "*" in endpoint["enabled_events"] or kind in endpoint["enabled_events"]
        for payload in tx.private(endpoint["id"])["payloads"]
    ]


def address(tx: Tx, endpoint_id: str) -> Address | None:
    """Return where an endpoint is, or None if it is gone or disabled."""
    endpoint = tx.get(KIND, endpoint_id)
    if endpoint is None or endpoint["status"] != "enabled":
        return None
    facts = tx.private(endpoint_id)
    secrets = facts["secrets"] if tx.now < facts.get("until", 0) else facts["secrets"][:1]
    return Address(endpoint["url"], tuple(secrets))


def _known(tx: Tx, endpoint_id: str) -> Json:
    endpoint = tx.get(KIND, endpoint_id)
    if endpoint is None:
        raise no_such("webhook endpoint", endpoint_id)
    return endpoint


def _on_loopback(url: str) -> None:
    if urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK:
        raise invalid("The sandbox delivers to http:// addresses on loopback alone.", "url", "url_invalid")


def _body(endpoint_id: str, created: int, url: str, types: list[str], params: Json) -> Json:
    return {
        "id": endpoint_id,
        "object": KIND,
        "api_version": params.get("api_version", API_VERSION),
        "application": None,
        "created": created,
        "description": params.get("description"),
        "enabled_events": types,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "status": "enabled",
        "url": url,
    }
