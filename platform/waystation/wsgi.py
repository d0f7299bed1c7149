"""WSGI entry: `gunicorn waystation.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waystation.settings.production")

application = get_wsgi_application()
