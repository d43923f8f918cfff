"""What every view of the interface shares: an actor, a moment, limits, one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.http import Http404, HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from servicedesk.api.limiting import TooManyRequests, refuse_strangers, tell_limits, use_of_token
from servicedesk.api.operations import Operation, operation_of
from servicedesk.limits import Allowance
from servicedesk.pages.network import network_of
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.models import ApiToken
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_BODY = 2_500_000
LONGEST_FORM = 25_000_000


class TooLong(Refusal):
    """The request is bigger than anything that is taken here."""

    code = "too_long"
    status = 413


class NotText(Refusal):
    """The address holds the character NUL, which no text of the database can hold."""

    code = "not_text"
    status = 400


class BadCondition(Refusal):
    """The header If-Match names no version."""

    code = "bad_if_match"
    status = 400


class TokenView(APIView):
    """A view for programs with a token. `actor` is who acts, `at` when the request came."""

    # The catalog of pages reads from this who may enter.
    guard: ClassVar[str] = "token"
    takes_files: ClassVar[bool] = False
    # What an address can do is told by the schema; OPTIONS is a method like any other.
    metadata_class = None
    actor: Actor
    at: datetime
    asked: Mapping[str, Any]
    """What the address asks for, checked: the filters of a list."""
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything is read: too long, no token, too often, no right, no such filter."""
        self.at = now()
        self.refuse_unreadable(request)
        try:
            super().initial(request, *args, **kwargs)
        except (AuthenticationFailed, NotAuthenticated):
            if getattr(request, "tenant", None) is None:
                raise Http404 from None
            refuse_strangers(network_of(cast("HttpRequest", request)), at=self.at)
            raise
        self.actor = cast("Actor", request.user)
        request.actor = self.actor  # type: ignore[attr-defined]
        self.allowance = use_of_token(self.token, at=self.at)
        if not self.allowance.is_allowed:
            raise TooManyRequests(self.allowance)
        operation = self.operation
        if operation is not None:
            self.require_one_of(*operation.any_of)
            self.asked = operation.filters_in(request)

    def refuse_unreadable(self, request: Request) -> None:
        """Refuse what is too long, and what no text can hold."""
        longest = LONGEST_FORM if self.takes_files else LONGEST_BODY
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > longest:
            raise TooLong(
                _("The request is longer than %(size).1f MB.") % {"size": longest / 1_000_000},
                next_step=_("Send less at once."),
            )
        if any(
            "\0" in part for pair in request.query_params.lists() for part in (pair[0], *pair[1])
        ):
            raise NotText(
                _("There is a character in the address that no text can hold."),
                next_step=_("Send the request without it."),
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say in the headers how often the token may still ask."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            tell_limits(answer, allowance=self.allowance, at_most=self.token.requests_per_minute)
        answer["Cache-Control"] = "no-store"
        return answer

    @property
    def token(self) -> ApiToken:
        """The token that the request showed."""
        return cast("ApiToken", self.request.auth)

    @property
    def operation(self) -> Operation | None:
        """What the request's method does here; None where there is no such method."""
        method = str(self.request.method).lower()
        if method not in self.http_method_names:
            return None
        return operation_of(getattr(self, method, None))

    @property
    def is_customer(self) -> bool:
        """Whether a customer's token acts."""
        return self.actor.kind is ActorKind.CONTACT

    def require_one_of(self, *any_of: Permission) -> None:
        """Refuse who has none of the permissions.

        Raises:
            NotPermitted: none of them is among the actor's.
        """
        if not any(self.actor.may(permission) for permission in any_of):
            raise NotPermitted(
                _("The role or the scopes of this token do not include this."),
                next_step=_("Ask an administrator for a token that may."),
            )

    def version_in(self, fields: Mapping[str, Any]) -> int | None:
        """Return the version that the caller has read: of If-Match, else of the field.

        Raises:
            BadCondition: the header holds something else.
        """
        header = self.request.headers.get("If-Match", "").strip()
        if not header or header == "*":
            return fields.get("version")
        written = header.removeprefix("W/").strip('"')
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise BadCondition(
                _("The header If-Match does not hold a version."),
                next_step=_("Send the ETag that came with the record."),
            )
        return int(written)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view with its guard on it, for the catalog of pages."""
        view = super().as_view(**initkwargs)
        view.guard = cls.guard  # type: ignore[attr-defined]
        return view
