"""WSGI entry point; the server names its settings in DJANGO_SETTINGS_MODULE."""

import gc
import os
from io import StringIO

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()
# No server starts that could not record what it changes (portal/core/audit/checks.py).
call_command("check", "--tag", "record", stdout=StringIO())
# What is loaded by now stays as long as the process: leave it out of every search for rubbish.
gc.collect()
gc.freeze()
