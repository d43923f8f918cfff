"""What every view of the interface shares: an actor, a moment, a limit, one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, cast

from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from servicedesk.api.answering import Answer, answered_once
from workflow.people.actors import Actor
from workflow.refusals import Refusal

LONGEST_BODY = 2_500_000


class TooLong(Refusal):
    """The request is bigger than anything that is taken here."""

    code = "too_long"
    status = 413


class NotText(Refusal):
    """The address holds the character NUL, which no text of the database can hold."""

    code = "not_text"
    status = 400


class TokenView(APIView):
    """A view for programs with a token. `actor` is who acts, `at` when the request came."""

    # The catalog of pages reads from this who may enter.
    guard: ClassVar[str] = "token"
    actor: Actor
    at: datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything is read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > LONGEST_BODY:
            raise TooLong(
                _("The request is longer than 2.5 MB."), next_step=_("Send less at once.")
            )
        if any("\0" in value for value in request.query_params.values()):
            raise NotText(
                _("There is a character in the address that no text can hold."),
                next_step=_("Send the request without it."),
            )
        super().initial(request, *args, **kwargs)
        self.actor = cast("Actor", request.user)
        self.at = now()
        request.actor = self.actor  # type: ignore[attr-defined]

    def once(self, request: Request, act: Callable[[], Answer]) -> Response:
        """Act, or answer as the last time if the caller's key says so."""
        return answered_once(request, caller=str(request.auth), at=self.at, act=act)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view with its guard on it, for the catalog of pages."""
        view = super().as_view(**initkwargs)
        view.guard = cls.guard  # type: ignore[attr-defined]
        return view
