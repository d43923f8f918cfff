"""The product's settings: one file, everything from outside read in `servicedesk.env`."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from servicedesk.env import database_settings, read_environment

ENVIRONMENT = read_environment(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts]
DEMO = ENVIRONMENT.demo
BASE_DOMAIN = ENVIRONMENT.base_domain
PUBLIC_SCHEME = ENVIRONMENT.public_scheme
PUBLIC_PORT = ENVIRONMENT.port
LIVE_PORT = ENVIRONMENT.live_port
SMTP_PORT = ENVIRONMENT.smtp_port
LMTP_PORT = ENVIRONMENT.lmtp_port
BIND = ENVIRONMENT.bind
MAIL_DOMAIN = ENVIRONMENT.mail_domain
# The name with which our own mail server signs Authentication-Results; others count for nothing.
MAIL_AUTHSERV_ID = ENVIRONMENT.mail_authserv_id
# At most so many receipts of each tenant, so that nobody makes us write to the whole world.
RECEIPTS_AN_HOUR = ENVIRONMENT.receipts_an_hour
# How many mails of large broadcasts a worker process hands over each second; 0: as many as it can.
BULK_MAILS_PER_SECOND = ENVIRONMENT.bulk_mails_per_second
SMTP_URL = ENVIRONMENT.smtp_url
REDIS_URL = ENVIRONMENT.redis_url
# The process that knows which problems a text is like; "" means by words alone.
MATCHER_URL = ENVIRONMENT.matcher_url
# Where calls to hosts that a tenant names may go besides the public network; see docs/security.md.
OUTBOUND_ALLOWED = ENVIRONMENT.outbound_allowed
OUTBOUND_PORTS = ENVIRONMENT.outbound_ports
# Who may read /metrics besides this machine.
METRICS_ALLOWED = ENVIRONMENT.metrics_allowed
METRICS_TOKEN = ENVIRONMENT.metrics_token
DATA_DIR = ENVIRONMENT.data_dir

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "workflow",
    "customers",
    "cases",
    "problems",
    "knowledge",
    "servicedesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "servicedesk.pages.packing.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "servicedesk.pages.health.HealthMiddleware",
    "servicedesk.pages.size_limit.SizeMiddleware",
    "workflow.tenancy.middleware.TenantMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "servicedesk.pages.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "servicedesk.pages.shell.shell",
            ],
            "builtins": [
                "servicedesk.templatetags.ui",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "servicedesk.pages.template_files.PageLoader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]

# Three roles of one database: the app behind the walls, the owner for migrations, the sweeper
# that finds due work across tenants. See docs/security.md.
CONNECTION = {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": True,
}
DATABASES = {
    "default": {
        **database_settings(ENVIRONMENT.database_url),
        **CONNECTION,
        "ENGINE": "workflow.tenancy.postgresql",
        "ATOMIC_REQUESTS": True,
    },
    "sweeper": {
        **database_settings(ENVIRONMENT.database_sweeper_url, name="DATABASE_SWEEPER_URL"),
        **CONNECTION,
        "ENGINE": "django.db.backends.postgresql",
    },
    "owner": {
        **database_settings(
            ENVIRONMENT.database_owner_url or ENVIRONMENT.database_url, name="DATABASE_OWNER_URL"
        ),
        **CONNECTION,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

SESSION_ENGINE = "servicedesk.pages.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "servicedesk.pages.refusals.csrf_failure"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]

IS_HTTPS = PUBLIC_SCHEME == "https"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
PORTAL_COOKIE_NAME = "__Host-portal" if IS_HTTPS else "portal"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LIVE_ORIGINS = [] if IS_HTTPS else [f"http://*.{BASE_DOMAIN}:{LIVE_PORT}"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *LIVE_ORIGINS],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # The demo's front page signs in at the tenants' hosts.
        "form-action": [SELF, f"http://*.{BASE_DOMAIN}:{PUBLIC_PORT}"] if DEMO else [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "servicedesk" / "locale"]
# Looking up what every text would be in the only language is a sixth of what a page costs.
USE_I18N = len(LANGUAGES) > 1
if USE_I18N:
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware") + 1,
        "django.middleware.locale.LocaleMiddleware",
    )
USE_TZ = True
TIME_ZONE = "UTC"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = ["servicedesk.pages.static_files.UsedFilesFinder"]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

# Of one network in one minute; with a token its own number counts.
API_REQUESTS_WITHOUT_TOKEN = 60
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["servicedesk.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["servicedesk.api.authentication.NeedsActor"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "servicedesk.api.refusals.as_problem_document",
    "NON_FIELD_ERRORS_KEY": "request",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline API",
    "DESCRIPTION": "Cases, problems, and the way from the one to the end of the other.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Codes stand where they are used: lists of codes need no names that could collide.
    "POSTPROCESSING_HOOKS": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        # The library of the listener writes every command, and with it every address.
        "mail.log": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
