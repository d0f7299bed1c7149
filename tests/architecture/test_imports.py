"""Which way imports run, and who may know whom."""

import re
import subprocess
import sys

import pytest
from importlinter.api import read_configuration
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.tree import ROOT, sources

# each module that is plain Python, so that it runs, and can be read, without the framework
PURE = ["kernel.money", "kernel.states", "kernel.ids", "offers.matching.rules", "offers.matching.score"]


def test_import_contracts_hold_without_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    config = str(ROOT / "pyproject.toml")
    status = lint_imports(config_filename=config, no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
    assert not any("ignore_imports" in contract for contract in read_configuration(config)["contracts_options"])


@pytest.mark.parametrize("module", PURE)
def test_pure_module_loads_no_framework(module: str) -> None:
    program = f"import {module}, sys; sys.exit('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or f"{module} loads Django"


def test_stripe_is_imported_in_the_gateway_alone() -> None:
    speaks = re.compile(r"^\s*(?:import|from) stripe\b", re.MULTILINE)
    gateway = ROOT / "donations" / "gateway"
    assert [p for p in sources() if speaks.search(p.read_text()) and gateway not in p.parents] == []
