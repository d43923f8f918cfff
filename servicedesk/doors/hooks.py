"""Where other channels hand in what customers say: signed, counted, and answered in JSON."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cases.intake.hooks import open_hook, store_inbound, take_in_inbound
from cases.intake.payloads import read_payload
from servicedesk.limits import allow
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.refusals import status_of
from servicedesk.sealing import unseal
from servicedesk.webhooks.signing import signature
from workflow.refusals import Refusal

OLDEST = timedelta(minutes=5)
LARGEST_BODY = 2_000_000
AT_MOST_A_MINUTE = 600
MINUTE = timedelta(minutes=1)
LONGEST_ID = 200


class NotSigned(Refusal):
    """The signature is missing, false, or too old."""

    code = "not_signed"
    status = 401


class TooLarge(Refusal):
    """The body is larger than this door takes."""

    code = "too_large"
    status = 413


class TooManyMessages(Refusal):
    """More messages than a channel may hand in."""

    code = "too_many_messages"
    status = 429


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
@public("whoever knows the channel's secret signs the body with it")
def inbound(request: HttpRequest, key: str) -> HttpResponse:
    """Take one message of a channel: stored first, then a case or a message of one."""
    needs_tenant(request)
    at = now()
    try:
        return JsonResponse(taken(request, key, at=at), status=201)
    except Refusal as refusal:
        return problem(refusal, at=at)


def taken(request: HttpRequest, key: str, *, at: datetime) -> dict[str, Any]:
    """Check, store and take in one message; return what became of it.

    The same `external_id` again changes nothing and gets the same answer.

    Raises:
        Refusal: see the classes of this module and of the payload.
    """
    refuse_large(request)
    with transaction.atomic():
        hook = open_hook(key)
    body = request.body
    refuse_unsigned(request, secret=unseal(hook.sealed_secret), body=body, at=at)
    allowance = allow(f"hook:{hook.pk}", at_most=AT_MOST_A_MINUTE, per=MINUTE, at=at)
    if not allowance.is_allowed:
        raise TooManyMessages(
            _("This channel handed in too many messages."),
            next_step=_("Wait %(seconds)d seconds, then send it again.")
            % {"seconds": allowance.retry_after_seconds},
        )
    handed = read_payload(body)
    stored = store_inbound(hook, handed, at=at)
    kept = take_in_inbound(stored.pk, handed, at=at)
    if kept.case is None:
        return {"outcome": "kept", "case": None, "reason": kept.reason}
    outcome = "case" if kept.opened_case else "message"
    return {"outcome": outcome, "case": kept.case.number, "reason": ""}


def refuse_large(request: HttpRequest) -> None:
    """Refuse a body that is too large, before it is read.

    Raises:
        TooLarge: it is.
    """
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = LARGEST_BODY + 1
    if length > LARGEST_BODY:
        raise TooLarge(
            _("The body is larger than 2 MB."), next_step=_("Leave files out, or send a link.")
        )


def refuse_unsigned(request: HttpRequest, *, secret: str, body: bytes, at: datetime) -> None:
    """Refuse what the channel's secret did not sign within five minutes, in constant time.

    Raises:
        NotSigned: it did not.
    """
    message_id = request.headers.get("Webhook-Id", "")[:LONGEST_ID]
    written = request.headers.get("Webhook-Timestamp", "")
    signed_at = (
        datetime.fromtimestamp(int(written), tz=UTC)
        if written.isascii() and written.isdigit() and len(written) <= 10
        else None
    )
    if signed_at is None or abs(at - signed_at) > OLDEST:
        raise NotSigned(
            _("The header webhook-timestamp is missing or more than five minutes off."),
            next_step=_("Send the present time in seconds since 1970, and set your clock."),
        )
    expected = signature(secret, message_key=message_id, at=signed_at, body=body).encode()
    given = request.headers.get("Webhook-Signature", "").split()[:10]
    # Every given signature is compared, so that the time taken says nothing of which one fits.
    if sum(hmac.compare_digest(expected, one.encode()) for one in given) == 0:
        raise NotSigned(
            _("The signature does not fit."),
            next_step=_(
                "Sign webhook-id, webhook-timestamp and the body with this channel's secret."
            ),
        )


def problem(refusal: Refusal, *, at: datetime) -> JsonResponse:
    """Return a refusal as a problem document (RFC 9457)."""
    status = status_of(refusal)
    answer = JsonResponse(
        {
            "type": "about:blank",
            "status": status,
            "code": refusal.code,
            "title": refusal.sentence,
            "detail": refusal.next_step,
        },
        status=status,
        content_type="application/problem+json",
    )
    if isinstance(refusal, TooManyMessages):
        answer["Retry-After"] = str(60 - int(at.timestamp()) % 60)
    return answer
