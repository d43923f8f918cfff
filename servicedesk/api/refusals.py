"""How a refusal reaches a program: RFC 9457, a code to act on and two sentences to read."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    ParseError,
    Throttled,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import set_rollback

from problems.guarding import Guarded
from servicedesk.pages.refusals import status_of
from workflow.refusals import Refusal

log = logging.getLogger(__name__)

UNIQUE_VIOLATION = "23505"
CONTENT_TYPE = "application/problem+json"


class Unprocessable(Refusal):
    """A value of the request names nothing that is there."""

    code = "unprocessable"
    status = 422


def as_problem_document(fault: Exception, context: dict[str, Any]) -> Response:
    """Return the answer to whatever went wrong; the request's transaction is rolled back."""
    set_rollback()
    if isinstance(fault, Refusal):
        return problem_document(
            status_code=status_of_refusal(fault, context.get("request")),
            code=fault.code,
            title=fault.sentence,
            detail=fault.next_step,
            rules=fault.rules if isinstance(fault, Guarded) else None,
        )
    if isinstance(fault, ValidationError):
        return problem_document(
            status_code=status.HTTP_422_UNPROCESSABLE_ENTITY,
            code="not_valid",
            title=_("Some fields do not fit."),
            detail=_("Correct the fields under errors and send the request again."),
            errors=fault.detail,
        )
    if isinstance(fault, IntegrityError) and is_taken(fault):
        return problem_document(
            status_code=status.HTTP_409_CONFLICT,
            code="taken_meanwhile",
            title=_("Somebody did the same at the same moment."),
            detail=_("Read what is there now, and decide once more."),
        )
    if isinstance(fault, RecursionError):
        # JSON of thousands of brackets: nothing that anybody writes.
        fault = ParseError()
    if isinstance(fault, APIException):
        return answer_of(fault)
    if isinstance(fault, Http404):
        return not_found()
    if isinstance(fault, PermissionDenied):
        return problem_document(
            status_code=status.HTTP_403_FORBIDDEN,
            code="not_permitted",
            title=_("Your role does not include this."),
            detail=_("Ask an administrator of your service desk for the right role."),
        )
    log.error("an API request failed", exc_info=fault)
    return problem_document(
        status_code=status.HTTP_500_INTERNAL_SERVER_ERROR,
        code="our_fault",
        title=_("Something went wrong on our side. Nothing was changed."),
        detail=_("Try again; if it stays, tell your administrator the time."),
    )


def is_taken(fault: IntegrityError) -> bool:
    """Whether the database refused a second one of what there is once."""
    return getattr(fault.__cause__, "pgcode", "") == UNIQUE_VIOLATION


def status_of_refusal(refusal: Refusal, request: Any) -> int:
    """Return the status of a refusal; 412 where the caller said which version it has read."""
    if refusal.code == "changed_meanwhile" and request and request.headers.get("If-Match"):
        return status.HTTP_412_PRECONDITION_FAILED
    return status_of(refusal)


def answer_of(fault: APIException) -> Response:
    """Return the answer to what REST framework itself refuses."""
    title, detail = str(fault.detail), ""
    code = str(fault.get_codes())
    if isinstance(fault, NotAuthenticated):
        title = _("A token is needed here.")
        detail = _("Send the header Authorization: Bearer TOKEN.")
    elif isinstance(fault, ParseError):
        title = _("The request is not valid JSON.")
        detail = _("Send JSON with the header Content-Type: application/json.")
    elif isinstance(fault, Throttled):
        detail = _("Wait as many seconds as Retry-After says, then go on.")
    answer = problem_document(status_code=fault.status_code, code=code, title=title, detail=detail)
    # APIView sets it where a caller has to show who it is.
    scheme = getattr(fault, "auth_header", None)
    if scheme:
        answer["WWW-Authenticate"] = scheme
    wait = getattr(fault, "wait", None)
    if wait:
        answer["Retry-After"] = str(int(wait))
    return answer


def not_found() -> Response:
    """Return the answer for an address that leads nowhere."""
    return problem_document(
        status_code=status.HTTP_404_NOT_FOUND,
        code="not_found",
        title=_("There is nothing at this address."),
        detail=_("Look at the schema under /api/schema/."),
    )


def problem_document(
    *,
    status_code: int,
    code: str,
    title: str,
    detail: str = "",
    errors: Any = None,
    rules: list[str] | None = None,
) -> Response:
    """Return a problem document; `rules` are those of the guard."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status_code,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        document["errors"] = errors
    if rules is not None:
        document["rules"] = rules
    # What a caller sent may stand in a sentence; half of a character cannot be sent back.
    return Response(encodable(document), status=status_code, content_type=CONTENT_TYPE)


def encodable(value: Any) -> Any:
    """Return data without what UTF-8 cannot write; a question mark stands in its place."""
    if isinstance(value, dict):
        return {encodable(name): encodable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [encodable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
