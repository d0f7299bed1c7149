"""The solvers share a process, and nobody who does not plan pays for them."""

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT

ORTOOLS = "from ortools.graph.python import min_cost_flow"
HIGHS = "import highspy"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("order", [(ORTOOLS, HIGHS), (HIGHS, ORTOOLS)])
def test_both_can_be_imported_in_either_order(order: tuple[str, str]) -> None:
    done = run("\n".join([*order, "min_cost_flow.SimpleMinCostFlow()", "highspy.Highs()"]))
    assert done.returncode == 0, done.stderr


def test_the_web_server_and_the_worker_load_neither() -> None:
    program = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "waystation.settings.test"
import django
django.setup()
import waystation.urls
sys.exit(bool({"ortools", "highspy", "numpy", "scipy"} & set(sys.modules)))
"""
    done = run(program)
    assert done.returncode == 0, done.stderr or "a solver was loaded"
