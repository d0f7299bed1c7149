"""The certificate of an erasure: what went, what stays and why, when; signed, and with nobody in it."""

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from kernel.audit import seal_pending
from kernel.audit.canonical import canonical
from kernel.audit.keys import public_word, signing_key, trusted_keys
from kernel.audit.models import AuditSeal
from kernel.retention.scrubbing import Scrubbed

FORMAT = 1
# what every erasure leaves standing
KEPT = {
    "audit": "an id was written, moved and erased, and by which opaque actor; nothing may be taken out",
    "histories": "states and times of the erased ids, without a word about anybody",
    "numbers": "kind, size, units, months and states are counted in statistics",
}


def certify(
    *,
    subject: str,
    records: Iterable[tuple[str, str]],
    gone: Mapping[str, int],
    at: datetime,
    cleaned: Scrubbed,
    kept: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the signed certificate as plain JSON. Seals the audit trail first, so that its head covers the erasure.

    `records` are (kind, opaque id), `gone` counts by what it was. Call it outside any transaction.
    """
    seal_pending(at)
    last = AuditSeal.objects.order_by("-position").first()
    facts: dict[str, Any] = {
        "format": FORMAT,
        "subject": subject,
        "erased_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "records": [{"kind": kind, "id": record_id} for kind, record_id in records],
        "erased": {name: count for name, count in sorted(gone.items()) if count},
        "kept": {**KEPT, **(kept or {})},
        "database": {"clean": cleaned.clean, "left": list(cleaned.left)},
        "backups": _dates(at),
        "audit": {"sealed": last.position if last else 0, "head": last.hash if last else ""},
    }
    key = signing_key()
    public = public_word(key)
    signature = base64.b64encode(key.sign(canonical({**facts, "key": public}))).decode()
    return {**facts, "key": public, "signature": signature}


def _dates(at: datetime) -> dict[str, str]:
    """Return from which day on no backup can open, and from which day on no backup holds, what was erased."""
    full, long = (at + timedelta(days=days) for days in (settings.BACKUP_FULL_DAYS, settings.BACKUP_LONG_DAYS))
    return {
        "cannot_be_opened_from": full.date().isoformat(),
        "gone_from_all_from": max(full, long).date().isoformat(),
    }


def genuine(certificate: Mapping[str, Any]) -> bool:
    """Return whether a certificate is as this installation signed it."""
    facts = {name: value for name, value in certificate.items() if name != "signature"}
    if certificate.get("key") not in trusted_keys():
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(certificate["key"]))
        public.verify(base64.b64decode(certificate["signature"]), canonical(facts))
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def as_text(certificate: Mapping[str, Any]) -> str:
    """Return a certificate for people."""
    lines = [
        f"Erased on {certificate['erased_at']}: {certificate['subject']}.",
        "Records: " + ", ".join(one["id"] for one in certificate["records"]),
        "",
        *(f"  gone  {name.replace('_', ' ')}: {count}" for name, count in certificate["erased"].items()),
        *(f"  kept  {name}: {why}" for name, why in certificate["kept"].items()),
        "",
        "In the database's own files: "
        + ("nothing is left." if certificate["database"]["clean"] else ", ".join(certificate["database"]["left"])),
        f"No backup can open it from {certificate['backups']['cannot_be_opened_from']}; "
        f"no backup holds it from {certificate['backups']['gone_from_all_from']}.",
        f"Audit: {certificate['audit']['sealed']} entries sealed, head {certificate['audit']['head']}.",
        f"Signed by {certificate['key']}: {certificate['signature']}",
    ]
    return "\n".join(lines)
