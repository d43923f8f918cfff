"""Settings of the work: departments, routing rules; each change is remembered."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.handing import route_problem
from problems.models import Leg
from problems.routing import route_by_rules
from tests.make import make_department, make_problem, make_rule, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.models import Calendar, Ladder
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.routing.models import RoutingRule
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def calendar() -> int:
    """Return the id of the tenant's calendar."""
    return Calendar.objects.get().pk


# ---- departments -----------------------------------------------------------------------------


def save_department(client: Client, **fields: Any) -> Any:
    """Send the form of a department."""
    form = {
        "action": "save",
        "name": "Cards",
        "public_name": "The cards team",
        "calendar": calendar(),
        "acknowledge_hours": "1,5",
        "stage_hours": "12",
        "hue": "rose",
    }
    return client.post("/settings/departments/", {**form, **fields})


def test_a_department_has_a_target_for_its_fix_and_a_ladder(client: Client) -> None:
    ladder = Ladder.objects.create(name="Loud")

    save_department(client, fix_hours="40", ladder=ladder.pk)
    department = Department.objects.get(name="Cards")
    page = client.get("/settings/departments/").content.decode()
    save_department(client, id=department.pk, fix_hours="", ladder="")

    assert (department.fix_within, department.ladder_id) == (timedelta(hours=40), ladder.pk)
    assert "40 h" in page
    department.refresh_from_db()
    assert (department.fix_within, department.ladder_id) == (None, None)
    entry = Entry.objects.filter(subject_kind="department").latest("id")
    assert (entry.changes["fix_minutes_was"], entry.changes["ladder_was"]) == (2400, ladder.pk)
    assert save_department(client, name="Loans", fix_hours="soon").status_code == 422


def test_a_department_is_added_and_remembered(client: Client) -> None:
    assert save_department(client).status_code == 302

    department = Department.objects.get(name="Cards")
    assert department.acknowledge_within == timedelta(minutes=90)
    assert (department.public_name, department.hue) == ("The cards team", "rose")
    changes = Entry.objects.get(action="configuration.changed").changes
    assert (changes["what"], changes["acknowledge_minutes"]) == ("department", 90)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "A name is needed."),
        ({"name": "customer SERVICE"}, "There is a department"),
        ({"acknowledge_hours": "soon"}, "This is not a number of hours."),
        ({"stage_hours": "-4"}, "This is not a number of hours."),
        ({"stage_hours": "nan"}, "This is not a number of hours."),
        ({"acknowledge_hours": "0.001"}, "A target lies between a minute and a year."),
        ({"calendar": ""}, "Choose the opening hours."),
        ({"calendar": "99999999"}, "Choose the opening hours."),
    ],
)
def test_what_cannot_be_used_of_a_department_is_said(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = save_department(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Department.objects.filter(name="Cards").exists()


def test_a_department_is_changed(client: Client) -> None:
    department = make_department("Cards")

    page = client.get(f"/settings/departments/?edit={department.pk}").content.decode()
    save_department(client, id=department.pk, name="Cards and accounts")

    assert 'value="The Cards team"' in page
    department.refresh_from_db()
    assert (department.name, department.slug) == ("Cards and accounts", "cards")


def test_a_department_closes_and_says_first_what_it_has(client: Client) -> None:
    department, other = make_department("Cards"), make_department("Payments")
    problem = make_problem(at=now())
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=now())
    page = f"/settings/departments/{department.pk}/closing/"

    asked = client.get(page).content.decode()
    unsaid = client.post(page, {"work_to": other.pk, "reason": " "})
    nowhere = client.post(page, {"reason": "Cards moved to Payments."})
    done = client.post(page, {"work_to": other.pk, "reason": "Cards moved to Payments."})

    assert problem.name in asked
    assert unsaid.status_code == 422
    assert "A reason is needed" in unsaid.content.decode()
    assert nowhere.status_code == 422
    assert done.status_code == 302
    assert not Department.objects.get(pk=department.pk).is_active
    leg = Leg.objects.get(problem=problem, left_at__isnull=True)
    assert (leg.department_id, leg.reason) == (other.pk, "Cards moved to Payments.")


def test_a_department_without_work_closes_without_a_reason(client: Client) -> None:
    idle = make_department("Idle")
    service = Department.objects.get(is_customer_service=True)

    client.post(f"/settings/departments/{idle.pk}/closing/", {"work_to": service.pk})

    assert not Department.objects.get(pk=idle.pk).is_active


def test_customer_service_stays_open(client: Client) -> None:
    service = Department.objects.get(is_customer_service=True)

    answer = client.post(
        f"/settings/departments/{service.pk}/closing/", {"work_to": make_department("Cards").pk}
    )

    assert answer.status_code == 409
    assert Department.objects.get(pk=service.pk).is_active


# ---- routing ---------------------------------------------------------------------------------


def save_rule(client: Client, **fields: Any) -> Any:
    """Send the form of a rule."""
    form = {
        "action": "save", "fact_0_0": "category", "operator_0_0": "is", "value_0_0": "billing",
    }  # fmt: skip
    return client.post("/settings/routing/", {**form, **fields})


def test_a_simple_rule_routes_the_next_problem(client: Client) -> None:
    department = make_department()

    save_rule(client, department=department.pk)
    routed = route_by_rules(problem_id=make_problem(at=now()).pk, actor=SYSTEM, at=now())

    assert routed is not None
    assert routed.legs.get(left_at=None).department == department
    page = client.get("/settings/routing/").content.decode()
    assert "Category is “billing”" in page
    assert 'data-label="Of the last 500">1<' in page.replace("\n", "").replace(" >", ">")


def test_words_of_the_text_make_a_rule_that_can_be_tried(client: Client) -> None:
    department = make_department()
    save_rule(
        client,
        fact_0_0="text",
        operator_0_0="contains",
        value_0_0="debit, twice",
        department=department.pk,
    )

    hit = client.get("/settings/routing/", {"try": "My card was charged twice"}).content.decode()
    miss = client.get("/settings/routing/", {"try": "Where is my card?"}).content.decode()

    assert RoutingRule.objects.get().condition == {"fact": "text", "contains": ["debit", "twice"]}
    assert "by “" in hit
    assert "No rule fits" in miss


def test_a_rule_in_json_counts_instead_of_the_fields(client: Client) -> None:
    condition = {
        "all": [{"fact": "category", "is": "billing"}, {"not": {"fact": "severity", "at_least": 3}}]
    }

    save_rule(client, department=make_department().pk, condition=json.dumps(condition))

    assert RoutingRule.objects.get().condition == condition
    page = client.get("/settings/routing/").content.decode()
    assert "Category is “billing” and not (Severity is at least 3)" in page


def test_a_tree_is_written_and_changed_in_groups_of_statements(client: Client) -> None:
    department = make_department()
    grown = save_rule(client, action="more", department=department.pk)
    save_rule(
        client,
        department=department.pk,
        join="all",
        join_1="any",
        fact_1_0="region", operator_1_0="is", value_1_0="North",
        fact_1_1="pattern", operator_1_1="in", value_1_1="E-4012, E-4013",
        join_2="none",
        fact_2_0="severity", operator_2_0="at_least", value_2_0="3",
    )  # fmt: skip

    rule = RoutingRule.objects.get()
    page = client.get("/settings/routing/", {"edit": rule.pk})

    assert [len(group["rows"]) for group in grown.context["form"]["when"]["groups"]] == [2, 2]
    assert not grown.context["form"]["errors"]
    assert rule.condition == {
        "all": [
            {"fact": "category", "is": "billing"},
            {"any": [{"fact": "region", "is": "North"}, {"fact": "pattern", "in": ["E-4012", "E-4013"]}]},
            {"not": {"fact": "severity", "at_least": 3}},
        ]
    }  # fmt: skip
    assert [group["join"] for group in page.context["form"]["when"]["groups"]] == [
        "all", "any", "none",
    ]  # fmt: skip
    assert 'value="E-4012, E-4013"' in page.content.decode()
    assert "condition" not in page.context["form"]["data"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"condition": "{"}, "This is not JSON."),
        ({"condition": "[" * 5000}, "This is not JSON."),
        ({"condition": '{"all": 3}'}, "needs a list of conditions"),
        ({"operator_0_0": "contains", "value_0_0": " , "}, "cannot be compared"),
        ({"operator_0_0": "resembles"}, "there is no operator"),
        ({"value_0_0": ""}, "A statement is not whole."),
        ({"fact_0_0": "", "value_0_0": ""}, "Nothing says when it fits."),
        ({"department": ""}, "Choose where it goes."),
    ],
)
def test_a_rule_that_cannot_be_read_is_not_kept(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    department = make_department()

    answer = save_rule(client, **{"department": str(department.pk), **fields})

    assert answer.status_code == 422
    assert sentence.lower() in answer.content.decode().lower()
    assert not RoutingRule.objects.exists()


def test_rules_are_moved_switched_and_removed(client: Client) -> None:
    one, two, three = (make_rule(make_department(name)) for name in ("One", "Two", "Three"))

    def act(action: str, rule: RoutingRule) -> None:
        client.post("/settings/routing/", {"action": action, "id": rule.pk})

    act("down", one)
    assert order() == [two.pk, one.pk, three.pk]
    act("up", three)
    act("up", two)
    assert order() == [two.pk, three.pk, one.pk]
    act("remove", three)
    assert order() == [two.pk, one.pk]
    act("off", two)
    assert [rule.is_active for rule in RoutingRule.objects.order_by("position")] == [False, True]
    assert Entry.objects.filter(action="configuration.changed").count() == 4


def order() -> list[int]:
    """Return the rules' ids in their order."""
    return list(RoutingRule.objects.order_by("position").values_list("pk", flat=True))


def test_a_rule_that_is_gone_is_said_to_be_gone(client: Client) -> None:
    answer = client.post("/settings/routing/", {"action": "remove", "id": "4711"})

    assert answer.status_code == 409
    assert "This was removed meanwhile." in answer.content.decode()


def test_a_rule_is_tried_on_the_last_problems_before_it_is_saved(client: Client) -> None:
    fitting = make_problem(title="Money is late", at=now())

    answer = save_rule(
        client, action="look", fact_0_0="title", operator_0_0="contains", value_0_0="money"
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Of the last problem it fits 1." in page
    assert fitting.name in page
    assert not RoutingRule.objects.exists()
    other = save_rule(
        client, action="look", fact_0_0="title", operator_0_0="contains", value_0_0="zebra"
    )
    assert "it fits 0." in other.content.decode()
    assert save_rule(client, action="look", operator_0_0="rhymes_with").status_code == 422
