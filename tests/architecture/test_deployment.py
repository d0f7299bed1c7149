"""Production settings read the environment loudly, and pass Django's own deployment check."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

KEY = base64.b64encode(bytes(range(32))).decode()
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "waystation.settings.production",
    "SECRET_KEY": "a-key-of-a-production-like-length-with-more-than-fifty-characters-2026",
    "DATABASE_URL": "postgresql://waystation@db.example/waystation",
    "PUBLIC_URL": "https://waystation.example",
    "ALLOWED_HOSTS": "waystation.example",
    "EMAIL_URL": "smtp+tls://mail:secret@mail.example:587",
    "STRIPE_API_KEY": "sk_live_example",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_WEBHOOK_SECRETS": f"whsec_{KEY}",
    "VAULT_KEK": f"first:{KEY}",
    "VAULT_PINS": "",
    "BLIND_INDEX_KEY": KEY,
    "AUDIT_SIGNING_KEY": KEY,
    "AUDIT_CHECKPOINT_MAIL": "trustee@waystation.example",
}


def _check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the deployment check as an operator would."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=False
    )


def test_deployment_check_is_clean() -> None:
    done = _check(COMPLETE)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "STRIPE_WEBHOOK_SECRETS", "VAULT_KEK", "AUDIT_SIGNING_KEY"]
)
def test_a_missing_variable_stops_the_start_and_is_named(name: str) -> None:
    done = _check({key: value for key, value in COMPLETE.items() if key != name})
    assert done.returncode != 0
    assert name in done.stderr


def test_it_warns_of_a_trail_whose_checkpoints_stay_here() -> None:
    done = _check({key: value for key, value in COMPLETE.items() if key != "AUDIT_CHECKPOINT_MAIL"})
    assert done.returncode != 0
    assert "AUDIT_CHECKPOINT_FILE" in done.stderr


def test_it_refuses_a_signing_key_that_is_none() -> None:
    done = _check({**COMPLETE, "AUDIT_SIGNING_KEY": "short"})
    assert "AUDIT_SIGNING_KEY is not 32 bytes in base64." in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret-key"
    kept.write_text(COMPLETE["SECRET_KEY"])
    environment = {**COMPLETE, "SECRET_KEY_FILE": str(kept)}
    del environment["SECRET_KEY"]
    assert _check(environment).returncode == 0
