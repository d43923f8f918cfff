"""Is the process alive, is all it needs there, and what do the figures say?

Answers before host names and tenants matter: load balancers ask by address.
"""

from collections.abc import Callable
from time import time

import redis
from django.conf import settings
from django.db import connections
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

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
NAMES = (
    ("servicedesk_news_lag_seconds", "Age of the oldest news that is due."),
    ("servicedesk_effect_lag_seconds", "Age of the oldest effect that is due."),
    ("servicedesk_dead_deliveries", "Deliveries that were tried too often."),
    ("servicedesk_dead_effects", "Effects that were tried too often."),
)


class HealthMiddleware:
    """Answers /healthz, /readyz and /metrics at any host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
        answer = answers.get(request.path)
        return answer() if answer else self.get_response(request)


def healthz() -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def figures() -> list[float]:
    """Return lag of news and effects in seconds, dead deliveries, dead effects; one query."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(FIGURES)
        return [float(value) for value in cursor.fetchone()]


def readyz() -> HttpResponse:
    """Say whether database, Redis and outbox are as they should be; 503 if the database is not.

    Without Redis the product works, slower: that is told, and is no reason to take it out.
    """
    checks: dict[str, object] = {}
    try:
        news, effects, *_ = figures()
        checks["database"] = "ok"
        checks["outbox_lag_seconds"] = round(max(news, effects), 1)
        checks["outbox"] = "ok" if max(news, effects) < WORST_LAG_SECONDS else "late"
    except Error:
        checks["database"] = "unreachable"
    checks["redis"] = redis_state()
    is_ready = checks["database"] == "ok"
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)


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


def metrics() -> HttpResponse:
    """Return the figures in the Prometheus text format; no tenant's data is among them."""
    try:
        values = figures()
    except Error:
        return HttpResponse("# database unreachable\n", content_type="text/plain", status=503)
    lines = [
        f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {value}\n"
        for (name, text), value in zip(NAMES, values, strict=True)
    ]
    lines.append(f"# TYPE servicedesk_time_seconds gauge\nservicedesk_time_seconds {time():.0f}\n")
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")
