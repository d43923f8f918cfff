"""Turn a sample into the page that a browser would get, in English, at the sample's hour."""

from django.template.loader import get_template
from django.test import override_settings
from django.utils import timezone, translation

from tests.pages.journeys import OSLO
from tests.pages.samples import PAGES


def rendered(name: str, *, language: str = "en") -> str:
    """Return the HTML of a sample page."""
    template, context = PAGES[name]
    with (
        override_settings(ROOT_URLCONF="tests.pages.names"),
        translation.override(language),
        timezone.override(OSLO),
    ):
        return get_template(template).render({**context, "csrf_token": "sample"})
