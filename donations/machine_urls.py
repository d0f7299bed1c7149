"""Addresses for machines: no language, no form."""

from django.urls import URLPattern, path

from donations.webhooks.views import stripe_webhook

urlpatterns: list[URLPattern] = [path("stripe/webhook/", stripe_webhook, name="stripe_webhook")]
