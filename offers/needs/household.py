"""One household, told apart without being known: HMAC(organisation, case_ref) under a key of its own."""

import base64
import hmac
import unicodedata
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kernel.vault import kek

_CONTEXT = "need.case_ref"


def same_case(case_ref: str) -> str:
    """Return the form under which references are compared: one spelling for case, width, spaces and unseen signs.

    Without it a person filed twice, as `A-17` and as `a-17 `, would hide behind herself in the release gate.
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", case_ref) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(shown.casefold().split()))


def household_of(*, organisation_id: str, case_ref: str) -> bytes:
    """Return 32 bytes, equal for the same case of the same organisation alone. Never shown, never sent."""
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"waystation household").derive(
        base64.b64decode(settings.BLIND_INDEX_KEY)
    )
    organisation = organisation_id.encode()
    return hmac.digest(
        key, len(organisation).to_bytes(2, "big") + organisation + same_case(case_ref).encode(), "sha256"
    )


def seal_case_ref(*, need_id: str, case_ref: str) -> bytes:
    """Return the owner's reference under the server key, bound to its need."""
    return kek.encrypt(case_ref.encode(), f"{_CONTEXT}:{need_id}")


def open_case_ref(*, need_id: str, sealed: bytes | memoryview) -> str:
    """Return the owner's reference, or "" for a need that was erased. Only the owner organisation may be shown it."""
    if not bytes(sealed):
        return ""
    return kek.decrypt(bytes(sealed), f"{_CONTEXT}:{need_id}").decode()


def case_ref_context(need: Any) -> str:
    """Return what a need's reference is bound to."""
    return f"{_CONTEXT}:{need.pk}"
