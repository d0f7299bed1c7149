"""The tree: `platform/` hides nothing, and no file grows into a second house."""

import platform
import re
import sys

from tests.architecture.tree import ROOT, sources, tracked

LONGEST = 400  # lines
WRITTEN_HERE = {".py", ".html", ".css", ".js", ".sh", ".toml", ".yaml", ".md"}
# made elsewhere, or by a program: libraries, data, and the first migrations, which repeat the models
NOT_WRITTEN = re.compile(r"/vendor/|\.min\.|/data/|/migrations/0001_")


def test_platform_holds_nothing_but_folders() -> None:
    assert [p.name for p in (ROOT / "platform").iterdir() if not p.is_dir()] == []


def test_platform_hides_no_module_of_python() -> None:
    folders = {p.name for p in (ROOT / "platform").iterdir() if p.name != "__pycache__"}
    assert not folders & sys.stdlib_module_names
    assert platform.system()  # Python's own module of that name still wins


def test_no_conftest_lies_above_the_tests() -> None:
    assert [p for p in tracked() if p.name == "conftest.py" and ROOT / "tests" not in p.parents] == []


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    long = {
        str(p.relative_to(ROOT)): lines
        for p in tracked()
        if p.suffix in WRITTEN_HERE
        and not NOT_WRITTEN.search(p.as_posix())
        and (lines := len(p.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [p for p in sources() if p.stem in drawers or p.parent.name in drawers] == []


def test_imports_are_absolute() -> None:
    relative = re.compile(r"^\s*from \.", re.MULTILINE)
    assert [p for p in sources() if relative.search(p.read_text())] == []
