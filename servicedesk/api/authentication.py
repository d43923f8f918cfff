"""Who calls? A token in the header becomes an actor."""

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from workflow.people.actors import Actor
from workflow.people.authentication import BadToken, actor_of_token, live_token
from workflow.people.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer TOKEN`; the token counts at its own tenant's host only."""

    def authenticate(self, request: Request) -> tuple[Actor, ApiToken] | None:
        """Return the actor and the token, or None without a header; one to three queries.

        Raises:
            AuthenticationFailed: the header or the token is no good.
            NotFound: no tenant is found at this host.
        """
        header = get_authorization_header(request).decode("latin-1")
        if not header:
            return None
        scheme, _blank, word = header.partition(" ")
        if scheme.lower() != SCHEME.lower() or not word.strip():
            raise AuthenticationFailed(
                _("The header Authorization does not hold a token. Send: Bearer TOKEN."),
                code="bad_token",
            )
        if getattr(request, "tenant", None) is None:
            raise NotFound(_("There is no service desk at this address."))
        try:
            token = live_token(word.strip(), at=now())
        except BadToken as refusal:
            raise AuthenticationFailed(str(refusal), code=refusal.code) from refusal
        return actor_of_token(token), token

    def authenticate_header(self, _request: Request) -> str:
        """Return what a refused caller is told to send."""
        return f'{SCHEME} realm="api"'


class NeedsActor(BasePermission):
    """Lets in whoever showed a token; what it may do is decided by the actions."""

    def has_permission(self, request: Request, _view: "APIView") -> bool:
        """Whether there is an actor."""
        return isinstance(request.user, Actor)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """Return the scheme of the header."""
        return {"type": "http", "scheme": "bearer"}
