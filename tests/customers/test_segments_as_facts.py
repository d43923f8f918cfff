"""Routing rules and service levels ask for segments by name; where nobody asks it costs nothing."""

from collections.abc import Callable
from typing import Any

from cases.clock_facts import CaseFacts, moments_of
from cases.models import Case
from customers.entitlements import service_level_of
from customers.models import Contact, Organisation, Segment
from problems.facts import facts_of, facts_of_all
from tests.make import (
    AT,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_rule,
    make_service_level,
)
from workflow.clocks.models import ServiceLevel
from workflow.clocks.policy_matching import CASE_FACTS, tree_findings
from workflow.routing.deciding import decide

GOLD = {"fact": "tier", "is": "gold"}
IN_NORTH: dict[str, object] = {"fact": "segment", "is": "gold in the north"}


def make_segment(name: str = "Gold in the north", **values: Any) -> Segment:
    """Return a segment; gold customers, unless said otherwise."""
    number = Segment.objects.count() + 1
    values = {"rule": GOLD, **values}
    return Segment.objects.create(number=number, name=name, changed_at=AT, **values)


def make_gold(*, segment: str = "") -> Contact:
    """Return a gold customer of an organisation."""
    contact = make_contact()
    contact.organisation = Organisation.objects.create(
        name="Harbour", segment=segment, created_at=AT
    )
    contact.tier = "Gold"
    contact.save()
    return contact


def test_a_rule_routes_by_a_segment_that_a_quarter_of_the_customers_are_in(tenant: Any) -> None:
    make_segment()
    north, card = make_department("North"), make_department("Card")
    make_rule(north, condition=IN_NORTH)
    make_rule(card, condition={"all": []})
    gold, others = make_case(contact=make_gold()), [make_case() for _ in range(3)]

    quarter = decide(facts_of(make_problem(cases=[gold, *others], title="A")))
    fifth = decide(
        facts_of(
            make_problem(
                cases=[make_case(contact=gold.contact), *(make_case() for _ in range(4))], title="B"
            )
        )
    )

    assert quarter is not None
    assert quarter.department == north
    assert fifth is not None
    assert fifth.department == card


def test_a_segment_put_away_is_not_known_of_anybody(tenant: Any) -> None:
    make_segment()
    make_segment("All gold", is_active=False)
    problem = make_problem(cases=[make_case(contact=make_gold(segment="Shipping"))])

    known = facts_of(problem)["segment"]
    assert isinstance(known, tuple)
    assert sorted(known) == ["Gold", "Gold in the north", "Shipping"]


def test_segments_of_problems_cost_two_queries_more_however_many(
    tenant: Any, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(3):
        make_segment(f"Segment {number}")
    problems = [make_problem(cases=[make_case(contact=make_gold())]) for _ in range(4)]
    facts = facts_of_all(problems)

    with django_assert_num_queries(3):
        assert facts[problems[0].pk]["region"] == ()
    with django_assert_num_queries(2):
        found = [facts[problem.pk]["segment"] for problem in problems]

    assert found == [("Gold", "Segment 0", "Segment 1", "Segment 2")] * 4


def test_a_service_level_serves_a_segment(tenant: Any) -> None:
    make_segment()
    level = make_service_level("North Sea", at=AT)
    version = level.version
    assert version is not None
    version.applies_when = IN_NORTH
    level.position = 0
    ServiceLevel.objects.filter(pk=level.pk).update(position=0)
    type(version).objects.filter(pk=version.pk).update(applies_when=IN_NORTH)

    served, other = make_case(contact=make_gold()), make_case()

    assert served.service_level == level
    assert other.service_level != level
    assert service_level_of(served.contact, product=None, at=AT) != level
    assert not list(tree_findings(IN_NORTH, label="x", facts=CASE_FACTS))


def test_segments_of_a_case_are_asked_for_when_a_condition_names_them(
    tenant: Any, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make_segment()
    found = make_case(contact=make_gold(segment="Shipping"))
    case = Case.objects.select_related("contact", "organisation").get(pk=found.pk)
    facts = CaseFacts(case, event="opened")

    with django_assert_num_queries(0):
        assert facts["tier"] == "Gold"
    with django_assert_num_queries(3):
        assert facts["segment"] == ("Shipping", "Gold in the north")
    with django_assert_num_queries(0):
        assert facts["segment"] == ("Shipping", "Gold in the north")


def test_the_history_of_many_cases_knows_their_segments(
    tenant: Any, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make_segment()
    for _ in range(3):
        make_case(contact=make_gold())
    named = ("contact", "organisation", "product", "request_type")
    cases = list(Case.objects.select_related(*named))

    with django_assert_num_queries(5):
        moments = moments_of(cases)

    assert {one[0].facts["segment"] for one in moments.values()} == {("Gold in the north",)}
