"""Is this delivery Stripe's, and of now?"""

from collections.abc import Sequence
from datetime import datetime

import stripe

from donations.gateway.errors import BadSignatureError, NoSecretError, StaleSignatureError

TOLERANCE_SECONDS = 300
_LONGEST_HEADER = 4096


def check_signature(payload: bytes, header: str, *, secrets: Sequence[str], at: datetime) -> None:
    """Raise a WebhookRefusedError unless one of `secrets` signed `payload` within 300 seconds of `at`, before or after.

    The SDK bounds the stamp on one side only and by its own clock, so its tolerance is off and it is checked here.
    """
    if not secrets:
        raise NoSecretError("No webhook secret is configured: nothing can be verified.")
    # a signature that is not ASCII makes the constant-time comparison raise TypeError
    if not header.isascii() or len(header) > _LONGEST_HEADER:
        raise BadSignatureError("The signature header is malformed.")
    if not any(_signed_with(payload, header, secret) for secret in secrets):
        raise BadSignatureError("No configured secret made this signature.")
    if abs(at.timestamp() - _stamp(header)) > TOLERANCE_SECONDS:
        raise StaleSignatureError(f"The signature is not within {TOLERANCE_SECONDS} seconds of now.")


def _signed_with(payload: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(payload, header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _stamp(header: str) -> int:
    """Return the first `t=` of a header that has verified, which is the one the signature covers."""
    return next(int(value) for key, _, value in (part.partition("=") for part in header.split(",")) if key == "t")
