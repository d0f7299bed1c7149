"""Where compiled code lies, for processes that are begun with an environment of their own."""

import os


def compiled() -> dict[str, str]:
    """Return what tells Python where bytecode is kept: without it, it may compile all of Django for each process."""
    return {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ}
