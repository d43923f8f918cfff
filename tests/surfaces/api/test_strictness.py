"""Nothing is guessed: unknown fields and filters, stale versions, and what is not taken."""

from typing import Any

import pytest
from django.db import models

from cases.models import Case
from tests.make import make_case, make_department, make_problem, make_user
from tests.surfaces.api.calling import Caller, caller_as, customer_of
from tests.surfaces.api.fuzz.operations import Operation, operations, resolved
from tests.surfaces.api.test_access import assert_problem_document
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

FORBIDDEN = ("id", "tenant", "tenant_id", "owner_id", "role_id", "is_admin", "created_at", "state")
WRITING = [one for one in operations() if one.method != "get"]


@pytest.mark.parametrize("operation", WRITING, ids=lambda one: one.name)
def test_an_unknown_field_is_refused_by_its_name(tenant: Any, operation: Operation) -> None:
    caller = caller_as(tenant, Role.ADMIN)
    known = set(resolved(operation.body)["properties"]) if operation.body else set()
    field = next(name for name in FORBIDDEN if name not in known)
    entries = Entry.objects.count()

    answer = asked(caller, operation, {field: 1})

    # Whoever may not do it at all is told that first.
    assert answer.status_code in (403, 422)
    if answer.status_code == 422:
        assert_problem_document(answer, 422, "not_valid")
        assert field in answer.json()["errors"]
    assert Entry.objects.count() == entries


def asked(caller: Caller, operation: Operation, body: dict[str, Any]) -> Any:
    """Send a body to an operation, to records that need not be there."""
    path = operation.path.removeprefix("/api/v1/")
    for parameter in operation.named("path"):
        name = parameter["name"]
        path = path.replace(f"{{{name}}}", "answer" if name == "kind" else "1")
    return caller.send(operation.method, path, body)


def test_fields_that_others_decide_change_nothing(tenant: Any) -> None:
    caller = caller_as(tenant)
    case = make_case()
    before = columns_of(Case.objects.get(pk=case.pk))

    for field in ("state", "owner_id", "tenant_id", "number", "closed_at", "service_level"):
        answer = caller.post(f"cases/{case.number}/priority/", {"priority": 1, field: 2})
        assert_problem_document(answer, 422, "not_valid")

    assert columns_of(Case.objects.get(pk=case.pk)) == before


def columns_of(row: models.Model) -> dict[str, Any]:
    """Return every column of a row."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("cases/", {"sort": "number"}),
        ("cases/", {"state": "nonsense"}),
        ("cases/", {"priority": "9"}),
        ("cases/", {"limit": "0"}),
        ("cases/", {"limit": "many"}),
        ("cases/", {"updated_since": "yesterday"}),
        ("problems/", {"is_open": "perhaps"}),
        ("people/", {"role": "king"}),
        ("history/", {"action": "danced"}),
        ("cases/1/", {"expand": "all"}),
    ],
)
def test_a_filter_that_is_not_there_is_refused(
    tenant: Any, path: str, query: dict[str, str]
) -> None:
    answer = caller_as(tenant, Role.ADMIN).get(path, **query)

    assert_problem_document(answer, 422, "not_valid")
    assert set(query) == set(answer.json()["errors"])


def test_a_customers_token_has_no_filters_of_staff(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    make_case(contact=contact)

    assert customer.get("cases/", state="new").status_code == 200
    for name, value in (("words", "twice"), ("owner", "none"), ("queue", "none")):
        answer = customer.get("cases/", **{name: value})
        assert_problem_document(answer, 422, "unprocessable")


def test_a_change_of_what_changed_meanwhile_is_refused(tenant: Any) -> None:
    caller = caller_as(tenant)
    case = make_case()
    read = caller.get(f"cases/{case.number}/")
    caller.post(f"cases/{case.number}/priority/", {"priority": 2})

    stale = {"priority": 1, "version": read.json()["version"]}
    by_field = caller.post(f"cases/{case.number}/priority/", stale)
    by_header = caller.send(
        "post", f"cases/{case.number}/priority/", {"priority": 1}, **{"if-match": read["ETag"]}
    )

    assert_problem_document(by_field, 409, "changed_meanwhile")
    assert_problem_document(by_header, 412, "changed_meanwhile")
    case.refresh_from_db()
    assert case.priority == 2


def test_the_etag_that_was_read_lets_a_change_through(tenant: Any) -> None:
    caller = caller_as(tenant)
    case = make_case()
    read = caller.get(f"cases/{case.number}/")

    answer = caller.send(
        "post", f"cases/{case.number}/priority/", {"priority": 1}, **{"if-match": read["ETag"]}
    )

    assert answer.status_code == 200
    assert answer["ETag"] == f'"{answer.json()["version"]}"' != read["ETag"]


def test_a_header_that_names_no_version_is_refused(tenant: Any) -> None:
    case = make_case()

    answer = caller_as(tenant).send(
        "post", f"cases/{case.number}/priority/", {"priority": 1}, **{"if-match": "soon"}
    )

    assert_problem_document(answer, 400, "bad_if_match")


def test_a_step_takes_its_own_fields_only(tenant: Any) -> None:
    problem = make_problem(cases=[make_case()])

    answer = caller_as(tenant).post(
        f"problems/{problem.number}/steps/", {"step": "note", "text": "Hello", "reason": "Why"}
    )

    assert_problem_document(answer, 422, "not_valid")
    assert set(answer.json()["errors"]) == {"reason"}


@pytest.mark.parametrize("body", [{"priority": "\ud800"}, {"\ud800": 1}, {"priority": ["\ud800"]}])
def test_half_a_character_is_refused_in_a_sentence_that_can_be_sent(
    tenant: Any, body: dict[str, Any]
) -> None:
    case = make_case()

    answer = caller_as(tenant).post(f"cases/{case.number}/priority/", body)

    assert_problem_document(answer, 422, "not_valid")


def test_html_is_not_given(tenant: Any) -> None:
    caller = caller_as(tenant)

    answer = caller.send("get", "cases/", None, accept="text/html")

    assert_problem_document(answer, 406, "not_acceptable")


def test_what_a_page_knows_by_its_id_a_stranger_does_not(tenant: Any, other_tenant: Any) -> None:
    with tenant_scope(other_tenant.pk):
        stranger = make_user()
        department = make_department("Foreign office")
    caller = caller_as(tenant, Role.ADMIN)

    assert_problem_document(caller.get(f"people/{stranger.pk}/"), 404, "not_there")
    answer = caller.post(f"departments/{department.slug}/open/", {})
    assert_problem_document(answer, 404, "not_there")
