"""The product's settings, quicker where a test does not mind."""

from servicedesk.settings import *  # noqa: F403
from servicedesk.settings import MIDDLEWARE, STORAGES

# One round instead of a million: tests sign in thousands of times.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tests ask from one address, many at the same minute; the limit has tests of its own.
API_REQUESTS_WITHOUT_TOKEN = 100_000
