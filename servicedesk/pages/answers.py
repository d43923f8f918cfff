"""Answer with a whole page, or with the part that htmx swaps."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page; for htmx only its partial, if one is named."""
    name = template
    if partial and getattr(request, "htmx", False):
        name = f"{template}#{partial}"
    return render(request, name, context, status=status)
