"""What a program can ask for: each operation with its name, rights, fields, answers and errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request

from servicedesk.api.answering import answered_once, as_answer
from servicedesk.api.shapes.fields import ProblemDocument, Taken
from workflow.people.permissions import Permission

if TYPE_CHECKING:
    from servicedesk.api.base import TokenView

Shape = type[serializers.Serializer[Any]]
Handler = Callable[..., Any]

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A word of your own, at most 200 characters: sent again within a day it is done once.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that was read; the change is refused with 412 if there is a newer one.",
)
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The number.")
ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The id that the list names.")
SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The short name.")
KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, description="The code of the mail.")
FILE = OpenApiParameter("file_id", int, OpenApiParameter.PATH, description="The id of the file.")
ADDRESS = OpenApiParameter(
    "address_id", int, OpenApiParameter.PATH, description="The id of the address."
)
ROLE = OpenApiParameter("role_id", int, OpenApiParameter.PATH, description="The id of the role.")
SUSPECT = OpenApiParameter(
    "problem_number", int, OpenApiParameter.PATH, description="The number of the problem."
)
PATHS = {
    "number": NUMBER,
    "problem_number": SUSPECT,
    "pk": ID,
    "slug": SLUG,
    "kind": KIND,
    "file_id": FILE,
    "address_id": ADDRESS,
    "role_id": ROLE,
    **{
        f"{name}_id": OpenApiParameter(
            f"{name}_id", int, OpenApiParameter.PATH, description=f"The id of the {name}."
        )
        for name in (
            "participant",
            "question",
            "call",
            "promise",
            "clock",
            "statement",
            "analysis",
            "cause",
            "contact",
            "scope",
            "reshaping",
            "request",
            "prevention",
        )
    },
}

EXAMPLES = {
    400: ("parse_error", "The request is not valid JSON."),
    401: ("bad_token", "This token is unknown, expired or revoked."),
    403: ("not_permitted", "The role or the scopes of this token do not include this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "The address does not have this method."),
    406: ("not_acceptable", "Only JSON is given here."),
    409: ("changed_meanwhile", "Somebody changed this while you had it open."),
    412: ("changed_meanwhile", "Somebody changed this while you had it open."),
    413: ("too_long", "The request is longer than 2.5 MB."),
    415: ("unsupported_media_type", "This kind of content is not taken here."),
    422: ("not_valid", "Some fields do not fit."),
    429: ("throttled", "Too many requests in this minute."),
    500: ("our_fault", "Something went wrong on our side. Nothing was changed."),
}
PROBLEM = "application/problem+json"
READING = (400, 401, 403, 404, 405, 406, 413, 422, 429, 500)
WRITING = (*READING, 409, 412, 415)


@dataclass(frozen=True)
class Operation:
    """One thing that programs can ask for: its name, who may, and how a list may be narrowed."""

    name: str
    any_of: tuple[Permission, ...]
    filters: type[Taken] | None

    def filters_in(self, request: Request) -> Mapping[str, Any]:
        """Return what the address asks for, checked.

        Raises:
            ValidationError: there is no such filter, or its value does not fit.
        """
        asked = {name: values[-1] for name, values in request.query_params.lists()}
        shape = (self.filters or Taken)(data=asked)
        shape.is_valid(raise_exception=True)
        kept: Mapping[str, Any] = shape.validated_data
        return kept


def operation(
    name: str,
    *,
    any_of: tuple[Permission, ...],
    gives: Any = None,
    takes: Shape | None = None,
    filters: type[Taken] | None = None,
    path: tuple[str, ...] = (),
    status: int = 200,
    says: str = "",
    keeps: Callable[[Any], Any] | None = None,
    tag: str = "",
    media: tuple[str, ...] = ("application/json",),
    gives_file: bool = False,
) -> Callable[[Handler], Handler]:
    """Make a handler an operation of the interface.

    The handler of a reading method gets its path's parameters, that of a writing one the checked
    fields before them; it returns the data of the answer, or a whole response. What is written
    with an Idempotency-Key is done once; `keeps` returns what of the answer may be kept for it.
    """

    def made(handler: Handler) -> Handler:
        is_writing = handler.__name__ != "get"

        @extend_schema(
            operation_id=name,
            description=" ".join((handler.__doc__ or "").split()) + (f"\n\n{says}" if says else ""),
            summary=(handler.__doc__ or "").strip().splitlines()[0].rstrip("."),
            tags=[tag] if tag else None,
            parameters=[
                *(PATHS[one] for one in path),
                *([filters] if filters else []),
                *([KEY] if is_writing else []),
                *([IF_MATCH] if takes is not None and "version" in takes().fields else []),
            ],
            request=dict.fromkeys(media, takes) if takes else None,
            responses={
                **answer_shapes(status, gives, is_file=gives_file),
                **refusals(WRITING if is_writing else READING),
            },
        )
        @wraps(handler)
        def asked(view: "TokenView", request: Request, **kwargs: str) -> HttpResponseBase:
            named = in_path(kwargs)
            if not is_writing:
                return as_response(handler(view, **named), status=status)
            fields = checked(takes, request)
            return answered_once(
                request,
                caller=view.token.digest,
                at=view.at,
                act=lambda: (status, handler(view, fields, **named)),
                keeps=keeps,
            )

        asked.operation = Operation(name, any_of, filters)  # type: ignore[attr-defined]
        return asked

    return made


def answer_shapes(status: int, gives: Any, *, is_file: bool) -> dict[Any, Any]:
    """Return how the answer looks where all is well."""
    if is_file:
        return {(status, "application/octet-stream"): OpenApiTypes.BINARY}
    return {status: gives if gives is not None else OpenApiResponse(description="Done.")}


def operation_of(handler: Any) -> Operation | None:
    """Return the operation of a handler, or None."""
    found = getattr(handler, "operation", None)
    return found if isinstance(found, Operation) else None


def checked(takes: Shape | None, request: Request) -> Any:
    """Return the fields of a request, checked.

    Raises:
        ValidationError: one of them does not fit, or there is no such field.
    """
    shape = (takes or Taken)(data=request.data)
    shape.is_valid(raise_exception=True)
    return shape.validated_data


def as_response(data: Any, *, status: int) -> HttpResponseBase:
    """Return data as an answer, with its version as the ETag; a whole response as it is."""
    return data if isinstance(data, HttpResponseBase) else as_answer(status, data)


def in_path(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of an address as what they name; `P-204` is the problem of number 204."""
    return {
        name: value if name in ("slug", "kind") else int(value.lower().removeprefix("p-"))
        for name, value in given.items()
    }


@cache
def refusals(statuses: tuple[int, ...]) -> dict[tuple[int, str], OpenApiResponse]:
    """Return how refusals look, made once: hundreds of operations have the same, 4 MB of them."""
    return {(status, PROBLEM): refusal(status) for status in statuses}


@cache
def refusal(status: int) -> OpenApiResponse:
    """Return how an answer with this status looks, with an example."""
    code, title = EXAMPLES[status]
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "",
        "code": code,
    }
    if status == 422:
        document["errors"] = {"subjekt": ["There is no such field. There are: body, subject."]}
    return OpenApiResponse(
        response=ProblemDocument,
        description=title,
        examples=[OpenApiExample(code, value=document, media_type=PROBLEM)],
    )


@cache
def page_shape(row: Shape) -> Any:
    """Return the shape of a page of rows."""
    return inline_serializer(
        f"{row.__name__.removesuffix('Shape')}Page",
        {
            "results": row(many=True),
            "next": serializers.URLField(
                allow_null=True, help_text="The address of the next page, or null."
            ),
        },
    )
