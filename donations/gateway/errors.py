"""What can go wrong with Stripe, in our words. `retry` says whether trying the same again can help.

No message carries what a donor typed: only Stripe's error code, the name of the parameter and the request id.
"""


class GatewayError(Exception):
    """A call to Stripe did not give an answer that can be used.

    `code` is Stripe's error code, `param` the parameter it names, `request_id` what its support asks for;
    each may be "".
    """

    retry = False

    def __init__(self, sentence: str, *, code: str = "", param: str = "", request_id: str = "") -> None:
        self.sentence, self.code, self.param, self.request_id = sentence, code, param, request_id
        facts = ", ".join(fact for fact in (code, param, request_id) if fact)
        super().__init__(f"{sentence} ({facts})" if facts else sentence)


class UnreachableError(GatewayError):
    """No answer came: the network, a timeout. The deed may have happened; the same idempotency key finds out."""

    retry = True


class BusyError(GatewayError):
    """Stripe asks us to slow down, or the same idempotency key is being worked on at this moment."""

    retry = True


class StripeFaultError(GatewayError):
    """Stripe failed on its side (5xx), or answered with what is none of its objects."""

    retry = True


class UnauthorisedError(GatewayError):
    """The API key is missing, wrong, or may not do this. A person must look."""


class RequestRefusedError(GatewayError):
    """Stripe understood and refused: `code` and `param` say why. The same request will be refused again."""


class NotFoundError(RequestRefusedError):
    """Stripe knows no such object in this mode."""


class KeyReusedError(RequestRefusedError):
    """The idempotency key was used before for a different request."""


class AmountRefusedError(GatewayError, ValueError):
    """The amount cannot be said in Stripe's units, or Stripe's amount cannot be said in ours without losing a part.

    Of Stripe's, `code` says why: unknown_currency, not_whole, out_of_range.
    """


class WebhookRefusedError(Exception):
    """A delivery that nothing may be stored from. `code` is a stable word for logs and counters."""

    code = "refused"


class NoSecretError(WebhookRefusedError):
    """No signing secret is configured: everything is refused."""

    code = "no_secret"


class BadSignatureError(WebhookRefusedError):
    """No configured secret made this signature, or there is none."""

    code = "bad_signature"


class StaleSignatureError(WebhookRefusedError):
    """Signed with a secret of ours, but too long ago, or in the future."""

    code = "stale_signature"


class MalformedEventError(WebhookRefusedError):
    """Signed rightly, but not an event this version can read."""

    code = "malformed_event"
