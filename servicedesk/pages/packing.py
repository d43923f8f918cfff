"""Pages and API answers are packed on their way, for browsers that can unpack them.

Files are not: those of the product are packed once, when they are built, and what customers sent
is mostly packed already. The length of each answer is blurred by up to a hundred random bytes, so
that nobody can read a secret of the page from how well it packs (BREACH).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

PACKED = ("text/", "application/json", "application/problem+json", "application/vnd.oai")


class PackingMiddleware(GZipMiddleware):
    """Packs what is text."""

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponse:
        """Return the answer, smaller if it is text and the browser accepts gzip."""
        if not response.headers.get("Content-Type", "").startswith(PACKED):
            return response
        return super().process_response(request, response)
