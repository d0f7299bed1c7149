"""The tests' world: SQLite in a file of its own, since memory has no real locks, or what DATABASE_URL names."""

import atexit
import shutil
import tempfile
from pathlib import Path

from waystation.settings.base import *  # noqa: F403 - settings are a namespace
from waystation.settings.base import Q_CLUSTER, STORAGES, database, env

DATA_DIR = Path(tempfile.mkdtemp(prefix="waystation-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
PUBLIC_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = "test-only-" + "0" * 54
DATABASES = {"default": database(env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'unused.sqlite3'}"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
# a cheap hash: the tests sign in often, and what they prove is not the hash
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "api.auth.hasher.ClientSecretHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = "notices@waystation.invalid"
Q_CLUSTER = {**Q_CLUSTER, "testing": True}

FORM_WORK_BITS = 6  # the tests try by hand

VAULT_KEK = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
VAULT_PINS: list[str] = []
VAULT_BOOT_SECRET = str(DATA_DIR / "boot-secret")
BLIND_INDEX_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
AUDIT_SIGNING_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
STRIPE_API_KEY = "sk_test_waystation"
STRIPE_WEBHOOK_SECRETS = ["whsec_d2F5c3RhdGlvbi10ZXN0LXNlY3JldA=="]
