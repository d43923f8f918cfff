"""Do once what is asked twice: `Idempotency-Key` on POST."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from servicedesk.api.models import Answered
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

KEPT_FOR = timedelta(days=1)
LONGEST_KEY = 200

Answer = tuple[int, dict[str, Any]]
"""A status and the data of an answer."""


class KeyUsedOtherwise(Refusal):
    """The key was used for another request."""

    code = "idempotency_key_used_otherwise"
    status = 422


class BadKey(Refusal):
    """The key is too long."""

    code = "bad_idempotency_key"
    status = 400


def answered_once(
    request: Request, *, caller: str, at: datetime, act: Callable[[], Answer]
) -> Response:
    """Act and return the answer, or return the answer of the last time; in one transaction.

    Without the header it just acts. Two requests with one key wait for one another. Refusals are
    not kept: they changed nothing, so that the same key may be tried again.

    Raises:
        KeyUsedOtherwise: the key was used for another request.
        BadKey: it is longer than 200 characters.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        status, data = act()
        return Response(data, status=status)
    if len(key) > LONGEST_KEY:
        raise BadKey(
            _("This Idempotency-Key is longer than 200 characters."),
            next_step=_("Send a shorter one, for example a UUID."),
        )
    one_at_a_time(caller, key)
    Answered.objects.filter(caller=caller, at__lt=at - KEPT_FOR).delete()
    asked = digest_of_request(request)
    known = Answered.objects.filter(caller=caller, key=key).first()
    if known is None:
        status, data = act()
        # Stored as it is sent: times as texts.
        plain = json.loads(json.dumps(data, cls=JSONEncoder))
        Answered.objects.create(
            caller=caller, key=key, asked=asked, status=status, answer=plain, at=at
        )
        return Response(plain, status=status)
    if known.asked != asked:
        raise KeyUsedOtherwise(
            _("This Idempotency-Key was used for another request."),
            next_step=_("Send a new key with each new request."),
        )
    return Response(known.answer, status=known.status, headers={"Idempotent-Replayed": "true"})


def digest_of_request(request: Request) -> str:
    """Return a digest over address and data; the order of the fields does not matter."""
    asked = json.dumps([request.method, request.path, request.data], sort_keys=True)
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def one_at_a_time(caller: str, key: str) -> None:
    """Let two requests with one key wait for one another until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{tenant_of_the_scope()}:answer:{caller}:{key}"],
        )
