"""The whole program in this process: a request as a server hands it over, through every layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from customers.models import Contact
from servicedesk.pages.session import sign_in_contact, sign_in_staff
from tests.benchmarks.measuring import CpuWatch
from workflow.people.models import User
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

# The same in cookie and form: a browser's token against forged requests.
SECRET = "b" * 32
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class WrongAnswer(RuntimeError):
    """A page that is measured has to be the right one."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in at a tenant's host: asks pages as a browser would."""

    handler: WSGIHandler
    tenant: Tenant
    cookies: str
    token: str = ""

    def get(self, path: str, *, has: str = "") -> str:
        """Return a page.

        Raises:
            WrongAnswer: it is refused, or lacks what it should have.
        """
        return self.asking(path, has=has)()

    def asking(self, path: str, *, has: str = "") -> Callable[[], str]:
        """Return how to ask for a page, made once for many times."""
        environ = RequestFactory().get(path, **self.headers()).environ
        return lambda: self.answer(environ, 200, has=has)

    def post(self, path: str, data: dict[str, Any], *, has: str = "") -> str:
        """Send a form; the answer leads on.

        Raises:
            WrongAnswer: it is refused.
        """
        request = RequestFactory().post(
            path,
            urlencode({**data, "csrfmiddlewaretoken": self.token}),
            content_type="application/x-www-form-urlencoded",
            **self.headers(),
        )
        return self.answer(request.environ, 302, has=has)

    def headers(self) -> dict[str, Any]:
        """Return what a browser sends with each request."""
        return {"HTTP_HOST": f"{self.tenant.slug}.localhost", "HTTP_COOKIE": self.cookies}

    def answer(self, environ: dict[str, Any], wanted: int, *, has: str) -> str:
        """Return the body of an answer, or for one that leads on its address."""
        told: list[Any] = []
        answer = self.handler(dict(environ), lambda *head: told.append(head))  # type: ignore[arg-type]
        body = b"".join(answer).decode()
        answer.close()
        status = int(told[0][0].split()[0])
        if status != wanted or has not in body:
            raise WrongAnswer(f"{environ['PATH_INFO']} answered {status}: {body[:500]}")
        return body if status == 200 else dict(told[0][1])["Location"]

    def queries(self, path: str) -> int:
        """Return how many queries a page asks."""
        with CaptureQueriesContext(connection) as captured:
            self.get(path)
        return sum(not one["sql"].startswith(NOT_COUNTED) for one in captured.captured_queries)


def watch_of_this_process() -> CpuWatch:
    """Return a watch on this process and the database's process that serves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return CpuWatch(cursor.fetchone()[0])


def agent_of(tenant: Tenant, *, handler: WSGIHandler, place: int = 0) -> Visitor:
    """Let an agent of a seeded tenant sign in, the first by default."""
    with tenant_scope(tenant.pk), transaction.atomic():
        request = HttpRequest()
        request.session = SessionStore()
        sign_in_staff(request, User.objects.get(email__startswith=f"agent{place}@"))
        request.session.save()
        cookies = f"session={request.session.session_key}; csrf={SECRET}"
    return Visitor(handler, tenant, cookies, token=SECRET)


def customer_of(tenant: Tenant, *, handler: WSGIHandler, place: int = 3) -> Visitor:
    """Let a customer with many issues into the portal."""
    with tenant_scope(tenant.pk), transaction.atomic():
        answer = HttpResponse()
        sign_in_contact(answer, Contact.objects.order_by("id")[place], at=now())
    name, morsel = next(iter(answer.cookies.items()))
    return Visitor(handler, tenant, f"{name}={morsel.value}; csrf={SECRET}", token=SECRET)
