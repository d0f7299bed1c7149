"""The demo's world: everything on loopback, everything made up, secrets kept in DATA_DIR/keys by the demo command."""

from pathlib import Path

from waystation.settings.base import *  # noqa: F403 - settings are a namespace
from waystation.settings.base import CSP_FORM_TARGETS, INSTALLED_APPS, ROOT, content_security_policy, database, env

DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "var"))).resolve()
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-" + "0" * 54)
DATABASES = {"default": database(env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'waystation.sqlite3'}"))}

INSTALLED_APPS = [*INSTALLED_APPS, "waystation.demo"]

SANDBOX_URL = env.str("SANDBOX_URL", default="")
CONTENT_SECURITY_POLICY = content_security_policy([*CSP_FORM_TARGETS, *([SANDBOX_URL] if SANDBOX_URL else [])])

EMAIL_BACKEND = "kernel.outbox.mail.FileBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = "notices@waystation.invalid"
STATIC_ROOT = DATA_DIR / "static"

# worthless outside this world: the demo command replaces each by one of its own
VAULT_KEK = env.str("VAULT_KEK", default="demo:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
VAULT_PINS = env.list("VAULT_PINS", default=[])
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", default="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY", default="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
