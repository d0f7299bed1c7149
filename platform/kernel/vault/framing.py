"""Length-prefixed parts: no two lists of parts ever give the same bytes."""

import struct


def frame(*parts: bytes) -> bytes:
    """Return the parts one after another, each behind its length in four bytes."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def unframe(framed: bytes) -> list[bytes]:
    """Return the parts of a frame. Raises ValueError if the bytes are not exactly a frame."""
    parts, at = [], 0
    while at < len(framed):
        if at + 4 > len(framed):
            raise ValueError("The frame ends inside a length.")
        (length,) = struct.unpack_from(">I", framed, at)
        at += 4
        if at + length > len(framed):
            raise ValueError("The frame ends inside a part.")
        parts.append(framed[at : at + length])
        at += length
    return parts
