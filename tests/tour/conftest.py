"""The demo bank behind a real web server, and a browser window for every kind of visitor."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from customers.models import Contact
from servicedesk.demo.companies import BANK
from servicedesk.demo.founding import found_company
from servicedesk.demo.seeding import let_news_be_heard, tell_company
from tests.isolation.access_table import ANONYMOUS, CONTACT
from tests.processes import free_port, manage, process, wait_for
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from tests.tour.furnishing import furnish
from tests.tour.quieting import quieten
from tests.walk.conftest import answers
from workflow.people.models import Membership
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

WEB = ("-m", "gunicorn", "servicedesk.wsgi:application", "--workers=2", "--worker-class=gthread")


@dataclass(frozen=True)
class Town:
    """The told bank, where it is served, and the cookies of its visitors."""

    tenant: Tenant
    url: str
    cookies: dict[str, list[dict[str, str]]]
    contact_id: int


@pytest.fixture(scope="module")
def bank(django_db_setup: None, django_db_blocker: Any) -> Iterator[Tenant]:
    """The demo bank under a name of its own, told to its end; nothing of it is sent later."""
    with django_db_blocker.unblock():
        at = datetime.now(UTC)
        plan = replace(BANK, slug=f"tour-{at:%H%M%S%f}")
        tenant = found_company(plan, at=at)
        with tenant_scope(tenant.pk):
            tell_company(plan, tenant, at=at)
            furnish(at=at)
            let_news_be_heard()
        yield tenant
        with tenant_scope(tenant.pk):
            quieten()
        for connection in connections.all(initialized_only=True):
            connection.close()


@pytest.fixture(scope="module")
def town(bank: Tenant) -> Iterator[Town]:
    """Serve the bank as the product does."""
    port = str(free_port())
    settings = {"PORT": port, "DEBUG": "0"}
    with process(*manage("collectstatic", "--noinput", "--verbosity=0"), **settings) as collecting:
        wait_for(lambda: collecting.poll() is not None, seconds=120, why="static files")
        assert collecting.returncode == 0
    with process(sys.executable, *WEB, f"--bind=127.0.0.1:{port}", **settings):
        wait_for(lambda: answers(port), why="the pages")
        with tenant_scope(bank.pk):
            cookies, contact_id = visitors(bank)
        url = f"http://{bank.slug}.localhost:{port}"
        yield Town(tenant=bank, url=url, cookies=cookies, contact_id=contact_id)


def visitors(tenant: Tenant) -> tuple[dict[str, list[dict[str, str]]], int]:
    """Return the cookies of somebody in every role, and the customer with much to see."""
    clients = {ANONYMOUS: client_at(tenant)}
    for membership in Membership.objects.select_related("user").filter(user__is_active=True):
        if membership.role not in clients:
            clients[membership.role] = signed_in_staff(tenant, membership.user)
    contact = Contact.objects.filter(cases__links__kind="confirmed").earliest("pk")
    clients[CONTACT] = signed_in_contact(tenant, contact)
    cookies = {
        name: [
            {"name": key, "value": morsel.value, "domain": f"{tenant.slug}.localhost", "path": "/"}
            for key, morsel in client.cookies.items()
        ]
        for name, client in clients.items()
    }
    return cookies, contact.pk


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless chromium for all pages."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    # Playwright keeps an event loop in this thread; the test's own queries are plain ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"],
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
