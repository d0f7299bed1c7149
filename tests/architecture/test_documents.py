"""What an operator has to know is written down."""

import re

from tests.architecture.tree import ROOT, sources, tracked

OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_command_is_documented() -> None:
    text = OPERATIONS.read_text()
    commands = [p.stem for p in sources() if p.parent.name == "commands" and p.stem != "__init__"]
    assert [name for name in commands if f"`{name}" not in text] == []


def test_every_variable_of_production_is_documented() -> None:
    settings = "".join(
        (ROOT / f"platform/waystation/settings/{name}.py").read_text() for name in ("base", "production")
    )
    read = set(re.findall(r'env\.\w+\("(\w+)"', settings))
    assert sorted(name for name in read if f"`{name}`" not in OPERATIONS.read_text()) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for page in tracked():
        if page.suffix != ".md":
            continue
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert [line for line in broken if "screenshots/" not in line] == []


def test_every_test_that_a_document_names_is_there() -> None:
    named = [
        (page.name, path)
        for page in sorted((ROOT / "docs").glob("*.md"))
        for path in re.findall(r"`(?:tests/)?([\w/]+/test_\w+\.py)`", page.read_text())
    ]
    assert len(named) > 100
    assert [f"{page}: {path}" for page, path in named if not (ROOT / "tests" / path).is_file()] == []
