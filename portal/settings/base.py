"""Settings shared by every deployment.

All configuration comes from environment variables and is read here and nowhere else;
docs/configuration.md lists each one. The other settings modules only change defaults.
"""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var")))
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
DEMO_ALLOWED = False
CSRF_FAILURE_VIEW = "portal.core.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "portal.demo",
    "evaluation",
    "showcase",
    "courses",
    "search",
    "portal.outreach",
    "portal.accounts",
    "portal.core",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

# Pages that a room full of people asks for in the same second (portal.middleware.TurnMiddleware).
PAGES_IN_TURN = [r"/exams/[\w-]+/(start/)?", r"/attempts/[\w-]+/(submit/|receipt/)?"]
MIDDLEWARE = [
    "portal.core.headroom.with_headroom",
    "portal.middleware.TurnMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.LastingMiddleware",
    "portal.middleware.RightsMiddleware",
    "portal.middleware.OriginMiddleware",
    "portal.middleware.ConsentMiddleware",
    "portal.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.AdminPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.DeniedMiddleware",
    "portal.middleware.PaceMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site_frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'anfan.sqlite3'}"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A web write and a worker's write queue behind each other instead of failing at once.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # To open the file and set it up costs every page some milliseconds; a minute is short enough
    # for a file that somebody puts back from a copy.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
elif env.int("DATABASE_POOL", default=8):
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
    }

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
if "locmem" in CACHES["default"]["BACKEND"]:
    # The default, 300 entries, would let a flood push out the counters that stop it.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 20_000}
SESSION_ENGINE = "portal.core.session_store"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [
    ROOT / "portal" / "locale",
    ROOT / "showcase" / "locale",
    ROOT / "evaluation" / "locale",
    ROOT / "courses" / "locale",
    ROOT / "search" / "locale",
]
LANGUAGE_COOKIE_NAME = "anfan_language"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "portal" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SENDFILE_BACKEND = env("SENDFILE_BACKEND", default="django_sendfile.backends.simple")
SENDFILE_ROOT = PRIVATE_ROOT
SENDFILE_URL = env("SENDFILE_URL", default="/protected")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.core.files.handlers.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# In MiB: one request with its file, and what one person uploads in 24 hours.
UPLOAD_REQUEST_MEGABYTES = env.int("UPLOAD_REQUEST_MEGABYTES", default=210)
UPLOAD_DAILY_MEGABYTES = env.int("UPLOAD_DAILY_MEGABYTES", default=2_000)
# The virus scanner: unix:/run/clamav/clamd.ctl or tcp://host:3310; without it nothing is scanned.
CLAMD_URL = env("CLAMD_URL", default="")
# Who hears of an infected file beside its uploader.
FILE_GUARDIANS = "portal.accounts.queries.secretariat"
# What editors may put into the CMS: nothing that a browser would run from this address.
WAGTAILDOCS_EXTENSIONS = ["pdf", "ofd", "docx", "xlsx", "pptx", "zip", "csv", "mp4", "jpg", "png"]
CJK_FONT_DIR = env("CJK_FONT_DIR", default="")

AUTH_USER_MODEL = "accounts.User"
# One backend: a second one would check a password twice, and take longer for who exists.
AUTHENTICATION_BACKENDS = ["portal.accounts.adapters.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.core.passwords.CommonHeartValidator"},
    {"NAME": "portal.core.passwords.SiteWordsValidator"},
    {"NAME": "portal.core.passwords.LeakedValidator"},
]
# A file of SHA-1 digests in ascending order, as the Pwned Passwords are published; without it no
# list is looked into.
LEAKED_PASSWORDS = env("LEAKED_PASSWORDS", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.NamedSignupForm"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "portal.accounts.adapters.PacedResetForm"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = None
# How long a sign-in lasts, 0: no limit. For everybody so many days; for the roles that need a
# second factor also so many minutes without doing anything, and so many hours in all.
SESSION_DAYS = env.int("SESSION_DAYS", default=14)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=0)
SESSION_LIFE_HOURS = env.int("SESSION_LIFE_HOURS", default=0)
SESSION_COOKIE_AGE = (SESSION_DAYS or 14) * 86400
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# The second factor: codes from an app, passkeys, and recovery codes on paper.
MFA_ADAPTER = "portal.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Anfan"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "portal.accounts.adapters.PacedAuthenticateForm",
    "reauthenticate": "portal.accounts.adapters.PacedReauthenticateForm",
    "add_webauthn": "portal.accounts.adapters.NamedPasskeyForm",
    "login_webauthn": "portal.accounts.adapters.WatchedPasskeyForm",
    "authenticate_webauthn": "portal.accounts.adapters.WatchedSecondPasskeyForm",
    "reauthenticate_webauthn": "portal.accounts.adapters.WatchedPasskeyAgainForm",
}
# Whether the roles of portal.accounts.enums.SECOND_FACTOR_ROLES must have one.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=False)

USERSESSIONS_ADAPTER = "portal.accounts.adapters.SessionsAdapter"

# Sign-in at another house (OpenID Connect); without OIDC_SERVER_URL there is none.
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {}
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="")
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "provider_class": "portal.accounts.adapters.openid.BoundProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": env("OIDC_ID", default="oidc"),
                "name": env("OIDC_NAME", default="OpenID Connect"),
                "client_id": env("OIDC_CLIENT_ID", default=""),
                "secret": env("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
# Only for a house that verifies addresses: its people enter the account of the same address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = env.bool("OIDC_TRUST_EMAIL", default=False)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = SOCIALACCOUNT_EMAIL_AUTHENTICATION

# How often, by what: (times, seconds), counted in the cache; see portal/core/pace.py.
RATE_LIMITS_ENABLED = env.bool("RATE_LIMITS_ENABLED", default=True)
RATE_LIMITS = {
    "login_user": [(10, 300)],
    "login_ip": [(10, 300)],
    "login_all": [(1000, 300)],
    "second_factor": [(5, 300), (20, 3600), (50, 86400)],
    "password_reset": [(5, 86400)],
    "search": [(5, 1)],
    # Faster than anybody types; slower than a copy machine.
    "suggest": [(5, 1)],
    # Papers looked at one by one, and files that are unpacked.
    "verify": [(30, 60)],
    "verify_file": [(10, 60)],
    "objection": [(10, 3600), (30, 86400)],
}
# Pages limited by the reader's address: URL name → name above.
RATE_LIMITED_PAGES = {"search": "search"}
ACCOUNT_RATE_LIMITS = {"login_failed": "", "login": "300/m/ip", "reset_password": "20/m/ip"}
# How many proxies in front of the site add to X-Forwarded-For and may be believed about the
# reader's address, by limits, record and list of sessions alike; 0: the peer's address counts.
if "PROXY_HOPS" in env.ENVIRON:
    raise ImproperlyConfigured("PROXY_HOPS is now called TRUSTED_PROXY_COUNT: rename the variable.")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30
# At which full hour (programme time) the mail of the day goes to who wants one.
NOTICE_DIGEST_HOUR = env.int("NOTICE_DIGEST_HOUR", default=8)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Anfan <no-reply@example.org>")

TASKS = {"default": {"BACKEND": env("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend")}}
# Other lengths of the estimate's chains than evaluation.calibration.Settings has; the suite's.
ESTIMATE: dict[str, Any] = {}
# The private key that signs credentials (docs/operations.md); beside it, retired/ holds the public
# keys that stay published.
CREDENTIAL_KEY_FILE = env("CREDENTIAL_KEY_FILE", default="")
CREDENTIAL_KEY_MADE_WHEN_MISSING = False
# The key that seals the record (docs/operations.md), and for how many months its rows stay.
AUDIT_KEY_FILE = env("AUDIT_KEY_FILE", default=str(DATA_DIR / "keys" / "audit.key"))
AUDIT_KEY_MADE_WHEN_MISSING = False
AUDIT_RETENTION_MONTHS = env.int("AUDIT_RETENTION_MONTHS", default=12)
MEILI_URL = env("MEILI_URL", default="")
MEILI_KEY = env("MEILI_KEY", default="")
MEILI_SEARCH_KEY = env("MEILI_SEARCH_KEY", default="")
MEILI_INDEX = env("MEILI_INDEX", default="anfan")

WAGTAIL_SITE_NAME = "安范 Anfan"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "cms_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_WORKFLOW_ENABLED = True
# Debian's own list holds names that browsers refuse ("localtime").
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai", "UTC"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"

# What each app brings to the home page and the page of rounds (portal/core/home.py).
HOME_SOURCES = [
    "showcase.queries.home.HOME",
    "evaluation.queries.home.HOME",
    "courses.queries.home.HOME",
]

# What the public footer says of the host; every value is optional.
SITE_FACTS = {
    "organiser": env("SITE_ORGANISER", default=""),
    "phone": env("SITE_PHONE", default=""),
    "icp": env("SITE_ICP", default=""),
    "police": env("SITE_POLICE", default=""),
    "site_code": env("SITE_CODE", default=""),
}

# Whom people ask about their personal data; named in the privacy notice.
PRIVACY_CONTACT = env("PRIVACY_CONTACT", default="")
# For how many months the record of acts is kept at least (the law asks for six).
RECORD_MONTHS = env.int("RECORD_MONTHS", default=12)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {"wagtail": {"level": "WARNING"}},
}
