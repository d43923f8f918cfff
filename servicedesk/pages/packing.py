"""Pages and API answers are packed on their way, for browsers that can unpack them.

Files are not: those of the product are packed once, when they are built, and what customers sent
is mostly packed already. The length of each answer is blurred by up to a hundred random bytes, so
that nobody can read a secret of the page from how well it packs (BREACH). An answer with an ETag is
one small record of the API: packing would turn its version into a weak one, which nobody may name
when they change the record.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PACKED = ("text/", "application/json", "application/problem+json", "application/vnd.oai")


class PackingMiddleware(GZipMiddleware):
    """Packs what is text."""

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        """Return the answer, smaller if it is text and the browser accepts gzip."""
        answer: HttpResponseBase = response
        is_text = answer.headers.get("Content-Type", "").startswith(PACKED)
        if not is_text or answer.has_header("ETag"):
            return answer
        return super().process_response(request, response)
