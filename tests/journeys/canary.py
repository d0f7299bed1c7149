"""Look for what a person typed in everything a world has written to disk."""

import base64
import json
from collections.abc import Iterable
from email import message_from_bytes
from pathlib import Path
from urllib.parse import quote


def shapes(words: str) -> set[bytes]:
    """The ways in which words lie in files: as they are, in other case, in JSON, in an address, in base64."""
    spellings = {words, words.lower(), words.upper(), quote(words), json.dumps(words)[1:-1]}
    found = {form.encode(code) for form in spellings for code in ("utf-8", "utf-16-le")}
    for start in range(3):  # where in a triple of bytes it begins changes every letter of base64
        coded = base64.b64encode(b"\0" * start + words.encode())
        found.add(coded[4 if start else 0 : len(coded) // 4 * 4 - 4])
    return {shape for shape in found if len(shape) >= 6}


def is_mail_to(path: Path, address: str) -> bool:
    """Whether a file is a mail to that address."""
    if path.suffix != ".eml":
        return False
    return message_from_bytes(path.read_bytes())["To"] == address


def betrayals(folder: Path, words: Iterable[str], *, to: str) -> list[str]:
    """Where in `folder` any of the words lies in clear; a mail to the address `to` may hold them."""
    wanted = {shape: word for word in words for shape in shapes(word)}
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or is_mail_to(path, to):
            continue
        content = path.read_bytes()
        found += [f"{word!r} in {path.relative_to(folder)}" for shape, word in wanted.items() if shape in content]
    return found
