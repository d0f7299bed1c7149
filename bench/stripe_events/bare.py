"""The bare Django view: it verifies a signature with the SDK and inserts one row. A WSGI application of its own."""

import json
import os
from typing import Any

import django
import environ
import stripe
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

AT = environ.Env.db_url_config(os.environ["DATABASE_URL"])
AS_OURS = {
    "ENGINE": "waystation.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {**AT.get("OPTIONS", {}), "options": "-c jit=off"},
}
settings.configure(
    DATABASES={"default": {**AT, **AS_OURS}},
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="bench",  # noqa: S106 - nothing is signed with it
    USE_TZ=True,
)
django.setup()
SECRET = os.environ["WEBHOOK_SECRET"]


def take(request: HttpRequest) -> HttpResponse:
    """Verify, insert, answer."""
    stripe.WebhookSignature.verify_header(request.body, request.headers["Stripe-Signature"], SECRET, tolerance=300)
    event: dict[str, Any] = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (id) VALUES (%s) ON CONFLICT DO NOTHING", [event["id"]])
    return HttpResponse("ok")


urlpatterns = [path("stripe/webhook/", take)]
with connection.cursor() as first:
    first.execute("CREATE TABLE IF NOT EXISTS bench_bare (id varchar(255) PRIMARY KEY)")
application = get_wsgi_application()
