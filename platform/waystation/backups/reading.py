"""Opening a backup: line by line, and nothing of it on a disk."""

import hashlib
import json
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from kernel.states import Refusal
from waystation.backups.writing import FORMAT

CHUNK = 64 * 1024
DAMAGED = Refusal("damaged", "This file is not a whole backup, or it was changed: nothing was restored.")


def identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Return the private keys of an age identity file. Raises Refusal `no_identity` if there is none in it."""
    words = [line.strip() for line in path.read_text().splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(word) for word in words if word and not word.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Refusal("no_identity", "This is no age identity file (AGE-SECRET-KEY-1…).")
    return found


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    kind: str
    made_at: datetime
    until: datetime
    migrations: list[list[str]]
    sealed: int
    head: str


class Opened:
    """A backup being read. `manifest` first, then `tables()`, which ends only if all of it was there, unchanged."""

    def __init__(self, path: Path, keys: list[pyrage.x25519.Identity]) -> None:
        self._lines = _lines(path, keys)
        self._digest = hashlib.sha256()
        first = self._next()
        if first.get("waystation") != FORMAT:
            raise DAMAGED
        self.manifest = Manifest(
            kind=first["kind"],
            made_at=datetime.fromisoformat(first["made_at"]),
            until=datetime.fromisoformat(first["until"]),
            migrations=first["migrations"],
            sealed=first["audit"]["sealed"],
            head=first["audit"]["head"],
        )

    def _next(self) -> Any:
        line = next(self._lines, None)
        if line is None:
            raise DAMAGED
        fact = json.loads(line)
        if not (isinstance(fact, dict) and "end" in fact):
            self._digest.update(line)
        return fact

    def rows(self) -> Iterator[tuple[str, list[str], list[Any]]]:
        """Yield (table, columns, row) of every row. Raises Refusal `damaged` where it is not what was written."""
        table = ""
        columns: list[str] = []
        counts: dict[str, int] = {}
        while True:
            fact = self._next()
            if isinstance(fact, list):
                counts[table] += 1
                yield table, columns, fact
            elif "end" in fact:
                if fact["end"] != {"rows": counts, "sha256": self._digest.hexdigest()}:
                    raise DAMAGED
                return
            else:
                table, columns = fact["table"], fact["columns"]
                counts[table] = 0


def _lines(path: Path, keys: list[pyrage.x25519.Identity]) -> Iterator[bytes]:
    """Yield the lines inside an encrypted file: a thread decrypts into a pipe, which holds it back until it is read."""
    out, into = os.pipe()
    failed: list[BaseException] = []

    def decrypt() -> None:
        try:
            with path.open("rb") as file, os.fdopen(into, "wb") as pipe:
                pyrage.decrypt_io(file, pipe, keys)
        except (pyrage.DecryptError, OSError, ValueError) as error:
            failed.append(error)

    thread = threading.Thread(target=decrypt, daemon=True)
    with os.fdopen(out, "rb") as pipe:
        thread.start()
        try:
            yield from _unpacked(pipe)
        finally:
            pipe.close()
            thread.join()
    if failed:
        raise _refusal(failed[0])


def _unpacked(pipe: Any) -> Iterator[bytes]:
    unpack, left = zlib.decompressobj(), b""
    while chunk := pipe.read(CHUNK):
        try:
            *whole, left = (left + unpack.decompress(chunk)).split(b"\n")
        except zlib.error:
            raise DAMAGED from None
        for line in whole:
            yield line + b"\n"


def _refusal(error: BaseException) -> Refusal:
    if isinstance(error, pyrage.DecryptError) and "matching" in str(error):
        return Refusal("wrong_identity", "This identity does not open this backup.")
    return DAMAGED
