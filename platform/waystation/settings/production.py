"""Production reads the environment, loudly: a missing variable stops the start and says its name."""

from urllib.parse import urlsplit

from waystation.settings.base import *  # noqa: F403 - settings are a namespace
from waystation.settings.base import STRIPE_API_BASE, database, env

LOGGING_CONFIG = "kernel.logs.setup.configure_and_catch"

SECRET_KEY = env.str("SECRET_KEY")
PUBLIC_URL = env.str("PUBLIC_URL")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = {"default": database(env.str("DATABASE_URL"))}
vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"notices@{urlsplit(PUBLIC_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

STRIPE_API_KEY = env.str("STRIPE_API_KEY")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE = STRIPE_API_BASE or "https://api.stripe.com"

VAULT_KEK = env.str("VAULT_KEK")
VAULT_PINS = env.list("VAULT_PINS")
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY")

CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
DEVICE_COOKIE_NAME = "__Host-device"
CSRF_COOKIE_NAME = "__Host-csrf"
VAULT_COOKIE_NAME = "__Host-vault"
