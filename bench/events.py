"""Stripe's events: acknowledged beside a bare view, and from the POST to the books beside dj-stripe.

All of it on one PostgreSQL, each with three processes: ours are a web server and the two workers it is served with,
dj-stripe's are three web servers, since it does its work inside the request. All fetch from the same stub. dj-stripe
ends with a charge and its balance transaction stored; ours with these facts, double entry, history and trail.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.utils import timezone

from bench.peers import python_with
from bench.rows import Row
from bench.stripe_events.posting import Posted, post
from bench.stripe_events.stub import GROSS, WHEN, charge
from donations.giving.begin import begin
from donations.models import Donation, InboxEvent
from kernel.money import Money
from tests.factories.donations import make_fund

ACKNOWLEDGED, BOOKED, ROUNDS, WARM = 900, 480, 3, 40
SECRET = "whsec_YmVuY2g="  # noqa: S105 - of the bench
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORKER = """
import time, django; django.setup()
from donations.webhooks.inbox import attend
from kernel.collector import set_aside_what_is_there
set_aside_what_is_there()  # as every worker does
while True:
    attend()
    time.sleep(0.02)  # a wake-up takes as long
"""
OURS = "waystation.wsgi:application"
UUID = "00000000-0000-4000-8000-000000000001"


def measure() -> Iterator[Row]:
    """Yield the two figures, and how long the slowest answers took with no worker."""
    stub = _free_port()
    url = os.environ["DATABASE_URL"]
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "platform")))
    ours = {
        **os.environ, "STRIPE_API_BASE": f"http://127.0.0.1:{stub}", "PYTHONPATH": paths,
        "DJANGO_SETTINGS_MODULE": "bench.stripe_events.served", "WEBHOOK_SECRET": SECRET,
    }  # fmt: skip
    secret = settings.STRIPE_WEBHOOK_SECRETS[0]
    with _running([sys.executable, str(HERE / "stripe_events" / "stub.py"), str(stub)], stub, os.environ):
        yield from _acknowledged(ours, secret)
        InboxEvent.objects.all().delete()
        with _database_beside(url) as other:
            dj_stripe = _DjStripe({**ours, "DATABASE_URL": other})
            turns = [(_booked_here(ours, secret, turn), dj_stripe.booked(turn)) for turn in range(ROUNDS)]
    mine, theirs = (sorted(side)[ROUNDS // 2] for side in zip(*turns, strict=True))
    yield Row(
        "Stripe event, from the POST to the books", BOOKED, BOOKED / mine, "events/s", "≥ 10 × the peer",
        theirs / mine >= 10, BOOKED / theirs, "dj-stripe 2.11",
    )  # fmt: skip


def _acknowledged(env: dict[str, str], secret: str) -> Iterator[Row]:
    """Post to our endpoint and the bare one in turns; no worker runs."""
    best: dict[str, list[Posted]] = {"ours": [], "bare": []}
    with _served(OURS, env) as here, _served("bench.stripe_events.bare", env) as bare:
        for port, key in ((here, secret), (bare, SECRET)):  # until everything is imported
            post(f"http://127.0.0.1:{port}/stripe/webhook/", [_thin(f"warm{n}", "cs_nobody") for n in range(WARM)], key)
        for turn in range(ROUNDS):
            for name, port, key in (("ours", here, secret), ("bare", bare, SECRET)):
                bodies = [_thin(f"{turn}a{n}", "cs_nobody") for n in range(ACKNOWLEDGED // ROUNDS)]
                best[name].append(post(f"http://127.0.0.1:{port}/stripe/webhook/", bodies, key))
    middle = {name: sorted(found, key=lambda one: one.seconds)[ROUNDS // 2] for name, found in best.items()}
    count = ACKNOWLEDGED // ROUNDS
    rates = {name: count / found.seconds for name, found in middle.items()}
    slowest = max(found.p99 for found in best["ours"])
    yield Row(
        "Stripe event acknowledged", ACKNOWLEDGED, rates["ours"], "events/s", "≥ 60 % of the peer",
        rates["ours"] >= 0.6 * rates["bare"], rates["bare"], "a bare view: verify, insert one row",
    )  # fmt: skip
    yield Row(
        "Stripe event acknowledged, p99, no worker", ACKNOWLEDGED, slowest, "ms", "< 500 ms", slowest < 500,
        max(found.p99 for found in best["bare"]), "the bare view",
    )  # fmt: skip


def _booked_here(env: dict[str, str], secret: str, turn: int) -> float:
    """Return the seconds until the last of the gifts is in the books."""
    fund, at = make_fund(), timezone.now()
    gifts = [
        begin(split=[(fund, 1)], amount=Money(GROSS, "EUR"), return_url="http://testserver/", at=at)
        for _ in range(WARM + BOOKED)
    ]
    for gift in gifts:  # as whoever opens the page leaves it
        Donation.objects.filter(pk=gift.pk).update(checkout_session=f"cs_{gift.pk}")
    warm, bodies = (
        [_thin(f"{turn}{name}{n}", f"cs_{gift.pk}") for n, gift in enumerate(some)]
        for name, some in (("w", gifts[:WARM]), ("b", gifts[WARM:]))
    )
    paid = Donation.objects.filter(status="paid")
    before = paid.count()
    worker = [sys.executable, "-c", WORKER]
    with (
        _served(OURS, env) as port,
        _running(worker, 0, env),
        _running(worker, 0, env),
    ):
        post(f"http://127.0.0.1:{port}/stripe/webhook/", warm, secret)
        while paid.count() < before + len(warm):
            time.sleep(0.05)
        began = time.perf_counter()
        post(f"http://127.0.0.1:{port}/stripe/webhook/", bodies, secret)
        while paid.count() < before + WARM + BOOKED:
            if time.perf_counter() - began > 300:
                raise RuntimeError("Not every gift was booked within five minutes.")
            time.sleep(0.02)
        return time.perf_counter() - began


class _DjStripe:
    """The peer, in a virtual environment of its own, on a database of its own."""

    def __init__(self, env: dict[str, str]) -> None:
        self.python = str(python_with("dj-stripe", "dj-stripe==2.11.0", "gunicorn==23.0.0", "psycopg[binary]==3.2.9"))
        self.script = str(HERE / "stripe_events" / "with_dj_stripe.py")
        self.env = {**env, "PYTHONPATH": str(HERE / "stripe_events")}
        subprocess.run([self.python, self.script, "migrate"], env=self.env, check=True)

    def booked(self, turn: int) -> float:
        """Return the seconds until the last charge of a turn and its balance transaction are stored."""
        stored = turn * (WARM + BOOKED)
        warm, bodies = (
            [_snapshot(stored + n) for n in numbers] for numbers in (range(WARM), range(WARM, WARM + BOOKED))
        )
        with _served("with_dj_stripe", self.env, python=self.python, processes=3) as port:
            address = f"http://127.0.0.1:{port}/stripe/webhook/{UUID}/"
            post(address, warm, SECRET)  # until everything is imported
            posted = post(address, bodies, SECRET)
        count = [self.python, self.script, "count"]
        told = subprocess.run(count, env=self.env, check=True, capture_output=True, text=True)
        if int(told.stdout) != stored + WARM + BOOKED:
            raise RuntimeError(f"dj-stripe stored {told.stdout.strip()} of {stored + WARM + BOOKED}.")
        return posted.seconds


def _thin(name: str, object_id: str) -> bytes:
    body = {
        "id": f"evt_{name}", "object": "v2.core.event", "type": "v1.checkout.session.completed", "livemode": False,
        "created": timezone.now().isoformat(),
        "related_object": {"id": object_id, "type": "checkout.session", "url": f"/v1/checkout/sessions/{object_id}"},
    }  # fmt: skip
    return json.dumps(body).encode()


def _snapshot(number: int) -> bytes:
    body = {
        "id": f"evt_{number}", "object": "event", "type": "charge.succeeded", "created": WHEN, "livemode": False,
        "api_version": "2026-04-22.dahlia", "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
        "data": {"object": charge(str(number))},
    }  # fmt: skip
    return json.dumps(body).encode()


@contextlib.contextmanager
def _served(module: str, env: dict[str, str], *, python: str = sys.executable, processes: int = 1) -> Iterator[int]:
    """Serve a WSGI application with eight threads in each process, in our own environment as we always serve."""
    port = _free_port()
    command = [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(processes), "--threads", "8"]
    command += ["--config", "python:waystation.gunicorn"] if python == sys.executable else ["--worker-class", "gthread"]
    command += ["--log-level", "critical", module]
    with _running(command, port, env):
        yield port


@contextlib.contextmanager
def _running(command: list[str], port: int, env: "os._Environ[str] | dict[str, str]") -> Iterator[None]:
    """Run a program for the block; with a port, wait until it listens."""
    process = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while port and not _listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[:4]} did not start.")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def _database_beside(url: str) -> Iterator[str]:
    """Give the address of an empty database on the same server."""
    name = "bench_peer"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield url.replace(urlsplit(url).path, f"/{name}")
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            # without FORCE, which may not end the server's own clean-up of tables; this waits for it
            connection.execute(f'DROP DATABASE "{name}"')


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
