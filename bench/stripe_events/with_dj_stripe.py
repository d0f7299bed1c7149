"""dj-stripe as its documentation sets it up, in its own environment: `migrate`, `count`, or a WSGI application."""

import os
import sys
from urllib.parse import parse_qs, urlsplit

import django
import stripe
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

stripe.api_base = os.environ["STRIPE_API_BASE"]
_at = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _at.path.lstrip("/"),
            "USER": _at.username or "",
            "HOST": parse_qs(_at.query)["host"][0],
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "djstripe"],
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="bench",  # noqa: S106 - nothing is signed with it
    USE_TZ=True,
    STRIPE_LIVE_MODE=False,
    STRIPE_TEST_SECRET_KEY=f"sk_test_{'0' * 24}",  # of the stub; dj-stripe looks at its length
    DJSTRIPE_FOREIGN_KEY_TO_FIELD="id",
    LOGGING_CONFIG=None,
)
django.setup()
UUID = "00000000-0000-4000-8000-000000000001"
urlpatterns = [path("stripe/", include("djstripe.urls", namespace="djstripe"))]

if __name__ == "__main__":
    from django.core.management import call_command
    from djstripe.models import BalanceTransaction, Charge, WebhookEndpoint  # type: ignore[import-not-found]  # its own venv

    if sys.argv[1] == "migrate":
        call_command("migrate", verbosity=0)
        WebhookEndpoint.objects.create(
            id="we_bench", djstripe_uuid=UUID, url="http://127.0.0.1/", secret=os.environ["WEBHOOK_SECRET"],
            livemode=False, api_version="", enabled_events=["*"], status="enabled",
        )  # fmt: skip
    else:
        sys.stdout.write(f"{min(Charge.objects.count(), BalanceTransaction.objects.count())}\n")
else:
    application = get_wsgi_application()
