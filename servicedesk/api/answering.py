"""Do once what is asked twice: the header `Idempotency-Key`."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from servicedesk.api.models import Answered
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

KEPT_FOR = timedelta(days=1)
LONGEST_KEY = 200

Answer = tuple[int, Any]
"""A status and the data of an answer."""


class KeyUsedOtherwise(Refusal):
    """The key was used for another request."""

    code = "idempotency_key_used_otherwise"
    status = 422


class BadKey(Refusal):
    """The key is too long, or no text."""

    code = "bad_idempotency_key"
    status = 400


def answered_once(
    request: Request,
    *,
    caller: str,
    at: datetime,
    act: Callable[[], Answer],
    keeps: Callable[[Any], Any] | None = None,
) -> Response:
    """Act and return the answer, or return the answer of the last time; in one transaction.

    Without the header it just acts. Two requests with one key wait for one another. Refusals are
    not kept: they changed nothing, so that the same key may be tried again. `keeps` returns what
    of an answer may be kept, where a secret stands in it.

    Raises:
        KeyUsedOtherwise: the key was used for another request.
        BadKey: it is longer than 200 characters, or no text.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return as_answer(*act())
    refuse_bad_key(key)
    one_at_a_time(caller, key)
    Answered.objects.filter(caller=caller, at__lt=at - KEPT_FOR).delete()
    asked = digest_of_request(request)
    known = Answered.objects.filter(caller=caller, key=key).first()
    if known is None:
        status, data = act()
        # Stored as it is sent: times as texts.
        plain = json.loads(json.dumps(data, cls=JSONEncoder))
        kept = keeps(plain) if keeps else plain
        Answered.objects.create(
            caller=caller, key=key, asked=asked, status=status, answer=kept, at=at
        )
        return as_answer(status, plain)
    if known.asked != asked:
        raise KeyUsedOtherwise(
            _("This Idempotency-Key was used for another request."),
            next_step=_("Send a new key with each new request."),
        )
    answer = as_answer(known.status, known.answer)
    answer["Idempotent-Replayed"] = "true"
    return answer


def as_answer(status: int, data: Any) -> Response:
    """Return the answer with the version of the record, if it has one, as its ETag."""
    answer = Response(data, status=status)
    if isinstance(data, dict) and isinstance(data.get("version"), int):
        answer["ETag"] = f'"{data["version"]}"'
    return answer


def refuse_bad_key(key: str) -> None:
    """Refuse a key that is too long or holds what no text can hold.

    Raises:
        BadKey: see there.
    """
    if len(key) > LONGEST_KEY:
        raise BadKey(
            _("This Idempotency-Key is longer than 200 characters."),
            next_step=_("Send a shorter one, for example a UUID."),
        )
    if not key.isprintable():
        raise BadKey(
            _("This Idempotency-Key holds a character that cannot be kept."),
            next_step=_("Send letters and digits, for example a UUID."),
        )


def digest_of_request(request: Request) -> str:
    """Return a digest over address and data; the order of the fields does not matter.

    It is made with the installation's key: what was sent, a password for example, cannot be
    guessed from it.
    """
    asked = json.dumps([request.method, request.path, request.data], sort_keys=True, default=told)
    return salted_hmac(
        "servicedesk.api.answering", asked.encode("utf-8", "surrogatepass"), algorithm="sha256"
    ).hexdigest()


def told(value: Any) -> str:
    """Return a file of a request by its name and content."""
    content = value.read()
    value.seek(0)
    return f"{value.name}:{hashlib.sha256(content).hexdigest()}"


def one_at_a_time(caller: str, key: str) -> None:
    """Let two requests with one key wait for one another until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{tenant_of_the_scope()}:answer:{caller}:{key}"],
        )
