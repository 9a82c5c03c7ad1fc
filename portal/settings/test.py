"""The suite: the engine of DATABASE_URL, fast hashes, tasks run where they are enqueued."""

import tempfile

from portal.settings.dev import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CLAMD_URL = ""  # tests of the scanner name one
RATE_LIMITS_ENABLED = False  # tests of the limits switch them on
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PRIVATE_ROOT = tempfile.mkdtemp(prefix="anfan-test-private-")
MEDIA_ROOT = tempfile.mkdtemp(prefix="anfan-test-media-")
STATIC_ROOT = tempfile.mkdtemp(prefix="anfan-test-static-")
KEY_ROOT = tempfile.mkdtemp(prefix="anfan-test-keys-")
CREDENTIAL_KEY_FILE = f"{KEY_ROOT}/credential.pem"
# A client reads the folders of static files when it is made; the suite makes thousands of clients.
WHITENOISE_AUTOREFRESH = True
# The CMS finds pages by an index of its own; the tests that look for one keep it (cms_index).
WAGTAILSEARCH_BACKENDS["default"]["AUTO_UPDATE"] = False
# Long enough to have every figure; how good they are is tried by tests/evaluation/test_calibration.
ESTIMATE = {"draws": 40, "burn_in": 20, "r_hat_limit": 1000.0}
LOGGING["loggers"]["django_tasks"] = {"level": "WARNING"}
AUDIT_KEY_FILE = f"{KEY_ROOT}/audit.key"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
SENDFILE_ROOT = PRIVATE_ROOT
DATABASES["default"].pop("OPTIONS", None) if "postgres" in DATABASES["default"]["ENGINE"] else None
