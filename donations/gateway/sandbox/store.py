"""All the sandbox remembers: one SQLite file, one transaction a request, so that kill -9 leaves a whole or nothing."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_of_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_of_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_of_source ON objects (kind, json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_of_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_of_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE TABLE IF NOT EXISTS private (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thin_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    created REAL NOT NULL, object_kind TEXT NOT NULL, object_id TEXT NOT NULL, request_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dispatches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, event INTEGER NOT NULL REFERENCES events (seq), payload TEXT NOT NULL,
    twist TEXT NOT NULL DEFAULT '', stirred INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL, delivered REAL, status INTEGER, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS dispatches_due ON dispatches (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS dispatches_of_event ON dispatches (event);
CREATE TABLE IF NOT EXISTS alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, clock TEXT NOT NULL, due REAL NOT NULL, deed TEXT NOT NULL, object_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS alarms_due ON alarms (clock, due);
CREATE TABLE IF NOT EXISTS ahead (one INTEGER PRIMARY KEY CHECK (one = 1), seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS paid_out (entry TEXT PRIMARY KEY, payout TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS paid_out_by ON paid_out (payout);
CREATE TABLE IF NOT EXISTS idempotency (
    owner TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, created REAL NOT NULL, request_id TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, key)) WITHOUT ROWID;
"""  # noqa: E501 - SQL reads better unbroken

Json = dict[str, Any]


class Tx:
    """One transaction. `now` is taken once; `request_id` and `idempotency_key` go into the events it emits.

    `now` is the machine's time and what the controls have advanced it by, or in `at_moment` that of a test clock;
    `wall` is never a test clock's.
    """

    def __init__(self, con: sqlite3.Connection, request_id: str = "", idempotency_key: str = "") -> None:
        self.con, self.request_id, self.idempotency_key = con, request_id, idempotency_key
        (ahead,) = con.execute("SELECT coalesce(sum(seconds), 0) FROM ahead").fetchone()
        self.now = self.wall = time.time() + ahead
        self.clock = ""

    @contextmanager
    def at_moment(self, now: float, clock: str = "") -> Iterator[None]:
        """Do what is inside as if it were `now`, by a test clock ("" for the time of all others)."""
        before = self.now, self.wall, self.clock
        self.now, self.clock = now, clock
        if not clock:
            self.wall = now
        try:
            yield
        finally:
            self.now, self.wall, self.clock = before

    def advance(self, seconds: float) -> None:
        """Move the time of all that has no test clock."""
        self.con.execute(
            "INSERT INTO ahead VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seconds = seconds + excluded.seconds",
            (seconds,),
        )

    def has_begun(self) -> bool:
        """Whether there is anything yet, or its time was moved."""
        return bool(
            self.con.execute("SELECT EXISTS (SELECT 1 FROM objects) OR EXISTS (SELECT 1 FROM ahead)").fetchone()[0]
        )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what was done inside if it raises, and only that."""
        self.con.execute("SAVEPOINT deed")
        try:
            yield
        except BaseException:
            self.con.execute("ROLLBACK TO deed")
            self.con.execute("RELEASE deed")
            raise
        self.con.execute("RELEASE deed")

    def put(self, body: Json) -> Json:
        """Keep an object by its `id` and `object`, new or changed, and return it."""
        self.con.execute(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (body["id"], body["object"], body["created"], json.dumps(body)),
        )
        return body

    def get(self, kind: str, object_id: str) -> Json | None:
        """Return the object, or None."""
        row = self.con.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (object_id, kind)).fetchone()
        return json.loads(row[0]) if row else None

    def any(self, object_id: str) -> Json | None:
        """Return the object with this id, of whatever kind, or None."""
        row = self.con.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def need(self, kind: str, object_id: str) -> Json:
        """Return an object that is there, as another one holds its id."""
        found = self.get(kind, object_id)
        if found is None:
            raise LookupError(f"{kind} {object_id}")
        return found

    def drop(self, object_id: str) -> None:
        """Forget an object."""
        self.con.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def find(self, kind: str, **fields: str) -> list[Json]:
        """Return the objects of a kind whose top-level fields are these, oldest first."""
        where = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        query = f"SELECT body FROM objects WHERE kind = ?{where} ORDER BY seq"  # noqa: S608 - names are written in this package
        rows = self.con.execute(query, (kind, *fields.values()))
        return [json.loads(row[0]) for row in rows]

    def keep_private(self, object_id: str, facts: Mapping[str, Any]) -> None:
        """Keep what belongs to an object but is shown by no API: which test card paid."""
        self.con.execute("INSERT OR REPLACE INTO private VALUES (?, ?)", (object_id, json.dumps(dict(facts))))

    def remember(self, object_id: str, **facts: Any) -> None:
        """Add to what is kept privately of an object."""
        self.keep_private(object_id, {**self.private(object_id), **facts})

    def private(self, object_id: str) -> Json:
        """Return what was kept, or nothing."""
        row = self.con.execute("SELECT body FROM private WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row[0]) if row else {}

    def at(self, seconds: float, deed: str, object_id: str) -> None:
        """Have `deed` done to an object that many seconds from now, across restarts, by the clock of this moment."""
        self.con.execute(
            "INSERT INTO alarms (clock, due, deed, object_id) VALUES (?, ?, ?, ?)",
            (self.clock, self.now + seconds, deed, object_id),
        )

    def forget_alarms(self, deed: str, object_id: str) -> None:
        """Have it not done after all."""
        self.con.execute("DELETE FROM alarms WHERE deed = ? AND object_id = ?", (deed, object_id))


class Store:
    """Opens transactions on one file. Writers queue up in the process, so none ever finds the file locked.

    One connection stays open for writing: closing the last one would fold the log back into the file each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        con = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        con.execute("PRAGMA synchronous = NORMAL")
        con.execute("PRAGMA foreign_keys = ON")
        return con

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a view of one moment."""
        with closing(self._connect()) as con:
            con.execute("BEGIN")
            yield Tx(con)
            con.execute("COMMIT")

    @contextmanager
    def write(self, request_id: str = "", idempotency_key: str = "") -> Iterator[Tx]:
        """Open a writing transaction: kept as a whole when the block ends, undone as a whole if it raises."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Tx(self._writer, request_id, idempotency_key)
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
