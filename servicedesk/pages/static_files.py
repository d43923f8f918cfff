"""Which static files are collected: ours, and of packages those alone that a page asks for."""

from collections.abc import Iterable
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

# Each file is compressed twice, and most that packages bring is for pages that we do not have.
USED_OF_PACKAGES = {
    "django_htmx": {"htmx-2.min.js", "django-htmx.js"},
    "rest_framework": set[str](),
}


class UsedFilesFinder(AppDirectoriesFinder):
    """Finds the files of each app, without those that nobody asks for."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Yield path and storage of each file."""
        for path, storage in super().list(ignore_patterns):
            package, _, name = path.partition("/")
            if package not in USED_OF_PACKAGES or name in USED_OF_PACKAGES[package]:
                yield path, storage
