"""What every world shares. What differs, and every secret, is read by demo, test and production."""

from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent.parent.parent
env = environ.FileAwareEnv()

DEBUG = False
ROOT_URLCONF = "waystation.urls"
MACHINE_URLCONF = "donations.machine_urls"
WSGI_APPLICATION = "waystation.wsgi.application"
ASGI_APPLICATION = "waystation.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    # before allauth, whose pages it draws
    "kernel.shell",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    # before django_q, whose worker it starts
    "kernel.outbox",
    "kernel.retention",
    "django_q",
    "kernel.audit",
    "kernel.vault",
    "kernel.places",
    "kernel.limits",
    "kernel.accounts",
    "kernel.disclosure",
    "kernel.guard",
    "donations",
    "offers",
    "api",
    "oauth2_provider",
    "waystation.erasure",
    "waystation.backups",
    "waystation.front",
]

MIDDLEWARE = [
    "api.errors.middleware.ApiProblems",
    "kernel.shell.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "kernel.shell.middleware.Machines",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kernel.shell.middleware.Compress",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kernel.shell.middleware.NoNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kernel.accounts.mfa.MfaMust",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "api.auth.hasher.ClientSecretHasher",  # for the random secrets of API clients alone
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "kernel.accounts.passwords.HouseWords"},
]
LOGIN_URL = "account_login"
# names, so that people stay in their language
LOGIN_REDIRECT_URL = "console"
LOGOUT_REDIRECT_URL = "home"
# both limits are kept on the server: how long a session may last, and how long it may lie idle
SESSION_ENGINE = "kernel.accounts.sessions.store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = 30 * 60
DEVICE_COOKIE_NAME = "device"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# messages live in the session, which only signed-in people have: a public page never sets a cookie for them
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_ADAPTER = "kernel.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "",  # kernel.accounts.lockout counts these
    "login": "60/m/ip",
    "reset_password": "5/h/key",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "kernel.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# a passkey that checks who holds it is two factors in one; "preferred" would let the bare key be one
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Waystation"
MFA_RECOVERY_CODE_DIGITS = 10
MFA_FORMS = {
    "authenticate": "kernel.accounts.login_forms.CodeForm",
    "reauthenticate": "kernel.accounts.login_forms.CodeAgainForm",
    "add_webauthn": "kernel.accounts.passkey_forms.AddPasskeyForm",
    "authenticate_webauthn": "kernel.accounts.passkey_forms.PasskeyForm",
    "login_webauthn": "kernel.accounts.passkey_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "kernel.accounts.passkey_forms.PasskeyAgainForm",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [ROOT / "platform" / "waystation" / "locale"]
FORMAT_MODULE_PATH = ["waystation.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FORM_RENDERER = "kernel.shell.forms.ShellRenderer"
CSRF_FAILURE_VIEW = "kernel.shell.errors.csrf_failed"
# nobody is mailed about failures: such a mail repeats the request. Whoever sets ADMINS all the same gets an empty one
DEFAULT_EXCEPTION_REPORTER = "kernel.shell.reports.NoReport"

# the API's buckets live in the process; what allauth remembers (one-time codes used already) is seen by every worker
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # at Django's 300 a few hundred made-up addresses would wash out the lock of an account and the codes used
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "buckets": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "buckets",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # a flood of callers must not wash out the buckets of the others
    },
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.auth.bearer.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.auth.permission.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.bodies.parser.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.auto.ResourceSchema",
    "EXCEPTION_HANDLER": "api.errors.handler.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Waystation",
    "DESCRIPTION": "Funds, donations, pledges, needs and matches. How to begin: docs/api-guide.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "LICENSE": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    "SERVE_AUTHENTICATION": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "persistAuthorization": False, "deepLinking": True},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATION_PARAMETERS": True,
    "PREPROCESSING_HOOKS": ["api.schema.hooks.only_ours"],
    "POSTPROCESSING_HOOKS": [
        "api.schema.hooks.type_bulk_rows",
        "api.schema.hooks.close_bodies",
        "api.schema.hooks.add_token_endpoint",
    ],
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "api.Client"
OAUTH2_PROVIDER: dict[str, Any] = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "CLIENT_SECRET_HASHER": "client_secret_sha256",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials, and no other grant
    "OAUTH2_VALIDATOR_CLASS": "api.auth.token.ClientValidator",
    "SCOPES_BACKEND_CLASS": "api.auth.scopes.ClientScopes",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "TOKEN_STORAGE", "IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "PKCE_REQUIRED",
            "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS", "REFRESH_TOKEN", "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
        )
    },
}  # fmt: skip
API_RATE = env.str("API_RATE", default="600/min")
# how many proxies stand in front and add to X-Forwarded-For; with none, that header is anybody's word
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# for each open form: how many from one visitor are usual, and how many are taken; twenty times as many where the form's
# riddle is solved. Whoever comes through one address shares this: an onion service, a campus, a phone network
FORM_LIMITS = {
    "offer": (120, "120/hour"),
    "contact": (10, "500/day"),
    "my-offer": (20, "20/hour"),
    "photo": (30, "30/hour"),
    "referee": (10, "20/hour"),
    "reference": (30, "30/hour"),
    "give": (30, "30/hour"),
    "my-giving": (20, "20/hour"),
}
# what is sent is held in memory and bounded; Django's own handlers would write large files to the disk in clear
FILE_UPLOAD_HANDLERS = ["kernel.guard.uploads.MemoryOnly"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # bytes of a body, files apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 2

FORM_WORK_BITS = env.int("FORM_WORK_BITS", default=17)  # a riddle takes 2^17 tries: half a second, on a phone two

Q_CLUSTER: dict[str, Any] = {
    "name": "waystation",
    "orm": "default",
    "workers": 2,
    "timeout": 60,
    "retry": 90,
    "max_attempts": 5,
    "save_limit": -1,
    "catch_up": False,
    "ack_failures": False,
    "poll": 0.5,
    "bulk": 1,
    "label": "Jobs",
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSP_FORM_TARGETS = ["https://checkout.stripe.com", "https://billing.stripe.com"]


def content_security_policy(form_targets: list[str]) -> dict[str, Any]:
    """Return the policy of every page: nothing, then only our own origin; `form_targets` are where a form may lead."""
    from csp.constants import NONE, SELF

    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "style-src": [SELF],
            "script-src": [SELF],
            "font-src": [SELF],
            "img-src": [SELF],
            "connect-src": [SELF],
            "manifest-src": [SELF],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "form-action": [SELF, *form_targets],
        }
    }


CONTENT_SECURITY_POLICY = content_security_policy(CSP_FORM_TARGETS)
PERMISSIONS_POLICY: dict[str, Any] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")
}

STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
STRIPE_API_KEY = env.str("STRIPE_API_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
# the line on bank statements, as it is set in Stripe's dashboard: told here so that the console can check and show it
STATEMENT_DESCRIPTOR = env.str("STATEMENT_DESCRIPTOR", default="")
# what "cover the fee" adds, by currency: (hundredths of a percent, fixed minor units); near the public prices for cards
# of the region, with two percent more where the currency is converted. The true fee is booked when Stripe tells it
STRIPE_FEE_ESTIMATE = {
    "EUR": (150, 25), "USD": (290, 30), "GBP": (150, 20), "CHF": (290, 30), "SEK": (150, 180), "PLN": (150, 100),
    "JPY": (350, 45), "ISK": (350, 37), "UGX": (350, 1064), "KWD": (350, 90),
}  # fmt: skip
# above this, in minor units, a refund or a gift past Stripe takes two people; so does one in a currency not named here
SECOND_PERSON_ABOVE = {
    "EUR": 100_000, "USD": 100_000, "GBP": 100_000, "CHF": 100_000, "SEK": 1_000_000, "PLN": 400_000,
    "JPY": 150_000, "ISK": 150_000, "UGX": 4_000_000, "KWD": 300_000,
}  # fmt: skip

# where the boot secret lies, in memory; empty: in RUNTIME_DIRECTORY, else in /dev/shm
VAULT_BOOT_SECRET = env.str("VAULT_BOOT_SECRET", default="")
VAULT_COOKIE_NAME = "vault"

RELEASE_K = env.int("RELEASE_K", default=5)
RELEASE_DELTA = env.int("RELEASE_DELTA", default=5)
RELEASE_LIFE = env.int("RELEASE_LIFE", default=4)
RELEASE_SLOT = env.str("RELEASE_SLOT", default="MON 04:00")
CONFIRM_EVERY_DAYS = env.int("CONFIRM_EVERY_DAYS", default=60)

# checkpoints of the audit trail: where their copies go, how many entries at most lie between two, and the public keys
# that signed before AUDIT_SIGNING_KEY
AUDIT_CHECKPOINT_FILE = env.str("AUDIT_CHECKPOINT_FILE", default="")
AUDIT_CHECKPOINT_MAIL = env.list("AUDIT_CHECKPOINT_MAIL", default=[])
AUDIT_CHECKPOINT_ENTRIES = env.int("AUDIT_CHECKPOINT_ENTRIES", default=500)
AUDIT_FORMER_KEYS = env.list("AUDIT_FORMER_KEYS", default=[])

# other terms than the usual ones, by class: offers.drafts=7,outbox.done=14 (`manage.py retention --dry-run` lists them)
RETENTION_DAYS: dict[str, int] = env.dict("RETENTION_DAYS", cast={"value": int}, default={})
# ids of what was erased, outside the database and its backups: a restored backup forgets the same again
ERASURES_FILE = env.str("ERASURES_FILE", default="")
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])  # age public keys; the private ones are elsewhere
BACKUP_FULL_DAYS = min(7, env.int("BACKUP_FULL_DAYS", default=7))  # those with key shares: never longer than a week
BACKUP_LONG_DAYS = env.int("BACKUP_LONG_DAYS", default=365)

# refuses every formatter and handler that would go around the allow-list
LOGGING_CONFIG = "kernel.logs.setup.configure"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "kernel.logs.line.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # refusals are no failures
    "loggers": {
        "django.request": {"level": "ERROR"},
        # it writes down, for whoever debugs, where and with what a photo was taken
        "PIL": {"level": "ERROR"},
    },
}


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database URL, with what makes both databases safe under parallel writers."""
    config: dict[str, Any] = dict(env.db_url_config(url))
    if config["ENGINE"].endswith("sqlite3"):
        config["ENGINE"] = "waystation.sqlite3"  # Django's own, but whoever waits to write is not starved
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"
            ),
        }
    else:
        config["ENGINE"] = (
            "waystation.postgresql"  # Django's own, but a connection is not asked at each request if it lives
        )
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        # compiling a question takes ten times as long as answering ours
        config.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    return config
