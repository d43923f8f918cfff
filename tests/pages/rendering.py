"""Turn a sample into the page that a browser would get, in English, at the sample's hour."""

from typing import Any

from django.template.loader import get_template
from django.test import override_settings
from django.utils import timezone, translation

from tests.pages.journeys import OSLO
from tests.pages.samples import PAGES


def rendered(name: str, *, language: str = "en", **instead: Any) -> str:
    """Return the HTML of a sample page; `instead` replaces parts of its context."""
    template, sample = PAGES[name]
    context = sample | instead
    with (
        override_settings(ROOT_URLCONF="tests.pages.names"),
        translation.override(language),
        timezone.override(OSLO),
    ):
        return get_template(template).render({**context, "csrf_token": "sample"})
