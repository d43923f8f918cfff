"""How a refusal reaches a person: the right status, the sentence, and a way on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workflow.people.actors import NotPermitted
from workflow.people.authentication import TooManyTries
from workflow.refusals import Refusal
from workflow.tenancy.middleware import TenantAtHost

STATUS = {NotPermitted: 403, TooManyTries: 429}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: 403, 429, or 409 for all that is so for now."""
    for kind, status in STATUS.items():
        if isinstance(refusal, kind):
            return status
    return int(getattr(refusal, "status", 409))


def error_page(
    request: HttpRequest, *, status: int, sentence: str = "", next_step: str = ""
) -> HttpResponse:
    """Return the page of an error with its sentence and what to do."""
    return render(
        request,
        f"errors/{status}.html",
        {"sentence": sentence, "next_step": next_step, "way_on": request.path},
        status=status,
    )


def holds_null(request: HttpRequest) -> bool:
    """Whether an address, a field or the name of a file holds the character NUL."""
    given = [request.path_info]
    for fields in (request.GET, request.POST):
        given.extend(value for _name, values in fields.lists() for value in values)
    for _name, files in request.FILES.lists():
        given.extend(f"{one.name}{one.content_type}" for one in files)
    return any("\0" in value for value in given)


class RefusalMiddleware:
    """Turns a refusal that a view let through into its page; its transaction is rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: object
    ) -> HttpResponse | None:
        """Refuse the one character that no text of the database can hold; programs ask elsewhere."""
        if getattr(view, "csrf_exempt", False) or not holds_null(request):
            return None
        return error_page(
            request,
            status=400,
            sentence=_("There is a character in it that no text can hold."),
            next_step=_("Go back, write it anew instead of pasting it, and send it again."),
        )

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; every other fault goes on to Django."""
        if not isinstance(exception, Refusal):
            return None
        return error_page(
            request,
            status=status_of(exception),
            sentence=exception.sentence,
            next_step=exception.next_step,
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was opened too long ago or in another browser."""
    return error_page(
        request,
        status=403,
        sentence=_("This form was opened too long ago, or cookies are off."),
        next_step=_("Go back, load the page again and send the form once more."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense."""
    return error_page(request, status=400)


def not_permitted(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody without the right."""
    return error_page(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is not there, or not for this person."""
    return error_page(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for our own fault; the log has the details."""
    if not isinstance(getattr(request, "tenant", None), TenantAtHost):
        request.tenant = None  # type: ignore[attr-defined]
    return error_page(request, status=500)
