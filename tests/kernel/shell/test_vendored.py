"""What others made is what we say it is."""

import hashlib
import re

import pytest
from django.conf import settings

SHELL = settings.ROOT / "platform" / "kernel" / "shell"
VENDOR = SHELL / "static" / "shell" / "vendor"
ROWS = dict(
    re.findall(r"^\| `([\w.-]+)` \|.*\| `([0-9a-f]{64})` \|$", (SHELL / "VENDORED.md").read_text(), re.MULTILINE)
)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_it_has_the_hash_it_came_with(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == ROWS[name]


def test_it_names_every_file_and_its_licence() -> None:
    files = {path.name for path in VENDOR.iterdir()}
    assert files == set(ROWS) | {"pico.LICENSE.txt", "inter.LICENSE.txt"}
