"""Make the virtual environment and install the locked dependencies into it.

Runs before anything is installed, on whatever Python the machine has, so it uses the standard library alone:
`python3.11 -I platform/waystation/demo/install.py requirements.txt`. Nothing is done when the environment already
holds exactly these requirements at this place. Ends with one sentence and status 1 when it cannot go on.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def say(words: str) -> None:
    """Show one line of progress at once, even when the output is a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def fingerprint(requirements: Path) -> str:
    """What the environment must have been made from: the lock, the project's own layout, its place, its Python."""
    digest = hashlib.sha256()
    for part in (requirements.read_bytes(), (ROOT / "pyproject.toml").read_bytes()):
        digest.update(hashlib.sha256(part).digest())
    digest.update(f"{ROOT}|{sys.version}".encode())
    return digest.hexdigest()


def run(*arguments: str | Path, what: str) -> None:
    """Run one command quietly; on failure show what it said, then one sentence, and stop."""
    done = subprocess.run([str(a) for a in arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        sys.exit("\n".join([*lines[-12:], f"Waystation could not {what}."]))


def create_environment() -> None:
    """Create `.venv`, with a sentence for each way in which that is known to fail."""
    try:
        import ensurepip  # noqa: F401  Debian ships it in python3-venv, apart from Python itself
        import venv  # noqa: F401
    except ImportError:
        sys.exit("Python's venv module is missing: install it (on Debian: apt-get install python3-venv) and try again.")
    say("Creating the virtual environment …")
    run(sys.executable, "-m", "venv", "--clear", VENV, what="create the virtual environment in .venv")


def pip(*arguments: str | Path, what: str) -> None:
    """Run the environment's own pip without chatter and without asking anybody."""
    # compiling all of it takes as long as fetching it, and a tenth is ever imported: Python compiles that by itself
    quiet = ("--quiet", "--no-input", "--no-compile", "--disable-pip-version-check", "--no-warn-script-location")
    run(PYTHON, "-m", "pip", "install", *quiet, *arguments, what=what)


def install(requirements: Path) -> None:
    """Bring `.venv` to what `requirements` locks; one caller at a time, resumable after an interruption."""
    stamp = VENV / f".{requirements.stem}.stamp"
    wanted = fingerprint(requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    if not PYTHON.exists():
        create_environment()
    say(f"Installing the locked dependencies of {requirements.name} (about half a minute the first time) …")
    pip("--require-hashes", "-r", requirements, what=f"install {requirements.name}; is the package index reachable?")
    pip("--no-build-isolation", "--no-deps", "-e", ROOT, what="install the project itself")
    stamp.write_text(wanted)
    if requirements.stem == "requirements-dev":  # which holds all of the runtime set at the same versions
        runtime = ROOT / "requirements.txt"
        (VENV / f".{runtime.stem}.stamp").write_text(fingerprint(runtime))
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def main() -> None:
    """Check the machine, take the lock, install."""
    if sys.version_info[:2] != (3, 11):
        sys.exit(
            f"Waystation needs Python 3.11, and this is {sys.version.split()[0]}: install python3.11 and try again."
        )
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"Waystation may not write to {ROOT}: run it in a folder of your own.")
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(ROOT / sys.argv[1])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next start goes on from here.")
    except OSError as error:
        sys.exit(f"Waystation could not install itself: {error}.")
