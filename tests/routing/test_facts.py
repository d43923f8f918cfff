"""What rules may ask: versions, regions, segments, patterns, and what it costs to ask."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Contact, Organisation
from problems.facts import facts_before_opening, facts_of, facts_of_all, own_facts, patterns_in
from problems.models import Problem
from tests.make import AT, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.conditions import evaluate, parse_condition
from workflow.people.permissions import Role


def holds(problem: Problem, condition: dict[str, object]) -> bool:
    """Whether a condition fits a problem."""
    return evaluate(parse_condition(condition), facts_of(problem)).matched


def make_customer(*, region: str = "", segment: str = "", tier: str = "") -> Contact:
    """Return a contact of an organisation in a region and segment."""
    contact = make_contact()
    contact.organisation = Organisation.objects.create(
        name=f"Company of {contact.pk}", region=region, segment=segment, created_at=AT
    )
    contact.tier = tier
    contact.save()
    return contact


def test_codes_anybody_wrote_and_words_most_cases_share_are_patterns() -> None:
    openings = [
        "Terminal frozen\nThe terminal shows E-4012 since Monday.",
        "Frozen again\nMy terminal is frozen, Ingrid says it shows e-4012.",
        "Help\nTerminal says nothing.",
    ]

    found = patterns_in("HTTP 500 when we look", openings=openings)

    assert found == ("http 500", "e-4012", "terminal", "frozen", "shows", "says")


@pytest.mark.parametrize(
    ("named", "title", "fits"),
    [
        ("4.2", "It freezes", True),
        ("", "It freezes since firmware 4.2", True),
        ("4.3", "Not so in firmware 4.2", False),
        ("", "It freezes", False),
    ],
)
def test_a_version_that_was_named_counts_before_those_of_the_text(
    named: str, title: str, *, fits: bool
) -> None:
    problem = Problem(title=title, product_version=named)

    assert holds(problem, {"fact": "version", "is": "4.2"}) is fits


def test_what_a_quarter_of_the_customers_share_is_a_fact(tenant: Any) -> None:
    north = [make_case(contact=make_customer(region="North", segment="Hotels")) for _ in range(3)]
    others = [make_case(contact=make_customer(region="South", tier="Gold")), make_case()]
    lone = make_case(contact=make_customer(region="Island"))

    problem = make_problem(cases=[*north, *others])
    facts = facts_of(problem)
    more = facts_before_opening(
        own_facts(problem), case_ids=[case.pk for case in (*north, *north[:0], others[0], lone)]
    )

    assert facts["region"] == ("North", "South")
    assert facts["segment"] == ("Hotels", "Gold")
    assert facts["channel"] == ("mail",)
    assert more["region"] == ("North",)


def test_reasons_quote_no_word_of_a_customer_that_the_rule_did_not_name(tenant: Any) -> None:
    cases = [make_case(subject="Secretword fails", text="Secretword E-4012.") for _ in range(2)]
    problem = make_problem(cases=cases)

    verdict = evaluate(parse_condition({"fact": "pattern", "is": "E-4012"}), facts_of(problem))
    against = evaluate(parse_condition({"fact": "pattern", "is": "E-1"}), facts_of(problem))

    assert verdict.reasons == ("one pattern is “E-4012”",)
    assert against.reasons == ("no pattern is “E-1”",)


def test_facts_of_many_problems_cost_what_those_of_two_cost(tenant: Any) -> None:
    made = [make_problem(cases=[make_case(), make_case()]) for _ in range(6)]

    def cost(problems: list[Problem]) -> int:
        found = list(
            Problem.objects.select_related("product").filter(pk__in=[p.pk for p in problems])
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for facts in facts_of_all(found).values():
                assert facts["said"]
                assert facts["region"] == ()
        return len(asked)

    assert cost(made[:2]) == cost(made) == 3


def test_a_condition_on_own_words_asks_the_database_nothing(tenant: Any) -> None:
    problem = Problem.objects.select_related("product").get(pk=make_problem().pk)

    with CaptureQueriesContext(connection) as asked:
        assert holds(problem, {"fact": "category", "is": "billing"})

    assert not asked.captured_queries


def test_an_administrator_writes_region_and_segment_of_an_organisation(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    form = {"action": "save", "name": "Solheim AS", "region": "North", "segment": "Hotels"}

    client.post("/settings/organisations/", form)
    too_long = client.post("/settings/organisations/", {**form, "segment": "x" * 41})
    made = caller_as(tenant, Role.AGENT).get("organisations/").json()["results"]

    assert [(one["region"], one["segment"]) for one in made] == [("North", "Hotels")]
    assert list(too_long.context["form"]["errors"]) == ["segment"]
