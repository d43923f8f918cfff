"""How much anybody may send at once, looked at before a byte of it is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

# Files of 20 MB, which forms take at most, and what stands around them.
LONGEST_REQUEST = 25_000_000
# A customer's message takes ten files of 10 MB.
PORTAL, LONGEST_IN_PORTAL = "/help/", 101_000_000
# Its views look at the length before they read, and refuse as programs expect it.
LOOKS_BY_ITSELF = "/api/"


class SizeMiddleware:
    """Refuses what is longer than any form: Django would keep files on the disk, signed in or not.

    A body without a length is none: the server in front of Django reads no further.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path, length = request.path_info, request.META.get("CONTENT_LENGTH") or "0"
        longest = LONGEST_IN_PORTAL if path.startswith(PORTAL) else LONGEST_REQUEST
        is_short = length.isascii() and length.isdigit() and int(length) <= longest
        if is_short or path.startswith(LOOKS_BY_ITSELF):
            return self.get_response(request)
        answer = HttpResponse(
            _("This is more than %(size)d MB. Send less at once, or a link.")
            % {"size": longest // 1_000_000},
            content_type="text/plain; charset=utf-8",
            status=413,
        )
        # What was not read would be taken for the next request.
        answer["Connection"] = "close"
        return answer
