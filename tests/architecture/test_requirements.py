"""What is installed is locked, hashed, and says nothing about where it was fetched."""

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt"]
PINNED = re.compile(r"^[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}")
PLACE = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")


def _requirements(name: str) -> list[str]:
    """One string a requirement, its hashes with it."""
    return (ROOT / name).read_text().replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    assert [line[:60] for line in _requirements(name) if not PINNED.match(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_host(name: str) -> None:
    assert not PLACE.search((ROOT / name).read_text())


def test_the_runtime_set_is_part_of_the_development_set() -> None:
    assert set(_requirements("requirements.txt")) <= set(_requirements("requirements-dev.txt"))


def test_every_declared_dependency_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = declared["dependency-groups"]
    names = [*declared["project"]["dependencies"], *groups["dev"], *groups["build"]]
    locked = {line.split("==")[0] for line in _requirements("requirements-dev.txt")}
    assert {re.split(r"[\[<>=]", name)[0].lower() for name in names} <= locked
