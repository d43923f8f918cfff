"""Markdown of ours as safe HTML for a page."""

import re

from django.utils.safestring import SafeString, mark_safe

from knowledge.rendering import to_html

SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


def prose(text: str) -> SafeString:
    """Return a text as clean HTML."""
    # Everything but a short list of tags was taken out by the renderer.
    return mark_safe(to_html(text))  # noqa: S308


def answer_prose(text: str) -> SafeString:
    """Return an answer as clean HTML; a line that ends in the text ends on the page."""
    return prose(SINGLE_BREAK.sub("  \n", text))
