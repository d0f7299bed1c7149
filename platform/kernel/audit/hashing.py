"""What of an entry and of a seal goes into its hash."""

from typing import TYPE_CHECKING, Any

from kernel.audit.canonical import digest, instant

if TYPE_CHECKING:
    from kernel.audit.models import AuditEntry, AuditSeal


def entry_digest(pk: Any, at: Any, actor: Any, action: Any, object_id: Any, reason: Any, fields: Any) -> str:
    """Return the hash of an entry's columns, `at` as `instant` writes it. They may hold anything: it may be a lie."""
    return digest(
        {
            "id": pk,
            "at": at,
            "actor": actor,
            "action": action,
            "object_id": object_id,
            "reason": reason,
            "fields": fields,
        }
    )


def seal_digest(position: Any, entry: Any, entry_hash: Any, previous_hash: Any, sealed_at: Any) -> str:
    """Return the hash of a seal's columns, which holds the hash before it; `sealed_at` as `instant` writes it."""
    return digest(
        {
            "position": position,
            "entry": entry,
            "entry_hash": entry_hash,
            "previous_hash": previous_hash,
            "sealed_at": sealed_at,
        }
    )


def hash_entry(entry: "AuditEntry") -> str:
    """Return the SHA-256 (64 hex digits) of the entry's canonical JSON."""
    return entry_digest(
        entry.pk, instant(entry.at), entry.actor, entry.action, entry.object_id, entry.reason, entry.fields
    )


def hash_seal(seal: "AuditSeal") -> str:
    """Return the SHA-256 (64 hex digits) of the seal's canonical JSON, which holds the hash before it."""
    return seal_digest(seal.position, seal.entry_id, seal.entry_hash, seal.previous_hash, instant(seal.sealed_at))
