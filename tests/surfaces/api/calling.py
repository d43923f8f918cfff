"""Call the interface as a program does."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils.timezone import now

from customers.models import Contact
from tests.make import make_contact
from workflow.people.authentication import issue_token
from workflow.people.permissions import Permission, Role
from workflow.tenancy.models import Tenant


class Caller:
    """A program with a token at a tenant's host."""

    def __init__(self, tenant: Tenant, token: str = "", *, path: str = "/api/v1/") -> None:
        self.host = tenant.hosts.get().host
        self.token = token
        self.path = path
        self.client = Client(raise_request_exception=True)

    def headers(self, **more: str) -> dict[str, str]:
        """Return what each request carries."""
        return {
            "host": self.host,
            **({"authorization": f"Bearer {self.token}"} if self.token else {}),
            **more,
        }

    def get(self, path: str, **query: Any) -> Any:
        """GET a path under /api/v1/, or a whole address."""
        path = path if path.startswith(("/", "http")) else self.path + path
        return self.client.get(path, query_params=query or None, headers=self.headers())

    def post(self, path: str, data: Any = None, *, key: str = "") -> Any:
        """POST JSON to a path under /api/v1/."""
        return self.client.post(
            self.path + path,
            data if isinstance(data, (str, bytes)) else json.dumps(data or {}),
            content_type="application/json",
            headers=self.headers(**({"idempotency-key": key} if key else {})),
        )

    def send(self, method: str, path: str, data: Any, **headers: str) -> Any:
        """Send JSON by any method, with headers of the caller's own."""
        return self.client.generic(
            method.upper(),
            self.path + path,
            json.dumps(data) if data is not None else b"",
            content_type="application/json",
            headers=self.headers(**headers),
        )


def caller_as(
    tenant: Tenant,
    role: Role = Role.LEAD,
    *,
    contact: Contact | None = None,
    scopes: frozenset[Permission] = frozenset(),
) -> Caller:
    """Return a caller with a new token of a role."""
    token = issue_token(
        role=role,
        label=f"test {role}",
        scopes=scopes,
        contact_id=contact.pk if contact else None,
        at=now(),
    )
    return Caller(tenant, token)


def customer_of(tenant: Tenant, email: str = "") -> tuple[Caller, Contact]:
    """Return a caller who is a customer, and the contact."""
    contact = make_contact(email or f"{uuid4().hex[:8]}@example.org")
    return caller_as(tenant, Role.CONTACT, contact=contact), contact
