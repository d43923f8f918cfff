"""What one decision did to many is listed, with the way back."""

from typing import Any

from problems.closing import resolve_cases_of
from problems.fan_out import fan_outs_of
from problems.models import Problem
from tests.affected.test_ledger import make_resolved
from tests.affected.test_merging import LATER, case_of, merged
from tests.affected.things import SYSTEM, make_owner, reaches
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_problem, make_product, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def test_everything_that_went_out_is_listed_with_its_way_back(tenant: Tenant) -> None:
    survivor, source = make_problem(cases=[case_of("A")]), make_problem(cases=[case_of("B")])
    card = make_product("Card reader")
    make_owner("Owner", card)
    reaches(survivor, product=card)
    merged(source, survivor)

    found = fan_outs_of(Problem.objects.get(pk=survivor.pk), at=LATER + HOUR)

    assert {(one.code, one.count, one.way_back) for one in found} == {
        ("merge", 1, "take_back"),
        ("scope", 1, "end_scope"),
    }
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    text = client.get(f"/p/{survivor.number}/fan-out/").content.decode()
    assert "Reached: Card reader" in text
    assert f"Merged with {source.name}" in text


def test_what_was_told_stays_told_and_cases_are_taken_back_by_reopening(tenant: Any) -> None:
    problem = make_resolved("Ingrid", "Amir")
    resolve_cases_of(problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    hear_everything()

    found = caller_as(tenant).get(f"problems/{problem.number}/fan-outs").json()["results"]

    cases = next(one for one in found if one["code"] == "cases")
    assert (cases["count"], cases["way_back"]) == (2, "reopen")
    kinds = {one["kind"] for one in found if one["code"] == "broadcast"}
    assert {"workaround", "fixed"} <= kinds


def test_the_list_asks_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    client.get("/problems/")

    def queries_with(count: int) -> list[str]:
        problem = make_problem(cases=[case_of("A")])
        for place in range(count):
            reaches(problem, region=f"Region {place}")
        with counted() as queries:
            shown = client.get(f"/p/{problem.number}/fan-out/").context["fan_outs"]
        assert len(shown) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
