"""Every address, for every kind of visitor, of the own tenant and of another."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, get_resolver, path, set_urlconf

from servicedesk.pages.guards import staff
from tests.isolation.access_table import (
    ACCESS,
    ADMINS,
    ANONYMOUS,
    CONTACT,
    EVERYBODY,
    STAFF,
    Access,
)
from tests.isolation.visiting import (
    HIDDEN,
    IN,
    OUT,
    Address,
    World,
    addresses,
    expected,
    make_world,
    visit,
    watched,
)

# What no tenant has.
ABSENT = {
    "word": "1.1.progress.x",
    **dict.fromkeys(
        (
            "number",
            "message_id",
            "scope_id",
            "reshaping_id",
            "file_id",
            "pk",
            "role_id",
            "address_id",
            "participant_id",
            "question_id",
            "call_id",
            "broadcast",
            "contact_id",
            "product_id",
            "workflow_id",
            "webhook_id",
            "department_id",
            "rule_id",
            "rota_id",
            "user_id",
            "view_id",
            "mail_id",
            "clock_id",
            "level_id",
            "promise_id",
            "request_id",
            "statement_id",
            "prevention_id",
            "task",
            "change",
            "analysis",
            "analysis_id",
            "cause_id",
            "problem",
            "problem_number",
            "shown_id",
        ),
        777_777_777,
    ),
    "key": "none",
    "kind": "problem",
    "slug": "none",
}
VISITORS = (ANONYMOUS, CONTACT, *sorted(STAFF))
ADDRESSES = list(addresses(get_resolver().url_patterns))
every_address = pytest.mark.parametrize(
    "address", ADDRESSES, ids=lambda a: f"{a.name}({','.join(a.parameters)})"
)


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, World]]:
    """Two tenants in a transaction that ends with the module."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            yield make_world(numbers_from=100), make_world(numbers_from=900_000)
            transaction.set_rollback(True)
        for connection in connections.all(initialized_only=True):
            connection.close()


def faults_of_table(found: list[Address], table: dict[str, Access]) -> list[str]:
    """Return what is unlisted, gone or unguarded."""
    names = {address.name for address in found}
    return (
        [f"{name} is not in the table" for name in sorted(names - set(table))]
        + [f"{name} is gone" for name in sorted(set(table) - names)]
        + [f"{address.name} has no guard" for address in found if not address.guard]
    )


def faults_of_visits(address: Address, access: Access, world: World) -> list[str]:
    """Return every visit at the own tenant that came to something else than it should."""
    faults = []
    for visitor in VISITORS:
        for method in ("get", "post"):
            should = expected(address, access, visitor, method=method)
            client = world.client_of(visitor, address=address)
            changed: set[str] = set()
            with watched(changed) if method == "get" else nullcontext():
                came, status = visit(client, method, world.path(address))
            # An empty form names nothing: that it is not found says that the page was.
            if came != should and (method, came, should) != ("post", HIDDEN, IN):
                faults.append(f"{method} {address.name} as {visitor}: {status}, not {should}")
            if changed - access.changes:
                faults.append(f"get {address.name} as {visitor} changes {sorted(changed)}")
    return faults


def faults_across(address: Address, access: Access, mine: World, theirs: World) -> list[str]:
    """Return every visit that came to something of another tenant."""
    faults = []
    for visitor in VISITORS:
        for method in ("get", "post"):
            client = mine.client_of(visitor, address=address)
            # The numbers of another tenant, at the own host: nothing is there.
            if names_something(address):
                came, status = visit(client, method, theirs.path(address))
                nowhere, _ = visit(client, method, address.path(ABSENT))
                if came != nowhere or (method == "get" and came == IN):
                    faults.append(f"{method} {address.name} as {visitor}: {status}, a stranger's")
            # The own session at the host of another tenant: nobody has signed in there.
            with at_host_of(theirs, client, address=address):
                came, status = visit(client, method, theirs.path(address))
            if came not in (expected(address, access, ANONYMOUS, method=method), OUT):
                faults.append(f"{method} {address.name} as {visitor} next door: {status}")
    return faults


@contextmanager
def at_host_of(world: World, client: Client, *, address: Address) -> Iterator[None]:
    """Let a visitor ask at another tenant's host, with all that the own host gave."""
    own = client.defaults["HTTP_HOST"]
    client.defaults["HTTP_HOST"] = world.client_of(ANONYMOUS, address=address).defaults["HTTP_HOST"]
    yield
    client.defaults["HTTP_HOST"] = own


def names_something(address: Address) -> bool:
    """Whether an address names a record."""
    return bool(set(address.parameters) - {"view", "token", "kind", "colour"})


def test_every_address_is_in_the_table_and_guarded():
    assert faults_of_table(ADDRESSES, ACCESS) == []


@every_address
def test_whoever_may_is_let_in_and_nobody_else(address, worlds):
    assert faults_of_visits(address, ACCESS[address.name], worlds[0]) == []


@every_address
def test_nothing_of_another_tenant_is_reached(address, worlds):
    mine, theirs = worlds

    assert faults_across(address, ACCESS[address.name], mine, theirs) == []


def whatever(_request: HttpRequest) -> HttpResponse:
    """Let everybody in."""
    return HttpResponse("secret")


PLANTED = [
    path("wide/", staff()(whatever), name="too_wide"),
    path("open/", whatever, name="unguarded"),
    path("new/", staff()(whatever), name="unlisted"),
]
PLANTED_TABLE = {"too_wide": Access(get=ADMINS, post=ADMINS), "unguarded": Access(get=EVERYBODY)}


def test_the_control_each_planted_fault_is_found():
    found = list(addresses(PLANTED))

    assert faults_of_table(found, {**PLANTED_TABLE, "left": Access()}) == [
        "unlisted is not in the table",
        "left is gone",
        "unguarded has no guard",
    ]


def test_the_control_a_page_that_is_open_too_wide_is_found(worlds, settings):
    from servicedesk import urls  # noqa: PLC0415 - the real pages are needed beside it

    planted = ModuleType("planted_urls")
    vars(planted).update(vars(urls), urlpatterns=[*PLANTED, *urls.urlpatterns])
    settings.ROOT_URLCONF = planted
    clear_url_caches()
    try:
        (wide,) = [a for a in addresses(PLANTED) if a.name == "too_wide"]
        faults = faults_of_visits(wide, PLANTED_TABLE["too_wide"], worlds[0])
    finally:
        set_urlconf(None)
        clear_url_caches()

    assert sorted(faults) == sorted(
        f"{method} too_wide as {visitor}: 200, not {OUT}"
        for visitor in STAFF - ADMINS
        for method in ("get", "post")
    )
