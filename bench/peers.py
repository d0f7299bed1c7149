"""A peer's own environment, made once under `var/bench`: nothing of it comes near ours."""

import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"


def python_with(name: str, *requirements: str) -> Path:
    """Return a Python that has `requirements`, exactly pinned. Ends with a sentence if they cannot be had."""
    place = FOLDER / name
    program, made_of = place / "bin" / "python", place / "made-of.txt"
    wanted = "\n".join(requirements)
    if made_of.exists() and made_of.read_text() == wanted:
        return program
    sys.stderr.write(f"Installing the peer {name} …\n")
    venv.create(place, clear=True, with_pip=True)
    done = subprocess.run(
        [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"The peer {name} could not be installed: {done.stderr.strip()[-400:]}")
    made_of.write_text(wanted)
    return program
