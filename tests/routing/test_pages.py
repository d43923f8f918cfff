"""Pages and addresses of routing: the trial, a rule's page, its repair; leads look and repair."""

import pytest

from tests.make import make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.routing.models import RoutingRule
from workflow.tenancy.models import Tenant


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN])
def test_refused_problems_lead_to_a_repair_by_one_click(
    tenant: Tenant,
    story: RoutingRule,
    role: Role,
) -> None:
    client = signed_in_staff(tenant, make_user(role))
    address = f"/settings/routing/{story.pk}/"

    listed = client.get("/settings/routing/").content.decode()
    page = client.get(address)
    (key, *_others) = [one["key"] for one in page.context["repairs"]]
    answer = client.post(address, {"action": "repair", "key": key})
    again = client.post(address, {"action": "repair", "key": key})
    trial = client.get("/settings/routing/trial/")

    assert "2 (40%)" in listed
    assert "It is a loan." in page.content.decode()
    assert page.context["repairs"][0]["set_right_count"] == 2
    assert (answer.status_code, again.status_code) == (302, 409)
    assert trial.context["percent"] == "100%"


def test_a_lead_looks_at_rules_and_changes_none(tenant: Tenant, story: RoutingRule) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    page = client.get("/settings/routing/").content.decode()
    answer = client.post("/settings/routing/", {"action": "remove", "id": story.pk})

    assert "Save rule" not in page
    assert answer.status_code == 403
    assert RoutingRule.objects.filter(pk=story.pk).exists()


def test_a_drafted_rule_is_tried_on_fixed_problems_before_it_is_saved(
    tenant: Tenant,
    story: RoutingRule,
) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = client.post(
        "/settings/routing/",
        {
            "action": "look",
            "id": story.pk,
            "fact_0_0": "product",
            "operator_0_0": "is",
            "value_0_0": "Card",
            "department": story.department_id,
        },
    )

    assert page.context["effect"]["right_then"] == 3
    assert page.context["effect"]["moved"] == 2
    assert "it would send 2 another way" in page.content.decode()
    story.refresh_from_db()
    assert story.condition == {"fact": "category", "is": "billing"}


def test_programs_try_rate_and_repair_rules(tenant: Tenant, story: RoutingRule) -> None:
    api = caller_as(tenant, Role.LEAD)

    past = api.post(
        "rules/past/",
        {
            "condition": {"fact": "product", "is": "Card"},
            "department": "payments",
            "rule": story.pk,
        },
    ).json()
    rates = api.get("rules/rates/").json()["results"]
    repairs = api.get(f"rules/{story.pk}/repairs/").json()["results"]
    made = api.post(f"rules/{story.pk}/repairs/", {"key": repairs[0]["key"]}).json()

    assert (past["problems"], past["right"], past["moved"]) == (5, 3, 2)
    assert {one["goes_to"] for one in past["differences"]} == {None}
    assert rates == [
        {"rule": story.pk, "routed": 5, "refused": 2, "handed_on": 0, "wrong_share": 0.4}
    ]
    assert (repairs[0]["department"], len(repairs[0]["set_right"])) == ("loans", 2)
    assert (made["department"], made["position"]) == ("loans", 1)
    assert api.post("rules/past/", {"condition": {"all": []}}).status_code == 422
    unknown = {"condition": {"fact": "colour", "is": "red"}, "department": "payments"}
    assert "“colour”" in api.post("rules/past/", unknown).json()["title"]
    admin = caller_as(tenant, Role.ADMIN)
    assert admin.post("rules/", {**unknown, "name": "Red"}).status_code == 409
