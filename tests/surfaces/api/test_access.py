"""Who may call, and how a refusal looks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from tests.make import make_case, make_problem, make_tenant
from tests.surfaces.api.calling import Caller, caller_as, customer_of
from workflow.history.models import Entry
from workflow.people.authentication import issue_token
from workflow.people.models import ApiToken
from workflow.people.permissions import Permission, Role
from workflow.tenancy.scope import tenant_scope

PATHS = (
    "cases/",
    "cases/1/",
    "cases/1/messages/",
    "problems/",
    "problems/1/",
    "problems/1/journey",
    "problems/1/affected",
)


def assert_problem_document(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_told(tenant: Any, path: str) -> None:
    answer = Caller(tenant).get(path)

    assert_problem_document(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("path", PATHS)
def test_a_token_of_another_tenant_is_unknown_here(tenant: Any, path: str) -> None:
    other = make_tenant()
    with tenant_scope(other.pk):
        token = caller_as(other, Role.ADMIN).token

    assert_problem_document(Caller(tenant, token).get(path), 401, "bad_token")


@pytest.mark.parametrize("state", ["revoked", "expired", "cut"])
def test_a_token_whose_time_is_over_opens_nothing(tenant: Any, state: str) -> None:
    caller = caller_as(tenant)
    assert caller.get("cases/").status_code == 200

    if state == "revoked":
        ApiToken.objects.update(revoked_at=now())
    elif state == "expired":
        ApiToken.objects.update(expires_at=now() - timedelta(seconds=1))
    else:
        caller.token = caller.token[:-1]

    assert_problem_document(caller.get("cases/"), 401, "bad_token")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic abc", "sd_x", "Bearer é"])
def test_a_broken_header_is_a_refusal(tenant: Any, header: str) -> None:
    caller = Caller(tenant)

    answer = caller.client.get(
        "/api/v1/cases/", headers={"host": caller.host, "authorization": header}
    )

    assert_problem_document(answer, 401, "bad_token")


@pytest.mark.parametrize("path", ["cases/", "problems/"])
def test_a_character_that_no_text_can_hold_is_a_refusal(tenant: Any, path: str) -> None:
    assert_problem_document(caller_as(tenant).get(path, state="\0"), 400, "not_text")


def test_json_of_brackets_without_end_is_a_refusal(tenant: Any) -> None:
    caller = caller_as(tenant)

    answer = caller.client.post(
        "/api/v1/cases/",
        "[" * 100_000 + "]" * 100_000,
        content_type="application/json",
        headers=caller.headers(),
    )

    assert_problem_document(answer, 400, "parse_error")


@pytest.mark.parametrize("version", ["%00", "a%0d%0ab"])
def test_the_schema_has_one_version_whatever_is_asked_for(tenant: Any, version: str) -> None:
    answer = Caller(tenant).client.get(
        f"/api/schema/?version={version}", headers={"host": Caller(tenant).host}
    )

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'inline; filename="Throughline API (1).yaml"'


def test_a_host_without_tenant_is_a_404(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.host = "nobody.localhost"

    assert_problem_document(caller.get("cases/"), 404, "not_found")


def test_a_customer_sees_the_own_cases_only(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    own, strange = make_case(contact=contact), make_case()

    listed = customer.get("cases/").json()["results"]

    assert [case["number"] for case in listed] == [own.number]
    assert customer.get(f"cases/{own.number}/").status_code == 200
    for path in (f"cases/{strange.number}/", f"cases/{strange.number}/messages/"):
        assert_problem_document(customer.get(path), 404, "no_such_case")
    wrote = customer.post(f"cases/{strange.number}/messages/", {"text": "Let me in."})
    assert_problem_document(wrote, 404, "no_such_case")


def test_a_customer_does_not_read_what_colleagues_see(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact)

    shown = customer.get(f"cases/{case.number}/").json()

    assert not shown.keys() & {"owner", "queue", "priority", "version", "external_id", "problem"}


def test_problems_are_not_for_customers(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    problem = make_problem(cases=[make_case(contact=contact)])

    assert_problem_document(customer.get("problems/"), 403, "not_permitted")
    for path in ("", "journey", "affected", "notes", "history"):
        # The same for a problem that is not there: who asks learns nothing.
        for number in (problem.number, 999_999):
            answer = customer.get(f"problems/{number}/{path}")
            assert_problem_document(answer, 403, "not_permitted")
    answer = customer.post(f"problems/{problem.number}/steps/", {"step": "note", "text": "x"})
    assert_problem_document(answer, 403, "not_permitted")
    opened = customer.post("problems/", {"title": "Mine", "cases": [1]})
    assert_problem_document(opened, 403, "not_permitted")


def test_scopes_narrow_what_a_token_may_do(tenant: Any) -> None:
    reads = caller_as(tenant, scopes=frozenset({Permission.VIEW_CASE}))
    case = make_case()

    assert reads.get("cases/").status_code == 200
    answer = reads.post(f"cases/{case.number}/messages/", {"text": "Hello"})
    assert_problem_document(answer, 403, "not_permitted")


def test_the_token_shows_in_the_history_by_its_id(tenant: Any) -> None:
    caller = caller_as(tenant)
    case = make_case()

    caller.post(f"cases/{case.number}/messages/", {"text": "Hello"})

    entry = Entry.objects.get(action="case.answered")
    assert (entry.actor_kind, entry.source) == ("token", "api")
    assert entry.actor_id == ApiToken.objects.get().pk


def test_an_unknown_address_is_a_problem_document(tenant: Any) -> None:
    caller = caller_as(tenant)

    assert_problem_document(caller.get("nothing/"), 404, "not_found")
    assert_problem_document(caller.post("nothing/"), 404, "not_found")
    assert_problem_document(caller.get("cases/999999999999999/"), 404, "no_such_case")
    assert_problem_document(caller.get("cases/99999999999999999999/"), 404, "not_found")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"subject": 1e999}'])
def test_broken_json_is_a_refusal(tenant: Any, body: bytes) -> None:
    answer = caller_as(tenant).post("cases/", body)

    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
def test_json_that_is_no_object_is_a_refusal(tenant: Any, body: str) -> None:
    assert_problem_document(caller_as(tenant).post("cases/", body), 422, "not_valid")


def test_a_form_instead_of_json_is_a_refusal(tenant: Any) -> None:
    caller = caller_as(tenant)

    answer = caller.client.post("/api/v1/cases/", {"subject": "x"}, headers=caller.headers())

    assert_problem_document(answer, 415, "unsupported_media_type")


def test_a_method_that_is_not_there_is_a_refusal(tenant: Any) -> None:
    caller = caller_as(tenant)

    answer = caller.client.delete("/api/v1/cases/", headers=caller.headers())

    assert_problem_document(answer, 405, "method_not_allowed")


def test_too_much_at_once_is_a_refusal(tenant: Any) -> None:
    answer = caller_as(tenant).post("cases/", b"x" * 2_500_001)

    assert_problem_document(answer, 413, "too_long")


def test_a_slash_at_the_end_may_be_left_out(tenant: Any) -> None:
    caller = caller_as(tenant)
    problem = make_problem()

    for path in ("cases", "problems", f"problems/{problem.number}/journey"):
        assert caller.get(path).status_code == caller.get(f"{path}/").status_code == 200
    assert caller.get(f"problems/P-{problem.number}/").status_code == 200


def test_the_schema_is_there_for_everybody_and_complete(tenant: Any) -> None:
    answer = Caller(tenant).get("/api/schema/")

    assert answer.status_code == 200
    text = answer.content.decode()
    for path in ("/api/v1/cases", "/messages", "/journey", "/affected", "/steps", "bearer"):
        assert path in text


def test_the_token_of_a_customer_who_is_gone_acts_no_more(tenant: Any) -> None:
    token = issue_token(role=Role.CONTACT, label="gone", contact_id=999_999, at=now())

    answer = Caller(tenant, token).post("cases/", {"subject": "Hello"})

    assert answer.status_code == 422


def test_the_schema_can_be_made_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))

    assert "operationId: take_step" in file.read_text()
