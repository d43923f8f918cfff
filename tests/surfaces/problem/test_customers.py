"""Everybody whom a problem affects: the list, its filters, its file, and the way from a case."""

import csv
import io
from typing import Any

from cases.models import Case
from problems.affected import join_affected, tell_once
from problems.matching import suggest_problems
from problems.models import Affected, CaseLink
from tests.affected.test_ledger import contact_of, make_resolved
from tests.affected.things import make_owner, make_version
from tests.make import (
    AT,
    HOUR,
    MINUTE,
    make_case,
    make_contact,
    make_problem,
    make_product,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def test_one_press_on_the_case_shows_everybody_with_the_same_issue(tenant: Tenant) -> None:
    cases = [
        make_case(contact=make_contact(name="Ingrid Solheim")),
        make_case(contact=make_contact(name="Amir Haddad")),
    ]
    problem = make_problem(cases=cases)
    join_affected(
        problem_id=problem.pk,
        contact_id=make_contact(name="Kari Lunde").pk,
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )
    client = signed_in_staff(tenant, make_user())

    case = client.get(f"/c/{cases[0].number}/").content.decode()
    shown = client.get(f"/p/{problem.number}/customers/").context["customers"]

    assert f'href="/p/{problem.number}/customers/"' in case
    assert [one["name"] for one in shown] == ["Ingrid Solheim", "Amir Haddad", "Kari Lunde"]
    assert [one["found"] for one in shown] == ["by a case", "by a case", "said “me too”"]
    assert [one["case"] for one in shown] == [cases[0].number, cases[1].number, None]


def test_a_case_with_only_a_suggestion_leads_to_those_who_may_share_it(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case()])
    similar = make_case(at=AT + 2 * HOUR)
    suggest_problems(case_id=similar.pk, at=AT + 2 * HOUR)
    assert CaseLink.objects.filter(case=similar, kind="suggested").exists()

    page = signed_in_staff(tenant, make_user()).get(f"/c/{similar.number}/").content.decode()

    assert f'href="/p/{problem.number}/customers/"' in page


def test_those_who_were_told_and_those_who_were_not(tenant: Tenant) -> None:
    problem = make_problem(
        cases=[make_case(contact=make_contact(name=name)) for name in ("Ingrid", "Amir")]
    )
    tell_once(
        Affected.objects.filter(contact__name="Amir"),
        message="workaround:1",
        channel="mail",
        at=AT + 2 * HOUR,
    )
    client = signed_in_staff(tenant, make_user())

    def shown(code: str) -> list[str]:
        page = client.get(f"/p/{problem.number}/customers/", {"show": code})
        return [one["name"] for one in page.context["customers"]]

    assert shown("told") == ["Amir"]
    assert shown("untold") == ["Ingrid"]
    assert shown("confirmed") == []
    assert shown("nonsense") == ["Ingrid", "Amir"]
    page = client.get(f"/p/{problem.number}/customers/").context
    counts = {one["label"]: one["count"] for one in [*page["tiles"], *page["filters"]]}
    assert counts["affected"] == 2
    assert counts["told"] == counts["Not told yet"] == counts["On a workaround"] == 1


def test_the_file_computes_nothing_in_a_spreadsheet(tenant: Tenant) -> None:
    evil = '=HYPERLINK("https://evil.example")'
    problem = make_problem(cases=[make_case(contact=make_contact(name=evil))])
    client = signed_in_staff(tenant, make_user())

    answer = client.get(f"/p/{problem.number}/customers/", {"as": "csv"})

    text = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{problem.name}-customers.csv"'
    )
    assert rows[0]["Customer"] == f"'{evil}"


def test_the_file_tells_how_far_it_came_and_why_somebody_is_an_exception(tenant: Tenant) -> None:
    problem = make_resolved("Ingrid", "Amir")
    lead = make_user(Role.LEAD)
    client = signed_in_staff(tenant, lead)
    client.post(
        f"/p/{problem.number}/customers/act/",
        {"action": "excuse", "contact": contact_of(problem, "Amir"), "reason": "=Left us"},
    )

    text = client.get(f"/p/{problem.number}/customers/", {"as": "csv", "show": "excused"})

    (row,) = csv.DictReader(io.StringIO(text.content.decode()))
    assert (row["Customer"], row["How far"]) == ("Amir", "exception")
    assert (row["Exception because"], row["Named by"]) == ("'=Left us", lead.name)
    assert row["On a workaround since"].startswith("2026-03-02T11:00")


def test_a_lead_counts_then_adds_and_ends_what_a_problem_reaches(tenant: Tenant) -> None:
    card = make_product("Card reader")
    version = make_version(card, "2.3")
    make_owner("Amir", card, version=version)
    problem = make_problem(cases=[make_case(contact=make_contact(name="Ingrid"))])
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    address = f"/p/{problem.number}/customers/"
    described = {"thing": f"{card.pk}:{version.pk}", "region": "", "segment": ""}

    def post(action: str, **given: Any) -> Any:
        return client.post(f"{address}act/", {"action": action, **given})

    counted = post("count", **described)
    nothing = post("scope", thing="", region="", segment="")
    added = post("scope", **described)
    page = client.get(address).context
    ended = post("end_scope", scope=page["scopes"][0]["id"])

    assert "It reaches 1 customer; 1 of them not in the list yet." in counted.content.decode()
    assert f'value="{card.pk}:{version.pk}" selected' in counted.content.decode()
    assert nothing.status_code == 422
    assert "Nothing says whom the problem reaches." in nothing.content.decode()
    assert (added.status_code, ended.status_code) == (302, 302)
    assert [one["words"] for one in page["scopes"]] == ["Card reader 2.3"]
    assert [one["found"] for one in page["customers"]] == [
        "by a case",
        "has this version: Card reader 2.3",
    ]
    assert [one["name"] for one in client.get(address).context["customers"]] == ["Ingrid"]
    assert [one["name"] for one in client.get(address, {"show": "left"}).context["customers"]] == [
        "Amir"
    ]


def test_everybody_of_a_filtered_list_is_chosen_at_once(tenant: Tenant) -> None:
    problem = make_resolved("Ingrid", "Amir", "Kari")
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    address = f"/p/{problem.number}/customers/"

    nobody = client.post(f"{address}act/", {"action": "excuse", "reason": "Has left us."})
    everybody = client.post(
        f"{address}act/?show=workaround&q=ri",
        {
            "action": "excuse",
            "everybody": "1",
            "far": "workaround",
            "words": "ri",
            "reason": "Left.",
        },
    )

    assert nobody.status_code == 409
    assert "Has left us." in nobody.content.decode()
    assert everybody["Location"].endswith("?show=workaround&q=ri")
    shown = client.get(address, {"show": "excused"}).context["customers"]
    assert [one["name"] for one in shown] == ["Ingrid", "Kari"]


def test_whom_closing_waits_for_stands_on_the_page_that_refuses(tenant: Tenant) -> None:
    problem = make_resolved("Ingrid")
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    refused = client.post(f"/p/{problem.number}/act/", {"action": "close"})

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Still on a workaround: Ingrid." in text
    assert "name them exceptions with a reason" in text


def test_a_long_list_goes_on_where_its_page_ended(tenant: Tenant) -> None:
    cases = [
        make_case(contact=make_contact(name=f"Customer {place:02}"), at=AT + place * MINUTE)
        for place in range(52)
    ]
    problem = make_problem(cases=cases)
    client = signed_in_staff(tenant, make_user())

    first = client.get(f"/p/{problem.number}/customers/")
    second = client.get(first.context["next_url"])

    names = [one["name"] for page in (first, second) for one in page.context["customers"]]
    assert names == [f"Customer {place:02}" for place in range(52)]


def test_the_customers_ask_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())
    client.get("/problems/")

    def queries_with(count: int) -> list[str]:
        problem = make_problem(cases=[make_case(contact=make_contact()) for _ in range(count)])
        with counted() as queries:
            shown = client.get(f"/p/{problem.number}/customers/").context["customers"]
        assert len(shown) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then the problem, its scopes, a page of the ledger, its counts.
    assert len(many) == 2 + 4, told(many)
    assert Case.objects.count() == 22
