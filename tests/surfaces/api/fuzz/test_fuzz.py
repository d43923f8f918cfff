"""Ten thousand requests from the schema: none is answered by a fault of ours."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import clear_url_caches, re_path, set_urlconf
from django.utils.timezone import now
from rest_framework.response import Response

from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from tests.isolation.visiting import make_world
from tests.surfaces.api.fuzz.harness import Field, fuzz
from tests.surfaces.api.fuzz.operations import Operation, operations
from workflow.people.authentication import issue_token
from workflow.people.permissions import Permission, Role
from workflow.tenancy.scope import tenant_scope

OFTEN = 100_000_000
ORDINARY = range(2_000)
FULL = range(1_500, 12_000)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[Field]:
    """Two tenants with something at each address, tokens of every role, in one transaction."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            mine, theirs = make_world(numbers_from=100), make_world(numbers_from=900_000)
            yield field_of(mine, theirs)
            transaction.set_rollback(True)
        for connection in connections.all(initialized_only=True):
            connection.close()


def field_of(mine: Any, theirs: Any) -> Field:
    """Return where requests go: own numbers and a stranger's, tokens of every role."""
    known: dict[str, list[Any]] = {}
    for world in (mine, mine, mine, theirs):
        for name, values in world.values.items():
            if name.startswith("api"):
                for parameter, value in values.items():
                    # The schema calls the key of a row its id.
                    name_there = "id" if parameter == "pk" else parameter
                    known.setdefault(name_there, []).append(value)
    with tenant_scope(mine.tenant.pk):
        tokens = {
            role.value: issue_token(role=role, label="fuzz", at=now(), requests_per_minute=OFTEN)
            for role in Role
            if role is not Role.CONTACT
        }
        tokens["contact"] = issue_token(
            role=Role.CONTACT,
            label="fuzz",
            contact_id=mine.values["api"]["pk"],
            at=now(),
            requests_per_minute=OFTEN,
        )
    with tenant_scope(theirs.tenant.pk):
        tokens["stranger"] = issue_token(role=Role.ADMIN, label="fuzz", at=now())
    return Field(host=f"{mine.tenant.slug}.localhost", tokens=tokens, known=known)


def test_no_request_is_answered_by_a_fault_of_ours(ground: Field) -> None:
    outcome = fuzz(ground, seeds=ORDINARY)

    assert outcome.faults == []
    assert outcome.asked == len(ORDINARY)
    # It is not all refused at the door: many operations were done at least once.
    assert len(outcome.reached) > len(operations()) / 4


@pytest.mark.full
def test_ten_thousand_more_are_answered_as_documented(ground: Field) -> None:
    outcome = fuzz(ground, seeds=FULL)

    assert outcome.faults == []
    assert outcome.asked >= 10_000
    assert len(outcome.reached) > len(operations()) / 2


class Planted(TokenView):
    """An address that stumbles over some, and answers others with what nobody was told of."""

    @operation("planted", any_of=(Permission.VIEW_CASE,))
    def get(self) -> Any:
        """Stumble over those who configure, and answer others what is not documented."""
        if self.actor.may(Permission.CONFIGURE):
            raise RuntimeError("planted")
        return Response("teapot", status=418)


PLANTED = Operation(
    name="planted",
    method="get",
    path="/api/v1/planted/",
    parameters=({"in": "query", "name": "limit", "schema": {"type": "integer"}},),
    body=None,
    statuses=frozenset({200}),
)


def test_the_control_planted_faults_are_found(ground: Field, settings: Any) -> None:
    from servicedesk import urls  # noqa: PLC0415 - the real pages are needed beside it

    planted = ModuleType("planted_urls")
    pattern = re_path(r"^api/v1/planted/$", Planted.as_view())
    vars(planted).update(vars(urls), urlpatterns=[pattern, *urls.urlpatterns])
    settings.ROOT_URLCONF = planted
    clear_url_caches()
    try:
        outcome = fuzz(
            ground,
            seeds=range(60),
            among=(PLANTED,),
            client=Client(raise_request_exception=False),
        )
    finally:
        set_urlconf(None)
        clear_url_caches()

    assert any(fault.startswith("500") for fault in outcome.faults)
    assert any(fault.startswith("418 is not documented") for fault in outcome.faults)
