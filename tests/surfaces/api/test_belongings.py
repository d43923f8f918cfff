"""Programs write down what customers have, draw segments, and import: as people do on pages."""

from typing import Any

import pytest

from customers.models import InstalledProduct, Organisation, Product, Purchase, Segment
from tests.make import AT, make_contact, make_product
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from workflow.people.permissions import Role

GOLD = {"fact": "tier", "is": "gold"}


@pytest.fixture
def router(tenant: Any) -> Product:
    """Return a product."""
    return make_product("Router X")


def test_versions_are_named_and_found_by_how_people_say_them(tenant: Any, router: Product) -> None:
    admin, agent = caller_as(tenant, Role.ADMIN), caller_as(tenant, Role.AGENT)

    made = admin.post("products/router-x/versions/", {"name": "2.0", "released_on": "2026-01-05"})
    again = admin.post("products/router-x/versions/", {"name": "v2.0"})
    changed = admin.send("patch", f"versions/{made.json()['id']}/", {"name": "2.0.1"})

    assert (made.status_code, made.json()["product"]) == (201, "router-x")
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert (changed.json()["name"], changed.json()["released_on"]) == ("2.0.1", None)
    assert agent.post("products/router-x/versions/", {"name": "3"}).status_code == 403
    listed = agent.get("products/router-x/versions/").json()
    assert [one["name"] for one in listed["results"]] == ["2.0.1"]


def test_what_is_installed_is_written_changed_listed_and_removed(
    tenant: Any, router: Product
) -> None:
    agent, admin = caller_as(tenant, Role.AGENT), caller_as(tenant, Role.ADMIN)
    admin.post("products/router-x/versions/", {"name": "2.0"})
    contact = make_contact()
    company = Organisation.objects.create(name="Solheim AS", created_at=AT)
    wish = {"contact": contact.pk, "product": "Router X", "version": "V 2.0", "region": "North"}

    made = agent.post("installed/", wish).json()
    of_all = agent.post("installed/", {"organisation": company.pk, "product": "router-x"})
    change = {"product": "router-x", "until": "2026-03-01"}
    changed = agent.send("patch", f"installed/{made['id']}/", change).json()
    mine = agent.get("installed/", contact=contact.pk).json()["results"]

    assert (made["product"], made["version"], made["region"]) == ("router-x", "2.0", "North")
    assert of_all.json()["organisation"] == company.pk
    assert (changed["version"], changed["until"], changed["region"]) == (None, "2026-03-01", "")
    assert [one["id"] for one in mine] == [made["id"]]
    assert agent.send("delete", f"installed/{made['id']}/", {}).json()["id"] == made["id"]
    assert InstalledProduct.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"contact": None}, 422),
        ({"organisation": 1}, 422),
        ({"contact": 999_999}, 404),
        ({"product": "nothing"}, 422),
        ({"version": "9.9"}, 422),
        ({"since": "2026-02-01", "until": "2026-01-01"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tenant: Any, router: Product, changes: dict[str, Any], status: int
) -> None:
    agent = caller_as(tenant, Role.AGENT)
    wish = {"contact": make_contact().pk, "product": "router-x"}

    assert agent.post("installed/", {**wish, **changes}).status_code == status
    assert agent.post("installed/", wish).status_code == 201


def test_purchases_are_written_changed_and_removed(tenant: Any, router: Product) -> None:
    agent, reader = caller_as(tenant, Role.AGENT), caller_as(tenant, Role.READER)
    wish = {"contact": make_contact().pk, "product": "router-x", "bought_on": "2026-02-01"}

    made = agent.post("purchases/", wish).json()
    change = {"product": "router-x", "bought_on": "2026-02-02", "quantity": 3}
    changed = agent.send("patch", f"purchases/{made['id']}/", change).json()

    assert (made["quantity"], changed["quantity"], changed["bought_on"]) == (1, 3, "2026-02-02")
    assert reader.post("purchases/", wish).status_code == 403
    assert len(reader.get("purchases/", product="router-x").json()["results"]) == 1
    assert agent.send("delete", f"purchases/{made['id']}/", {}).status_code == 200
    assert not Purchase.objects.exists()


def test_a_segment_is_drawn_tried_read_and_put_away(tenant: Any) -> None:
    admin, agent = caller_as(tenant, Role.ADMIN), caller_as(tenant, Role.AGENT)
    gold, _other = make_contact(), make_contact()
    gold.tier = "Gold"
    gold.save()

    tried = admin.post("segments/try/", {"rule": GOLD}).json()
    made = admin.post("segments/", {"name": "Gold", "rule": GOLD}).json()
    inside = agent.get(f"segments/{made['number']}/contacts/").json()["results"]
    of_gold = agent.get(f"contacts/{gold.pk}/segments/").json()["results"]
    late = {"name": "Gold", "rule": GOLD, "is_active": False, "version": 7}
    stale = admin.send("patch", f"segments/{made['number']}/", late)
    away = admin.send("patch", f"segments/{made['number']}/", {**late, "version": 1}).json()

    assert (tried["count"], tried["of"], tried["contacts"][0]["id"]) == (1, 2, gold.pk)
    assert [one["id"] for one in inside] == [gold.pk]
    assert [one["name"] for one in of_gold] == ["Gold"]
    assert stale.json()["code"] == "changed_meanwhile"
    assert (away["is_active"], away["version"]) == (False, 2)
    assert agent.get(f"contacts/{gold.pk}/segments/").json()["results"] == []
    assert agent.post("segments/", {"name": "Mine", "rule": GOLD}).status_code == 403


@pytest.mark.parametrize(
    "rule", [{"fact": "weather", "is": "fine"}, {"fact": "tier"}, {"any": []}, [], "gold", 7, None]
)
def test_a_rule_that_cannot_be_used_is_refused(tenant: Any, rule: Any) -> None:
    admin = caller_as(tenant, Role.ADMIN)

    assert admin.post("segments/", {"name": "Odd", "rule": rule}).status_code in (409, 422)
    assert admin.post("segments/try/", {"rule": rule}).status_code in (409, 422)
    assert not Segment.objects.exists()


def test_a_rule_that_is_too_long_is_refused_with_its_sentence(tenant: Any) -> None:
    admin = caller_as(tenant, Role.ADMIN)
    rule = {"fact": "tier", "in": ["x" * 990] * 21}

    answers = [
        admin.post("segments/", {"name": "Long", "rule": rule}),
        admin.post("segments/try/", {"rule": rule}),
    ]

    for answer in answers:
        assert answer.status_code in (409, 422)
        assert "20898 bytes long; 20000 are allowed" in answer.text


def test_the_same_lines_twice_change_nothing(tenant: Any, router: Product) -> None:
    lead, agent = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.AGENT)
    line = {"external_id": "1", "contact_email": "ingrid@example.org", "product": "Router X"}
    lines = {"lines": [line, {**line, "external_id": "2", "since": "soon"}]}

    first = lead.post("belongings/import/", lines).json()
    second = lead.post("belongings/import/", lines).json()

    counts = ("read", "new", "changed", "unchanged", "in_database")
    assert [first[name] for name in counts] == [2, 1, 0, 0, 1]
    assert [second[name] for name in counts] == [2, 0, 0, 1, 1]
    assert first["refused"] == [{"line": 2, "sentence": "since is not a day like 2026-03-02."}]
    assert agent.post("belongings/import/", lines).status_code == 403


@pytest.mark.parametrize(
    "name", ["installed", "purchases", "segments", "products/router-x/versions"]
)
def test_a_list_costs_the_same_for_2_and_20(tenant: Any, router: Product, name: str) -> None:
    admin, lead = caller_as(tenant, Role.ADMIN), caller_as(tenant, Role.LEAD)
    asked = []
    for numbers in (range(2), range(2, 20)):
        lines = [
            {
                "kind": kind,
                "external_id": f"{kind}{number}",
                "contact_email": f"of{number}@example.org",
                "product": "Router X",
                "version": f"{number}.0",
                **({"bought_on": "2026-01-01"} if kind == "purchase" else {}),
            }
            for number in numbers
            for kind in ("installed", "purchase")
        ]
        lead.post("belongings/import/", {"lines": lines})
        for number in numbers:
            admin.post("segments/", {"name": f"Gold {number}", "rule": GOLD})
        with counted() as queries:
            found = lead.get(f"{name}/", limit=200).json()["results"]
        assert len(found) == numbers.stop
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])
