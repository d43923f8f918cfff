"""The colour that a tenant chose, as a small stylesheet of its own; the portal and forms wear it."""

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from servicedesk.pages.guards import public
from workflow.branding import colour_of_default_brand
from workflow.colours import Shown, is_colour, shown

A_YEAR = 365 * 24 * 60 * 60
STYLESHEET = (
    ".portal{{--accent:light-dark({0.light},{0.dark});"
    "--accent-soft:light-dark({0.soft_light},{0.soft_dark});--accent-fill:{0.fill}}}\n"
)


@lru_cache(maxsize=512)
def colour_shown(code: str) -> Shown:
    """Return what is shown of a colour `rrggbb`; some milliseconds the first time.

    Raises:
        ValueError: it is no colour.
    """
    if not is_colour(f"#{code}"):
        raise ValueError("This is no colour.")
    return shown(f"#{code}")


@require_safe
@public("a colour is no secret, and all that is answered stands in the address")
def stylesheet(_request: HttpRequest, colour: str) -> HttpResponse:
    """Answer what the portal shows of a colour. It is all in the address, so it can be kept.

    Raises:
        Http404: the address names no colour.
    """
    try:
        found = colour_shown(colour)
    except ValueError:
        raise Http404 from None
    answer = HttpResponse(STYLESHEET.format(found), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return answer


def code_of(colour: str) -> str:
    """Return a colour as it stands in an address; empty for none."""
    return colour.removeprefix("#")


def portal_colour(request: HttpRequest) -> str:
    """Return the code of the portal's colour, or nothing; one query where nobody has signed in."""
    contact: Any = getattr(request, "contact", None)
    known = getattr(contact, "brand_colour", None)
    if getattr(request, "tenant", None) is None:
        return ""
    return code_of(colour_of_default_brand() if known is None else known)
