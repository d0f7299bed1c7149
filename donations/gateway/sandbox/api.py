"""The API's door: key, version, route, parameters, idempotency; then one handler in one transaction."""

import base64
import binascii
from collections.abc import Callable

from donations.gateway.pin import API_VERSION
from donations.gateway.sandbox import idempotency, objects, routes
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.chaos import Chaos
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.params import checked
from donations.gateway.sandbox.store import Json, Store, Tx
from donations.gateway.sandbox.wire import Request, Response, json_response

_TEST_KEYS = ("sk_test_", "rk_test_")


class Api:
    """Answers /v1 and /v2. `wake` is called after every write, so that deliveries start at once."""

    def __init__(self, config: Config, store: Store, chaos: Chaos, wake: Callable[[], None]) -> None:
        self._config, self._store, self._chaos, self._wake = config, store, chaos, wake
        self._in_flight = idempotency.InFlight()

    def answer(self, request: Request) -> Response:
        """Return Stripe's answer: JSON, with the request id and the API version."""
        request_id = new_id("req", 14)
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        try:
            answered = self._answer(request, request_id, key)
        except ApiError as error:
            answered = json_response(error.status, error.body())
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, **answered.headers}
        if key and key.isascii() and key.isprintable():
            headers["Idempotency-Key"] = key
        return Response(answered.status, answered.body, headers)

    def _answer(self, request: Request, request_id: str, key: str) -> Response:
        owner = self._owner(request)
        self._check_version(request)
        self._chaos.refuse_now()
        found = routes.find(request.method, request.path)
        if found is None:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            raise ApiError(message, status=404)
        route, object_id = found
        raw = _sent(request)
        if request.method == "GET":
            with self._store.read() as tx:
                return json_response(200, self._result(tx, route, _checked(raw, route), object_id))
        with self._in_flight.claim(owner, key), self._store.write(request_id, key) as tx:
            if key and (kept := idempotency.replay(tx, owner, key, request)):
                self._chaos.lose_answer()
                return kept
            status, body = self._deed(tx, route, raw, object_id)
            if key:
                idempotency.keep(tx, owner, key, request, status, body)
        self._wake()
        self._chaos.lose_answer()
        return json_response(status, body)

    def _deed(self, tx: Tx, route: routes.Route, raw: Json, object_id: str) -> tuple[int, Json]:
        """Do it. A refusal that comes from trying is an answer too, and is kept with the key.

        What a declined card did stays done: the attempt is part of what happened.
        """
        params = _checked(raw, route)
        try:
            with tx.savepoint():
                return self._tried(tx, route, params, object_id)
        except ApiError as error:
            if error.early:
                raise
            return error.status, error.body()

    def _tried(self, tx: Tx, route: routes.Route, params: Json, object_id: str) -> tuple[int, Json]:
        try:
            return 200, self._result(tx, route, params, object_id)
        except ApiError as error:
            if not error.happened:
                raise
            return error.status, error.body()

    def _result(self, tx: Tx, route: routes.Route, params: Json, object_id: str) -> Json:
        expand = params.pop("expand", [])
        return objects.expanded(tx, route.handler(Call(tx, self._config, params, object_id)), expand)

    def _owner(self, request: Request) -> str:
        """Return the API key. Raises ApiError (401)."""
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                sent = base64.b64decode(sent).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                sent = ""
        if not sent:
            raise ApiError("You did not provide an API key.", status=401, early=True)
        if sent != self._config.api_key and (self._config.api_key or not sent.startswith(_TEST_KEYS)):
            raise ApiError(f"Invalid API Key provided: {sent[:8]}{'*' * 8}", status=401, early=True)
        return sent

    def _check_version(self, request: Request) -> None:
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise ApiError(f"The sandbox speaks Stripe API version {API_VERSION} alone, not {version}.", early=True)


def _checked(raw: Json, route: routes.Route) -> Json:
    plain = {name: raw[name] for name in route.untyped if isinstance(raw.get(name), str)}
    return {**checked({name: value for name, value in raw.items() if name not in plain}, route.spec), **plain}


def _sent(request: Request) -> Json:
    """Return the parameters, nested: a form is posted, all else stands in the address."""
    return request.form() if request.method == "POST" else request.query()
