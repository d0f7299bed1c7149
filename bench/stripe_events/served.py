"""The tests' settings, but static files are listed once, as in production, and not looked up at every request."""

from waystation.settings.test import *  # noqa: F403 - settings are a namespace

WHITENOISE_AUTOREFRESH = False
