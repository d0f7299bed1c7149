"""HSDS wants UUIDs. They are derived: the same thing has the same one for good, and nothing is kept for it."""

from uuid import UUID, uuid5

_OURS = UUID("4f0c2f5e-7a0d-4a6e-9c55-2d7d3f1b8e60")


def uuid_of(*parts: str) -> str:
    """Return the UUID (version 5) of a thing, named by what it is and whose: `uuid_of("service", "org_…", "legal")`."""
    return str(uuid5(_OURS, ":".join(parts)))
