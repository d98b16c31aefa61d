"""Settings, read from the environment; `.env.example` lists every one of them.

A value that can't be used stops the start with the name of the setting.
"""

import contextlib
import importlib.util
import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from resolutionflow import database_options, environment, file_storage
from resolutionflow.environment import (
    BASE_DIR,
    WAITING_PER_CONNECTION,
    boolean,
    env,
    positive_int,
    text,
    whole_number,
)
from resolutionflow.identity_settings import *  # noqa: F403
from resolutionflow.launch import embedded_postgres

DATA_DIR = Path(text("RESOLUTIONFLOW_DATA_DIR") or BASE_DIR / ".data").resolve()
DATABASE_URL = text("DATABASE_URL")
# A database of one's own, or ALLOWED_HOSTS, is what tells an installation from a laptop.
DEBUG = boolean("DEBUG", False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
IS_LOCAL = not ALLOWED_HOSTS
if IS_LOCAL:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", ".localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")


def local_secret_key() -> str:
    """The key of a local installation: made once, kept in the data folder, readable by us."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)  # the first of several processes wins, whole
        draft.unlink()
    return path.read_text().strip()


def importable(name: str) -> bool:
    """Whether the dotted name's module is there; nothing of it is loaded yet."""
    try:
        return importlib.util.find_spec(name.rpartition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


SECRET_KEY = text("SECRET_KEY")
if not SECRET_KEY:
    if not IS_LOCAL:
        raise ImproperlyConfigured("SECRET_KEY is required when ALLOWED_HOSTS is set.")
    SECRET_KEY = local_secret_key()
elif not IS_LOCAL and environment.is_weak_secret(SECRET_KEY):
    raise ImproperlyConfigured(
        "SECRET_KEY must be random, at least 40 characters. Make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )

# Older keys, whose signatures still count while a new key is brought in.
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
if any(environment.is_weak_secret(key) for key in SECRET_KEY_FALLBACKS):
    raise ImproperlyConfigured("SECRET_KEY_FALLBACKS must be random, at least 40 characters each.")

INSTALLED_APPS = [
    "resolutionflow.admin.site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "accounts_app",
    "trees_app",
    "sessions_app",
    "exports_app",
]

MIDDLEWARE = [
    "resolutionflow.web.middleware.CharsetMiddleware",
    "resolutionflow.web.middleware.HtmxHeadersMiddleware",
    "resolutionflow.web.current_request.CurrentRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "resolutionflow.web.middleware.NoStoreMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    # Its page has the headers of every page; nothing before it reads a body.
    "resolutionflow.web.middleware.RequestSizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts_app.middleware.UserMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts_app.middleware.SignInMiddleware",
    "accounts_app.first_steps.FirstStepsMiddleware",
    "accounts_app.middleware.PageUserMiddleware",
    "accounts_app.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "resolutionflow.urls"
WSGI_APPLICATION = "resolutionflow.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sessions_app.context_processors.sidebar",
            ],
            "builtins": [
                "resolutionflow.templatetags.icons",
                "resolutionflow.templatetags.page_script",
                "resolutionflow.templatetags.submission_token",
            ],
        },
    },
]

# A pool per process when served (gunicorn.conf.py sets its size); plain connections elsewhere.
DATABASE_POOL_SIZE = whole_number("DATABASE_POOL_SIZE", 0)
# People wait for a page; jobs, commands and migrations may wait for each other.
if os.environ.get("RESOLUTIONFLOW_PROCESS") == "web":
    LOCK_TIMEOUT_SECONDS = positive_int("WEB_LOCK_TIMEOUT_SECONDS", 5)
    STATEMENT_TIMEOUT_SECONDS = positive_int("WEB_STATEMENT_TIMEOUT_SECONDS", 30)
else:
    LOCK_TIMEOUT_SECONDS = positive_int("JOB_LOCK_TIMEOUT_SECONDS", 60)
    STATEMENT_TIMEOUT_SECONDS = positive_int("JOB_STATEMENT_TIMEOUT_SECONDS", 3600)
RUNNING_DATABASE_URL = DATABASE_URL or embedded_postgres.start(DATA_DIR)
try:
    database = env.db_url_config(RUNNING_DATABASE_URL)
except Exception:  # the parser's own errors are of many kinds, and show the password
    database = {}
if database.get("ENGINE") != "django.db.backends.postgresql" or not database.get("NAME"):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database (postgres://…).")
database["ENGINE"] = "resolutionflow.postgresql"
database["CONN_HEALTH_CHECKS"] = True
database["OPTIONS"] = database_options.bounded(
    database.get("OPTIONS", {}),
    connect_seconds=positive_int("DATABASE_CONNECT_TIMEOUT_SECONDS", 5),
    lock_seconds=LOCK_TIMEOUT_SECONDS,
    statement_seconds=STATEMENT_TIMEOUT_SECONDS,
)
if DATABASE_POOL_SIZE > 0:
    database["OPTIONS"]["pool"] = {
        "min_size": min(2, DATABASE_POOL_SIZE),
        "max_size": DATABASE_POOL_SIZE,
        "timeout": positive_int("DATABASE_POOL_TIMEOUT_SECONDS", 10),
        # Who comes after these gets 503 at once: threads are left for what needs no database.
        "max_waiting": DATABASE_POOL_SIZE * WAITING_PER_CONNECTION,
    }
else:
    database["CONN_MAX_AGE"] = 60
# The same locale for the tests' database as for the embedded one.
if not DATABASE_URL:
    database["TEST"] = {"TEMPLATE": embedded_postgres.DATABASE_TEMPLATE}
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by all processes, as counters of attempts must be; the first migration makes the table.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
# In the database alone: a memory of each process would keep people in who have signed out.
SESSION_ENGINE = "accounts_app.browser_sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "resolutionflow.web.views.csrf_failure"

AUTH_USER_MODEL = "accounts_app.User"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "resolutionflow.web.style_sheet.StyleSheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_ROOT = Path(text("STATIC_ROOT") or DATA_DIR / "static")
# Files named by their content, for browsers to keep; needs `manage.py collectstatic` first.
STATICFILES_BACKEND = text("STATICFILES_BACKEND") or (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if IS_LOCAL
    else "resolutionflow.web.static_storage.ManifestStorage"
)
if not importable(STATICFILES_BACKEND):
    raise ImproperlyConfigured("STATICFILES_BACKEND must name a storage class.")
# Plainly named files are served from where they lie, the others from where they are collected.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATICFILES_BACKEND.endswith(
    ("ManifestStaticFilesStorage", "ManifestStorage")
)

# Security. A browser on the same machine talks plain HTTP; anything else comes over TLS.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS_ONLY = boolean("HTTPS_ONLY", not IS_LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
# A browser takes a name with this prefix from this host alone, over TLS, for all of its paths.
if HTTPS_ONLY:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
# Both reach beyond this site: other hosts of the domain, and lists that browsers ship with.
SECURE_HSTS_INCLUDE_SUBDOMAINS = boolean("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = boolean("HSTS_PRELOAD", False)
# `check --deploy` asks for both; whether they are right is for the operator to say. User names are
# unique within an account; who signs in is found by `accounts_app.sign_in.names`.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "auth.W004"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if boolean("TRUST_FORWARDED_PROTO", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# So many proxies in front append to X-Forwarded-For; with none the connection says who calls.
TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# What no page of ours uses is off, for whatever might slip into one.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "autoplay": [],
    "camera": [],
    "clipboard-write": ["self"],
    "display-capture": [],
    "fullscreen": ["self"],
    "geolocation": [],
    "gyroscope": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
    "usb": [],
}
# Where someone who found a hole may say so: an address of mail or the web (RFC 9116).
SECURITY_CONTACT = text("SECURITY_CONTACT")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
    raise ImproperlyConfigured("SECURITY_CONTACT must begin with mailto:, https:// or tel:.")

# A whole command output must reach the form that bounds it kindly, hence the room.
MAX_REQUEST_BYTES = 16 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_REQUEST_BYTES
# No second copy on the disk of a file that is read into memory anyway.
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_REQUEST_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts_app.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts_app.api_permissions.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["accounts_app.api_limits.CallLimits"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "resolutionflow.api.operation.Operation",
    "EXCEPTION_HANDLER": "resolutionflow.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_KEY_CALLS_PER_MINUTE = whole_number("API_KEY_CALLS_PER_MINUTE", 1200)
API_USER_CALLS_PER_MINUTE = whole_number("API_USER_CALLS_PER_MINUTE", 2400)
# What answers calls that come with an Idempotency-Key, so that they make something once.
API_ANSWER_ONCE = "accounts_app.api_idempotency.answer_once"
SPECTACULAR_SETTINGS = {
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "string", "format": "uuid"}},
    "TITLE": "ResolutionFlow API",
    "DESCRIPTION": "Sessions, flows and exports for ticket systems and scripts.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    # Its links stand inside buttons, where no keyboard reaches them.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

SESSION_INACTIVITY_MINUTES = positive_int("SESSION_INACTIVITY_MINUTES", 30)
HANDOVER_NEWS_SECONDS = whole_number("HANDOVER_NEWS_SECONDS", 8)
SESSION_RETENTION_DAYS = positive_int("SESSION_RETENTION_DAYS", 90)
if SESSION_RETENTION_DAYS > 36_500:
    raise ImproperlyConfigured("SESSION_RETENTION_DAYS must be at most 36500, a hundred years.")
AUDIT_SIGN_IN_DAYS = positive_int("AUDIT_SIGN_IN_DAYS", 365)
if not 30 <= AUDIT_SIGN_IN_DAYS <= 36_500:
    raise ImproperlyConfigured("AUDIT_SIGN_IN_DAYS must be from 30 to 36500.")

# Files that people attach: outside the web root, served by a view that asks who may see them.
ATTACHMENTS_DIR = Path(text("ATTACHMENTS_DIR") or DATA_DIR / "attachments").resolve()
MAX_ATTACHMENT_MB = positive_int("MAX_ATTACHMENT_MB", 10)
if MAX_ATTACHMENT_MB * 1024 * 1024 >= MAX_REQUEST_BYTES:
    raise ImproperlyConfigured("MAX_ATTACHMENT_MB must be at most 15: requests end at 16 MB.")

# Where old sessions are archived before they are deleted, one file a run and account.
ARCHIVE_DIR = Path(text("ARCHIVE_DIR") or DATA_DIR / "archive").resolve()

# What is kept as files, each kind by a name that the code asks for it by.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
    "attachments": file_storage.in_folder(ATTACHMENTS_DIR),
    "archives": file_storage.in_folder(ARCHIVE_DIR),
}

# Background work. A job that was missed while no worker ran is done at the next start: the longest
# pause between two turns is a day.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 25 * 3600}
# Several at once, so that a title doesn't wait for an archive. When told to stop, what runs gets
# a second, then ends between two of its short pieces and is done again later.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 3, "shutdown_graceful_timeout": 1.0}

# Titles of sessions: made here, and by a language model only where one is named.
TITLE_MODEL = text("TITLE_MODEL")
ANTHROPIC_API_KEY = text("ANTHROPIC_API_KEY")
ANTHROPIC_BASE_URL = text("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
if TITLE_MODEL and not ANTHROPIC_API_KEY:
    raise ImproperlyConfigured("ANTHROPIC_API_KEY is required when TITLE_MODEL is set.")
if not ANTHROPIC_BASE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("ANTHROPIC_BASE_URL must be an address such as https://example.com.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.log_level("LOG_LEVEL", "WARNING")},
    # At DEBUG they would write down requests, with what is in them.
    "loggers": {name: {"level": "WARNING"} for name in ("anthropic", "httpx2", "httpcore2")},
}
