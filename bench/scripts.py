"""The scripts, and the databases each runs on."""

BOTH = ("sqlite", "postgresql")
SCRIPTS: dict[str, tuple[str, ...]] = {
    "pages": BOTH,
    "release": BOTH,
    "stream": ("sqlite",),  # it asks no database
}
