"""The scripts, and the databases each runs on."""

BOTH = ("sqlite", "postgresql")
SCRIPTS: dict[str, tuple[str, ...]] = {
    "bundles": ("sqlite",),  # it asks no database
    "candidates": ("postgresql",),  # whose statement is the peer
    "contention": BOTH,
    "events": ("postgresql",),  # what an organisation runs
    "pages": BOTH,
    "places": ("sqlite",),  # likewise
    "release": BOTH,
    "runs": BOTH,
    "stream": ("sqlite",),  # it asks no database
}
