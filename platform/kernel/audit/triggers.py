"""Are the triggers up that keep the trail, and do they still say what they said?

A trigger of the right name that does nothing would look just as well from afar.
"""

from django.db import connection

from kernel.audit.append_only import BODY, postgresql_triggers, sqlite_triggers

KEPT = {
    "audit_auditentry": "audit_entry_append_only",
    "audit_auditseal": "audit_seal_append_only",
    "audit_auditcheckpoint": "audit_checkpoint_append_only",
}


def _on_sqlite() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
        recursive = cursor.execute("PRAGMA recursive_triggers").fetchone()[0]
    down = [
        trigger
        for table, name in KEPT.items()
        for trigger, text in sqlite_triggers(table, name).items()
        if found.get(trigger) != f"CREATE TRIGGER {text}"
    ]
    # without it a row can be replaced past its triggers
    return down if recursive else [*down, "recursive_triggers"]


def _on_postgresql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        found = {name: (" ".join(text.replace("public.", "").split()), body) for name, text, body in cursor.fetchall()}
        cursor.execute("SHOW session_replication_role")
        role = cursor.fetchone()[0]
    down = []
    for table, name in KEPT.items():
        for trigger, text in postgresql_triggers(table, name).items():
            said, body = found.get(trigger, ("", ""))
            wanted = f"CREATE TRIGGER {text}".replace('"', "").replace("UPDATE OR DELETE", "DELETE OR UPDATE")
            if said.replace('"', "") != wanted or body != BODY:
                down.append(trigger)
    return down if role == "origin" else [*down, "session_replication_role"]


def triggers_down() -> list[str]:
    """Return what should refuse changes to the trail and does not, by name; an empty list when all of it stands."""
    return _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()
