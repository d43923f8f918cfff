"""Is the process alive, is all it needs there, and what do the figures say?

Answers before host names and tenants matter: load balancers ask by address. Anybody may ask
whether we are well; what the figures say is for this machine and whom the operator names.
"""

from collections.abc import Callable
from ipaddress import ip_address
from secrets import compare_digest
from time import time

import redis
from django.conf import settings
from django.db import connections
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from problems.matcher_client import state_of_matcher

WORST_LAG_SECONDS = 60
FIGURES = """
SELECT
  (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM workflow_delivery
    WHERE state = 'pending' AND due_at <= now()),
  (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM workflow_effect
    WHERE state IN ('pending', 'sending') AND due_at <= now()),
  (SELECT count(*) FROM workflow_delivery WHERE state = 'dead'),
  (SELECT count(*) FROM workflow_effect WHERE state = 'dead')
"""
NOT_YOURS = "The figures are for operators: see METRICS_ALLOWED and METRICS_TOKEN.\n"
NAMES = (
    ("servicedesk_news_lag_seconds", "Age of the oldest news that is due."),
    ("servicedesk_effect_lag_seconds", "Age of the oldest effect that is due."),
    ("servicedesk_dead_deliveries", "Deliveries that were tried too often."),
    ("servicedesk_dead_effects", "Effects that were tried too often."),
)


# Any of these says that a proxy asks for somebody else, whose own address is hearsay.
ON_BEHALF = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")


class HealthMiddleware:
    """Answers /healthz, /readyz and /metrics at any host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path)
        return answer(request) if answer else self.get_response(request)


def is_operator(request: HttpRequest) -> bool:
    """Whether the figures may be told: with the token, on this machine, or from a named network.

    An address counts only without a proxy between: behind one on this machine all come from here.
    """
    said = request.META.get("HTTP_AUTHORIZATION", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if settings.METRICS_TOKEN and compare_digest(said.encode(), expected.encode()):
        return True
    if any(header in request.META for header in ON_BEHALF):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in settings.METRICS_ALLOWED)


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def figures() -> list[float]:
    """Return lag of news and effects in seconds, dead deliveries, dead effects; one query."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(FIGURES)
        return [float(value) for value in cursor.fetchone()]


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be answered; 503 if the database is not there.

    Operators are told of Redis, outbox and matcher, too. Without Redis the product works, slower, and
    without the matcher it matches by words alone: that is no reason to take it out.
    """
    checks: dict[str, object] = {}
    try:
        news, effects, *_ = figures()
        checks["database"] = "ok"
        checks["outbox_lag_seconds"] = round(max(news, effects), 1)
        checks["outbox"] = "ok" if max(news, effects) < WORST_LAG_SECONDS else "late"
    except Error:
        checks["database"] = "unreachable"
    is_ready = checks["database"] == "ok"
    details: dict[str, object] = {}
    if is_operator(request):
        details = {**checks, "redis": redis_state(), "matcher": matcher_state()}
    return JsonResponse({"ready": is_ready, **details}, status=200 if is_ready else 503)


def matcher_state() -> str:
    """Return ok, unreachable, not configured, or why the model is not there."""
    if not settings.MATCHER_URL:
        return "not configured"
    state = state_of_matcher()
    return "unreachable" if state is None else state.missing or "ok"


def redis_state() -> str:
    """Return ok, unreachable or not configured."""
    if not settings.REDIS_URL:
        return "not configured"
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures in the Prometheus text format; no tenant's data is among them."""
    if not is_operator(request):
        return HttpResponse(NOT_YOURS, content_type="text/plain", status=403)
    try:
        values = figures()
    except Error:
        return HttpResponse("# database unreachable\n", content_type="text/plain", status=503)
    lines = [
        f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {value}\n"
        for (name, text), value in zip(NAMES, values, strict=True)
    ]
    lines += lines_of_matcher()
    lines.append(f"# TYPE servicedesk_time_seconds gauge\nservicedesk_time_seconds {time():.0f}\n")
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")


def lines_of_matcher() -> list[str]:
    """Return whether the matcher answers with its model, what it holds, and how much it was asked."""
    state = state_of_matcher()
    values = [("matcher_up", "gauge", int(state is not None and not state.missing))]
    if state is not None:
        values += [
            ("matcher_memory_bytes", "gauge", state.memory),
            ("matcher_questions_total", "counter", state.answered),
        ]
    return [
        f"# TYPE servicedesk_{name} {kind}\nservicedesk_{name} {value}\n"
        for name, kind, value in values
    ]


ANSWERS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
