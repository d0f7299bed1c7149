"""Looking an object up past the SDK: what is not simply there is None, and the connection is good for the next."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pytest

from donations.gateway import GatewayError
from donations.gateway.looking import Lookup
from donations.gateway.stripe_connections import StripeConnections
from donations.gateway.stripe_gateway import StripeGateway

PAGE = b'{"id": "cs_x", "object": "checkout.session", "status": "open", "payment_status": "unpaid", "livemode": false, '
PAGE += b'"amount_total": 100, "currency": "eur", "expires_at": 1790000000, "url": "https://pay.invalid/"}'

OTHER = PAGE.replace(b"cs_x", b"cs_y")


def answer(body: bytes, *, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), size, body)


BROKEN = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9\r\n",
    "a body that is cut": answer(PAGE, length=9999),
    "no JSON": answer(b"<html>"),
    "no text": answer(b"\xff\xfe\xfd"),
    "a list": answer(b"[1]"),
    "a number": answer(b"7"),
    "no such object": answer(b'{"error": {"code": "resource_missing"}}', status="404 Not Found"),
    "a fault": answer(b'{"error": {}}', status="500 Internal Server Error"),
    "somewhere else": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
    "an endless head": b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
}  # fmt: skip

BREAKS_OFF = {BROKEN[name] for name in ("nothing", "no HTTP", "a body that is cut", "an endless head")}


@contextmanager
def stripe(answers: Callable[[int], bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve on a port: the nth question is answered by `answers(n)`; what is not whole ends the connection."""
    asked: list[bytes] = []

    def serve(line: socket.socket) -> None:
        with line:
            while (question := line.recv(65536)).endswith(b"\r\n\r\n"):
                asked.append(question)
                said = answers(len(asked))
                line.sendall(said)
                if said in BREAKS_OFF:
                    return

    def listen() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            Thread(target=serve, args=(line,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", asked
        door.shutdown(socket.SHUT_RDWR)


def lookup(base: str) -> Lookup:
    return Lookup(base, {"Authorization": "Bearer sk_test_x"}, connect=5, read=2)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_none_and_the_next_is_found(name: str) -> None:
    with stripe(lambda number: BROKEN[name] if number == 1 else answer(PAGE)) as (base, asked):
        desk = lookup(base)
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x") is None
        found = desk.find("cs_x", "/v1/checkout/sessions/cs_x")
        assert found is not None
        assert found["id"] == "cs_x"
    assert len(asked) == 2


@pytest.mark.parametrize("name", BROKEN)
def test_the_sdk_is_asked_for_what_is_broken_once_and_says_what_it_is(name: str) -> None:
    with stripe(lambda _: BROKEN[name]) as (base, asked), pytest.raises(GatewayError):
        StripeGateway(api_key="sk_test_x", api_base=base).checkout("cs_x")
    assert len(asked) == 2


def test_what_breaks_once_is_found_by_the_sdk() -> None:
    for broken in BROKEN.values():
        with stripe(lambda number, first=broken: first if number == 1 else answer(PAGE)) as (base, asked):
            assert StripeGateway(api_key="sk_test_x", api_base=base).checkout("cs_x").status == "open"
        assert len(asked) == 2


def test_a_connection_that_stripe_has_closed_is_opened_again() -> None:
    with stripe(lambda _: answer(PAGE)) as (base, asked):
        desk = lookup(base)
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x")
        desk._idle[0].sock.shutdown(socket.SHUT_RDWR)
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x")
    assert len(asked) == 2


def test_a_connection_that_stripe_says_it_closes_is_not_kept() -> None:
    last = answer(PAGE).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with stripe(lambda number: last if number == 1 else answer(PAGE)) as (base, asked):
        desk = lookup(base)
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x")
        assert desk._idle == []
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x")
        assert [line.sock.gettimeout() for line in desk._idle] == [2]
    assert len(asked) == 2


@pytest.mark.parametrize("first", ["HTTP/1.1 103 Early Hints", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0"])
def test_what_came_unasked_answers_no_other_question(first: str) -> None:
    early = f"{first}\r\n\r\n".encode() + answer(PAGE)
    for answers in (lambda number: early if number == 1 else answer(OTHER), lambda _: early):
        with stripe(answers) as (base, _asked):
            desk = lookup(base)
            assert desk.find("cs_x", "/v1/checkout/sessions/cs_x") is None
            found = desk.find("cs_y", "/v1/checkout/sessions/cs_y")
            assert found is None or found["id"] == "cs_y"


def test_what_lies_unread_on_a_connection_answers_no_question() -> None:
    with stripe(lambda number: answer(PAGE) + (answer(PAGE) if number == 1 else b"")) as (base, asked):
        desk = lookup(base)
        assert desk.find("cs_x", "/v1/checkout/sessions/cs_x")
        desk.find("cs_y", "/v1/checkout/sessions/cs_y")
        assert desk._idle == []  # the second answer was of another page, and the first connection had news
    assert len(asked) == 2


@pytest.mark.parametrize("base", ["stripe.internal:8080", "ftp://127.0.0.1", "//127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told_nothing(base: str) -> None:
    assert StripeConnections(base, connect=1, read=1, headers={"Authorization": "x"}).find("cs_x", "/v1/x") is None


def test_another_object_than_was_asked_for_is_nothing() -> None:
    with stripe(lambda _: answer(PAGE)) as (base, asked):
        desk = lookup(base)
        assert desk.find("cs_y", "/v1/checkout/sessions/cs_y") is None
        assert desk._idle == []
    assert len(asked) == 1


def test_it_sends_the_key_and_says_who_asks() -> None:
    with stripe(lambda _: answer(PAGE)) as (base, asked), pytest.raises(GatewayError, match="not the page"):
        StripeGateway(api_key="sk_test_x", api_base=f"{base}/stripe").checkout("cs_x/../y?z")
    head = asked[0].decode()
    assert head.startswith(
        "GET /stripe/v1/checkout/sessions/cs_x%2F..%2Fy%3Fz?expand%5B%5D=payment_intent.latest_charge"
    )
    assert "Authorization: Bearer sk_test_x\r\n" in head
    assert "Stripe-Version: 2026-10-28.endive\r\n" in head
    assert "User-Agent: Stripe/v1 PythonBindings/" in head


def test_many_threads_have_a_connection_each_at_most() -> None:
    with stripe(lambda _: answer(PAGE)) as (base, asked), ThreadPoolExecutor(4) as threads:
        desk = lookup(base)
        assert all(threads.map(lambda n: desk.find("cs_x", f"/v1/checkout/sessions/cs_{n}"), range(200)))
        assert len(desk._idle) <= 4
    assert len(asked) == 200
