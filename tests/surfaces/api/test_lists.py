"""Each list costs the same for two rows and for twenty, and is read to its end by its key."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now

from cases.conversation import note_case
from customers.editing import save_organisation, save_product
from knowledge.authoring import draft_article
from problems.fixing import note_problem
from tests.make import AT, make_actor, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from workflow.people.authentication import issue_token
from workflow.people.permissions import Role

Make = Callable[[int], object]


def product(number: int) -> None:
    """Add a product."""
    save_product(
        product_id=None, name=f"Card {number}", is_active=True, actor=make_actor(Role.ADMIN), at=AT
    )


def organisation(number: int) -> None:
    """Add an organisation."""
    save_organisation(
        organisation_id=None, name=f"A {number}", domain="", actor=make_actor(), at=AT
    )


LISTS: dict[str, Make] = {
    "cases": lambda _: make_case(),
    "problems": lambda _: make_problem(cases=[make_case()]),
    "contacts": lambda _: make_contact(),
    "organisations": organisation,
    "products": product,
    "people": lambda _: make_user(),
    "tokens": lambda _: issue_token(role=Role.AGENT, label="program", at=now()),
    "history": lambda _: make_case(),
    "articles": lambda number: draft_article(
        title=f"How {number}", body="Like this.", actor=make_actor(), at=AT
    ),
}


def rows_of(name: str, answer: Any) -> int:
    """Return how many rows a page has."""
    assert answer.status_code == 200, (name, answer.json())
    return len(answer.json()["results"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_2_and_20(tenant: Any, name: str) -> None:
    caller = caller_as(tenant, Role.ADMIN)
    asked = []
    for rows in (range(2), range(2, 20)):
        for number in rows:
            LISTS[name](number)
        caller.get(f"{name}/")
        with counted() as queries:
            found = rows_of(name, caller.get(f"{name}/", limit=200))
        assert found >= rows.stop
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])


def test_the_parts_of_a_case_cost_the_same_for_2_and_20(tenant: Any) -> None:
    caller, case, agent = caller_as(tenant), make_case(), make_actor()
    # The first use of a token is noted once.
    caller.get("cases/")
    paths = [f"cases/{case.number}/{part}/" for part in ("messages", "history", "blockers")]
    asked: list[list[int]] = []
    for more in (2, 18):
        for _ in range(more):
            note_case(case_id=case.pk, text="Again.", actor=agent, at=AT)
        asked.append([])
        for path in paths:
            with counted() as queries:
                caller.get(path)
            asked[-1].append(len(queries))

    assert asked[0] == asked[1]


def test_the_parts_of_a_problem_cost_the_same_for_2_and_20(tenant: Any) -> None:
    caller, agent = caller_as(tenant), make_actor(Role.LEAD)
    caller.get("cases/")
    problem = make_problem(cases=[make_case()])
    parts = ("notes", "history", "cases", "affected", "estimates", "questions")
    asked: list[list[int]] = []
    for more in (2, 18):
        for _ in range(more):
            note_problem(problem_id=problem.pk, text="Again.", actor=agent, at=AT)
        asked.append([])
        for part in parts:
            with counted() as queries:
                rows_of(part, caller.get(f"problems/{problem.number}/{part}/"))
            asked[-1].append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("name", ["products", "people", "contacts", "history"])
def test_a_list_is_read_to_its_end_without_a_row_twice(tenant: Any, name: str) -> None:
    caller = caller_as(tenant, Role.ADMIN)
    for number in range(7):
        LISTS[name](number)
    whole = caller.get(f"{name}/", limit=200).json()["results"]

    seen: list[Any] = []
    address = f"{name}/?limit=3"
    while address:
        page = caller.get(address).json()
        assert len(page["results"]) <= 3
        seen += page["results"]
        address = page["next"]

    assert seen == whole
