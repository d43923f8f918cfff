"""Rotas, limits and ways of giving: on pages, on the board, on a problem, and for programs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from problems.handing import route_problem
from problems.models import Leg
from tests.make import AT, HOUR, make_department, make_problem, make_rota, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.rota.models import Rota
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def shift(user: int, **fields: str) -> dict[str, Any]:
    """Return the form of a rota with one shift."""
    return {
        "action": "save",
        "name": "Nights",
        "timezone": "Europe/Oslo",
        "weeks": "1",
        "begins_on": "2026-03-02",
        "user": [str(user), ""],
        "week": ["1", "1"],
        "weekday": ["0", "0"],
        "begins": ["22:00", ""],
        "ends": ["06:00", ""],
        **fields,
    }


def test_a_rota_is_begun_filled_and_differs_for_a_day(admin: Client) -> None:
    payments = make_department("Payments")
    ann = make_user(Role.MEMBER, department=payments, name="Ann Berg")
    begun = admin.post(
        "/settings/rotas/",
        {"department": payments.pk, "name": "Nights", "timezone": "Europe/Oslo"},
    )
    rota = Rota.objects.get()
    address = f"/settings/rotas/{rota.pk}/"

    saved = admin.post(address, shift(ann.pk))
    differs = admin.post(
        address,
        {"action": "except", "begins_at": "2126-03-04T08:00", "ends_at": "2126-03-05T08:00"},
    )
    page = admin.get(address)
    admin.post(address, {"action": "unexcept", "id": rota.exceptions.get().pk})
    admin.post(address, {"action": "off"})

    assert begun.headers["Location"] == address
    assert (saved.status_code, differs.status_code) == (302, 302)
    assert page.context["rows"][0]["user"] == str(ann.pk)
    assert "Ann Berg" in {turn["who"] for turn in page.context["ahead"]["turns"]}
    assert page.context["exceptions"][0]["begins_at"].hour == 7
    rota.refresh_from_db()
    assert (rota.is_active, rota.exceptions.count()) == (False, 0)
    told = Entry.objects.filter(subject_kind="rota", action="configuration.changed")
    assert [entry.changes["what"] for entry in told] == ["rota"] * 5


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "A name is needed."),
        ({"timezone": "Oslo"}, "There is no time zone"),
        ({"weeks": "40"}, "A rota repeats after 1 to 12 weeks."),
        ({"week": ["2", "1"]}, "A shift lies outside the weeks"),
        ({"begins": ["soon", ""]}, "A shift needs a time"),
        ({"begins_on": "tomorrow"}, "The first week needs a day"),
    ],
)
def test_what_cannot_be_used_of_a_rota_is_said_and_nothing_typed_is_lost(
    admin: Client, fields: dict[str, Any], sentence: str
) -> None:
    payments = make_department("Payments")
    rota = make_rota(payments)
    ann = make_user(Role.MEMBER, department=payments, name="Ann Berg")

    answer = admin.post(f"/settings/rotas/{rota.pk}/", shift(ann.pk, **fields))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert answer.context["rows"][0]["user"] == str(ann.pk)
    assert rota.shifts.get().user_id != ann.pk


def test_somebody_of_another_department_is_refused(admin: Client) -> None:
    rota = make_rota(make_department("Payments"))
    stranger = make_user(Role.MEMBER, department=make_department("Cards"))

    answer = admin.post(f"/settings/rotas/{rota.pk}/", shift(stranger.pk))

    assert answer.status_code == 422
    assert "does not work in Payments" in answer.content.decode()


def test_ways_and_limits_are_set_on_one_page(admin: Client) -> None:
    payments = make_department("Payments")
    ann = make_user(Role.MEMBER, department=payments)
    limits = {"action": "limits", "person": [str(ann.pk)], f"cases-{ann.pk}": ""}

    admin.post("/settings/giving/", {"action": "rule", "id": payments.pk, "assign_by": "turn"})
    admin.post("/settings/giving/", {**limits, f"problems-{ann.pk}": "3"})
    wrong = admin.post("/settings/giving/", {**limits, f"problems-{ann.pk}": "many"})

    payments.refresh_from_db()
    ann.refresh_from_db()
    assert (payments.assign_by, ann.problem_limit, ann.case_limit) == ("turn", 3, None)
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.content.decode()


def test_the_board_shows_who_carries_what_and_a_head_gives_a_problem(tenant: Tenant) -> None:
    payments = make_department("Payments")
    head = make_user(Role.HEAD, department=payments, name="Hedda Head")
    ann = make_user(Role.MEMBER, department=payments, name="Ann Berg")
    make_rota(payments, user=ann)
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + HOUR)
    client = signed_in_staff(tenant, head)
    address = f"/p/{problem.number}/act/"
    page = client.get(f"/p/{problem.number}/")

    given = client.post(address, {"action": "assign", "colleague": ann.pk})
    board = client.get("/work/")
    stranger = client.post(address, {"action": "assign", "colleague": make_user().pk})

    assert page.context["colleagues"][0]["label"] == "Ann Berg (has 0)"
    assert given.status_code == 302
    assert Leg.objects.get(problem=problem, left_at=None).assignee == ann
    assert [(one["name"], one["load"]) for one in board.context["here"]["people"]] == [
        ("Ann Berg", 1),
        ("Hedda Head", 0),
    ]
    assert "does not work in Payments" in stranger.content.decode()


def test_the_page_of_who_gets_the_work_costs_the_same_for_two_and_for_twenty(
    tenant: Tenant,
) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert admin.get("/settings/giving/").status_code == 200
        return len(asked)

    payments = make_department("Payments")
    users = [make_user(Role.MEMBER, department=payments) for _ in range(2)]
    make_rota(payments, user=users[0])
    cost()
    few = cost()
    for place in range(18):
        user = make_user(Role.MEMBER, department=payments)
        make_rota(payments, user=user, name=f"Rota {place}")

    assert cost() == few


def test_programs_keep_rotas_limits_and_ways_and_give_problems(tenant: Tenant) -> None:
    payments = make_department("Payments")
    ann = make_user(Role.MEMBER, department=payments)
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + HOUR)
    admin = caller_as(tenant, Role.ADMIN)
    always = {"colleague": ann.email, "begins": "00:00", "ends": "00:00"}
    wish = {
        "name": "All week",
        "department": "payments",
        "timezone": "UTC",
        "begins_on": "2026-03-02",
        "shifts": [{**always, "weekday": day} for day in range(7)],
    }

    made = admin.post("rotas/", wish)
    rota = made.json()
    differs = admin.post(
        f"rotas/{rota['id']}/exceptions/",
        {"begins_at": "2126-03-04T08:00:00Z", "ends_at": "2126-03-05T08:00:00Z"},
    ).json()
    left = admin.send("delete", f"rota-exceptions/{differs['exceptions'][0]['id']}/", None).json()
    changed = admin.send("patch", f"rotas/{rota['id']}/", {**wish, "name": "Week"}).json()
    way = admin.post("departments/payments/giving/", {"assign_by": "on_call"}).json()
    limit = admin.post(
        "loads/", {"colleague": ann.email, "problem_limit": 4, "case_limit": None}
    ).json()
    given = caller_as(tenant, Role.LEAD).post(
        f"problems/{problem.number}/steps/", {"step": "assign", "colleague": ann.email}
    )
    loads = caller_as(tenant, Role.LEAD).get("loads/").json()["results"]
    off = admin.post(f"rotas/{rota['id']}/active/", {"is_active": False}).json()

    assert (made.status_code, rota["on_call"], len(rota["shifts"])) == (201, [ann.email], 7)
    assert (differs["exceptions"][0]["colleague"], left["exceptions"]) == (None, [])
    assert (changed["name"], way["assign_by"], limit["problem_limit"]) == ("Week", "on_call", 4)
    assert given.status_code == 200
    assert {one["colleague"]: one["problems"] for one in loads}[ann.email] == 1
    assert (off["is_active"], off["on_call"], off["next"]) == (False, [], None)
    assert Department.objects.get(pk=payments.pk).assign_by == "on_call"
    assert {"department": "payments", "assign_by": "on_call"} in admin.get("giving/").json()[
        "results"
    ]
