"""The demo's world: everything on loopback, everything made up, secrets kept in DATA_DIR/keys by the demo command."""

from waystation.demo.here import WORLD  # first: it fills the environment that the base settings read
from waystation.settings.base import *  # noqa: F403 - settings are a namespace
from waystation.settings.base import (
    AUDIT_CHECKPOINT_FILE,
    CSP_FORM_TARGETS,
    INSTALLED_APPS,
    content_security_policy,
    database,
    env,
)

DATA_DIR = WORLD.data_dir
PUBLIC_URL = WORLD.base_url
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
SECRET_KEY = env.str("SECRET_KEY")
DATABASES = {"default": database(WORLD.database_url)}

INSTALLED_APPS = [*INSTALLED_APPS, "waystation.demo"]

CONTENT_SECURITY_POLICY = content_security_policy([*CSP_FORM_TARGETS, WORLD.stripe_api_base])

EMAIL_BACKEND = "kernel.outbox.mail.FileBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
ERASURES_FILE = str(DATA_DIR / "erasures.jsonl")
DEFAULT_FROM_EMAIL = "notices@waystation.invalid"
STATIC_ROOT = DATA_DIR / "static"

VAULT_KEK = env.str("VAULT_KEK")
VAULT_PINS = env.list("VAULT_PINS", default=[])
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY")
AUDIT_CHECKPOINT_FILE = AUDIT_CHECKPOINT_FILE or str(DATA_DIR / "audit-checkpoints.jsonl")
