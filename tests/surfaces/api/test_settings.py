"""What administrators set up on pages, programs set up, too; each is remembered."""

from typing import Any

import pytest
from django.utils.timezone import now

from customers.models import Contact
from servicedesk.api.models import Answered
from tests.make import make_case, make_contact, make_department, make_user
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.clocks.models import Calendar, ServiceLevel
from workflow.history.models import Entry
from workflow.people.models import ApiToken, Department, Membership, User
from workflow.people.permissions import Permission, Role
from workflow.routing.models import RoutingRule


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def test_a_department_is_added_changed_and_closed(admin: Caller) -> None:
    make_department("Billing")
    wish = {
        "name": "Payments",
        "calendar": Calendar.objects.get().pk,
        "acknowledge_minutes": 120,
        "stage_minutes": 480,
    }

    added = admin.post("departments/", wish)
    changed = admin.send("patch", "departments/payments/", {**wish, "stage_minutes": 60})
    closed = admin.post("departments/payments/close/", {"work_to": "billing"})

    assert (added.status_code, added.json()["slug"]) == (201, "payments")
    assert changed.json()["stage_minutes"] == 60
    assert closed.json()["is_active"] is False
    assert admin.post("departments/payments/open/").json()["is_active"] is True
    assert Entry.objects.filter(action="configuration.changed").count() >= 4


def test_a_rule_is_added_tried_moved_switched_and_removed(admin: Caller) -> None:
    make_department("Payments")
    rule = {"name": "Money", "condition": {"fact": "category", "is": "billing"}}

    first = admin.post("rules/", {**rule, "department": "payments"}).json()
    second = admin.post("rules/", {**rule, "name": "Two", "department": "payments"}).json()
    tried = admin.post("rules/try/", {"category": "billing"}).json()

    assert (tried["department"], tried["rule"]) == ("payments", first["id"])
    moved = admin.post(f"rules/{second['id']}/move/", {"direction": "up"}).json()["results"]
    assert [one["id"] for one in moved] == [second["id"], first["id"]]
    off = admin.post(f"rules/{first['id']}/active/", {"is_active": False})
    assert off.json()["is_active"] is False
    left = admin.send("delete", f"rules/{first['id']}/", None).json()["results"]
    assert [one["id"] for one in left] == [second["id"]]
    broken = admin.post("rules/", {**rule, "condition": {"x": 1}, "department": "payments"})
    assert_problem_document(broken, 409, "bad_condition")
    assert RoutingRule.objects.count() == 1


def test_a_service_level_has_just_the_targets_that_are_sent(admin: Caller) -> None:
    wish = {
        "name": "Gold",
        "calendar": Calendar.objects.get().pk,
        "targets": [{"metric": "first_response", "priority": 1, "minutes": 30}],
    }

    added = admin.post("service-levels/", wish).json()
    contact = make_contact()
    promised = admin.post("entitlements/", {"contact": contact.pk, "service_level": added["id"]})

    assert added["targets"] == wish["targets"]
    assert promised.status_code == 201
    version = ServiceLevel.objects.get(name="Gold").version
    assert version is not None
    assert version.targets.count() == 1
    ended = admin.post(f"entitlements/{promised.json()['id']}/end/")
    assert ended.json()["ends_at"] is not None


def test_opening_hours_that_never_open_are_refused(admin: Caller) -> None:
    hours = {"mon": [["08:00", "18:00"]]}
    wish = {"name": "Mondays", "timezone": "Europe/Oslo", "hours": hours}

    assert admin.post("calendars/", wish).status_code == 201
    never = admin.post("calendars/", {**wish, "name": "Never", "hours": {}})

    assert never.status_code == 409
    assert not Calendar.objects.filter(name="Never").exists()


def test_a_narrow_token_makes_nobody_an_administrator(tenant: Any) -> None:
    narrow = caller_as(tenant, Role.ADMIN, scopes=frozenset({Permission.MANAGE_PEOPLE}))
    boss, agent = make_user(Role.ADMIN), make_user(Role.AGENT)
    words = {"password": "four words nobody knows"}
    new = {"name": "Olav Hansen", "email": "olav@example.org", **words}

    answers = [
        narrow.post("people/", {**new, "role": "admin"}),
        narrow.post(f"people/{agent.pk}/roles/", {"role": "admin"}),
        narrow.post(f"people/{boss.pk}/password/", words),
    ]

    for answer in answers:
        assert_problem_document(answer, 403, "not_permitted")
    assert Membership.objects.filter(role=Role.ADMIN).count() == 1
    # What it was given for it may do.
    assert narrow.post("people/", {**new, "role": "agent"}).status_code == 201
    assert narrow.post(f"people/{agent.pk}/password/", words).status_code == 200
    whole = caller_as(tenant, Role.ADMIN)
    assert whole.post(f"people/{boss.pk}/password/", words).status_code == 200


def test_a_colleague_is_let_in_gets_a_role_and_leaves(admin: Caller) -> None:
    make_department("Payments")
    wish = {
        "name": "Olav Hansen",
        "email": "olav@example.org",
        "role": "agent",
        "password": "four words nobody knows",
    }

    olav = admin.post("people/", wish).json()
    more = admin.post(f"people/{olav['id']}/roles/", {"role": "member", "department": "payments"})
    member = next(one for one in more.json()["roles"] if one["role"] == "member")
    less = admin.send("delete", f"people/{olav['id']}/roles/{member['id']}/", None)
    gone = admin.post(f"people/{olav['id']}/deactivate/")

    assert "password" not in olav
    assert [one["role"] for one in less.json()["roles"]] == ["agent"]
    assert gone.json()["is_active"] is False
    assert not User.objects.get(email="olav@example.org").is_active


def test_a_password_is_neither_answered_nor_kept_with_the_key(admin: Caller) -> None:
    user = make_user()
    word = "four words nobody knows"

    answer = admin.post(f"people/{user.pk}/password/", {"password": word}, key="once")

    assert answer.status_code == 200
    kept = str(list(Answered.objects.values()))
    assert word not in answer.content.decode() + kept
    assert User.objects.get(pk=user.pk).has_password(word)


def test_the_secret_of_a_token_is_in_the_first_answer_only(tenant: Any, admin: Caller) -> None:
    wish = {"label": "Warehouse", "role": "reader", "scopes": ["view_case"]}

    first = admin.post("tokens/", wish, key="once").json()
    again = admin.post("tokens/", wish, key="once").json()

    assert Caller(tenant, first["token"]).get("cases/").status_code == 200
    assert (again["id"], again["token"]) == (first["id"], None)
    assert first["token"] not in str(list(Answered.objects.values()))
    listed = admin.get("tokens/").json()["results"][0]
    assert listed["scopes"] == ["view_case"]
    assert "token" not in listed


def test_a_narrow_token_issues_no_wide_one(tenant: Any) -> None:
    narrow = caller_as(tenant, Role.ADMIN, scopes=frozenset({Permission.MANAGE_TOKENS}))

    answer = narrow.post("tokens/", {"label": "Wide", "role": "admin"})

    assert_problem_document(answer, 403, "not_permitted")
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_opens_nothing_not_even_its_own_end(tenant: Any, admin: Caller) -> None:
    token = ApiToken.objects.get()

    assert admin.post(f"tokens/{token.pk}/revoke/").status_code == 200

    assert_problem_document(admin.get("cases/"), 401, "bad_token")


def test_a_customer_is_written_down_found_and_changed(tenant: Any) -> None:
    agent = caller_as(tenant, Role.AGENT)
    company = agent.post("organisations/", {"name": "Solheim AS", "domain": "solheim.example"})
    wish = {
        "name": "Kari Lunde",
        "address": "kari@solheim.example",
        "organisation": company.json()["id"],
    }

    kari = agent.post("contacts/", wish).json()
    found = agent.get("contacts/", email="KARI@solheim.example").json()["results"]
    changed = agent.send("patch", f"contacts/{kari['id']}/", {"tier": "gold"}).json()
    phoned = agent.post(
        f"contacts/{kari['id']}/addresses/", {"kind": "phone", "value": "+47 900 11 234"}
    ).json()

    assert [one["id"] for one in found] == [kari["id"]]
    assert (changed["tier"], changed["name"]) == ("gold", "Kari Lunde")
    assert changed["organisation_name"] == "Solheim AS"
    assert {one["value"] for one in phoned["addresses"]} == {"kari@solheim.example", "+4790011234"}


def test_the_proof_says_zero(admin: Caller) -> None:
    make_case(at=now())

    answer = admin.post("proof/").json()

    assert answer["violations"] == 0
    assert len(answer["rules"]) > 5


def test_names_and_numbers_of_what_is_not_there_are_refused(admin: Caller) -> None:
    nowhere = {"name": "A", "condition": {"all": []}, "department": "nowhere"}

    assert_problem_document(admin.post("rules/", nowhere), 422, "unprocessable")
    assert_problem_document(admin.send("patch", "teams/999/", {}), 422, "not_valid")
    assert_problem_document(admin.get("people/999999/"), 404, "not_there")
    assert Contact.objects.count() == 0
    assert Department.objects.count() == 1
