"""How often a program may ask: so many requests a minute for each token, few without one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, Throttled
from rest_framework.response import Response

from servicedesk.limits import Allowance, allow
from workflow.people.models import ApiToken

MINUTE = timedelta(minutes=1)


class TooManyRequests(Throttled):
    """The limit of this minute is reached."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(wait=allowance.retry_after_seconds)
        # Throttled would add the seconds in words of its own; they stand in Retry-After.
        self.detail = ErrorDetail(_("Too many requests in this minute."), code=self.default_code)


def use_of_token(token: ApiToken, *, at: datetime) -> Allowance:
    """Count a request of a token; whether it is within the limit stands in the answer."""
    return allow(f"api:token:{token.pk}", at_most=token.requests_per_minute, per=MINUTE, at=at)


def refuse_strangers(network: str, *, at: datetime) -> None:
    """Count a request without a valid token.

    Raises:
        TooManyRequests: too many came from this network in this minute.
    """
    allowance = allow(
        f"api:network:{network}",
        at_most=settings.API_REQUESTS_WITHOUT_TOKEN,
        per=MINUTE,
        at=at,
    )
    if not allowance.is_allowed:
        raise TooManyRequests(allowance)


def tell_limits(response: Response, *, allowance: Allowance, at_most: int) -> None:
    """Write into the headers how much is left in this minute, and for how many seconds."""
    response["RateLimit-Limit"] = str(at_most)
    response["RateLimit-Remaining"] = str(allowance.remaining)
    response["RateLimit-Reset"] = str(allowance.retry_after_seconds)
