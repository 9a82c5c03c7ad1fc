"""ASGI entry point; the server names its settings in DJANGO_SETTINGS_MODULE."""

import os

from django.core.asgi import get_asgi_application

from portal.core.starting import make_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_asgi_application()
make_ready()
