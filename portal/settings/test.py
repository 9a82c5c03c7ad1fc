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
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
SENDFILE_ROOT = PRIVATE_ROOT
DATABASES["default"].pop("OPTIONS", None) if "postgres" in DATABASES["default"]["ENGINE"] else None
