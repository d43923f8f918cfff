"""A segment is a rule: SQL finds the very customers whom the rule fits by its facts."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q

from cases.one_case import case_with_customer
from customers.glance import KeptConditions, facts_of, segments_at_a_glance
from customers.having import contacts_having, installed_on, things_of, version_named
from customers.models import (
    Contact,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
    Segment,
)
from customers.segments import (
    condition_in_sql,
    contacts_fitting,
    contacts_in,
    counts_of,
    segment_choices,
    segments_of,
)
from tests.make import AT, make_actor, make_case, make_contact, make_product
from workflow.conditions import evaluate, parse_condition

TODAY = datetime.now(UTC).date()
LONG_AGO = date(2020, 5, 4)
DAY = timedelta(days=1)


class Crowd:
    """Customers of several sorts, and what is known of each as plain facts."""

    def __init__(self) -> None:
        self.router, self.fiber = make_product("Router X"), make_product("Fiber 500")
        self.old = self.version(self.router, "1.9")
        self.new = self.version(self.router, "2.0")
        self.acme = Organisation.objects.create(
            name="Acme Ltd", region="North Sea", segment="Industry", created_at=AT
        )
        self.bare = Organisation.objects.create(name="Bare", created_at=AT)
        self.facts: dict[int, dict[str, object]] = {}
        self.add("gold", tier="Gold", region="  Oslo ", language="no")
        self.add("worker", organisation=self.acme, language="en")
        self.add("silver", organisation=self.acme, tier="silver", region="South", language="en")
        self.add("bare", organisation=self.bare, tier="gold plus", language="de", is_prospect=True)
        self.add("nobody", language="en")

    def version(self, product: Product, name: str) -> ProductVersion:
        """Make a version of a product."""
        return ProductVersion.objects.create(product=product, name=name)

    def add(self, name: str, *, organisation: Organisation | None = None, **known: Any) -> None:
        """Make a contact and keep what is known."""
        contact = make_contact(f"{name}@example.org", name=name)
        Contact.objects.filter(pk=contact.pk).update(organisation=organisation, **known)
        region = known.get("region") or (organisation.region if organisation else "")
        self.facts[contact.pk] = {
            "name": name,
            "tier": known.get("tier") or None,
            "region": region or None,
            "language": known["language"],
            "organisation": organisation.name if organisation else None,
            "organisation_segment": (organisation.segment if organisation else "") or None,
            "relation": "prospect" if known.get("is_prospect") else "customer",
            "days_since_purchase": None,
            "product": [],
            "version": [],
            "bought": [],
        }

    def contact(self, name: str) -> int:
        """Return the id of a contact."""
        return next(pk for pk, facts in self.facts.items() if facts["name"] == name)

    def named(self, contacts: Any) -> list[str]:
        """Return the names of contacts."""
        return sorted(str(self.facts[pk]["name"]) for pk in contacts.values_list("pk", flat=True))

    def has(self, name: str, fact: str, *values: str) -> None:
        """Keep that somebody has something."""
        facts = self.facts[self.contact(name)]
        facts[fact] = [*facts[fact], *values]  # type: ignore[misc]


@pytest.fixture
def crowd(tenant: Any) -> Crowd:
    """Return customers, what they have now and what they had."""
    found = Crowd()
    install(found.router, found.old, contact_id=found.contact("gold"))
    install(found.router, found.new, organisation=found.acme, region="Harbour")
    install(found.fiber, None, contact_id=found.contact("nobody"), until=LONG_AGO)
    # One of its people bought something long ago, the organisation lately.
    buy(found.fiber, organisation=found.bare, bought_on=TODAY - 8 * DAY)
    buy(found.fiber, contact_id=found.contact("bare"))
    buy(found.router, version=found.old, contact_id=found.contact("bare"))
    # What was bought tomorrow was not bought yet; what was installed and ended is had no more.
    buy(found.router, contact_id=found.contact("gold"), bought_on=TODAY + DAY)
    buy(found.fiber, contact_id=found.contact("nobody"))
    found.has("gold", "product", "Router X")
    found.has("gold", "version", "Router X 1.9")
    for name in ("worker", "silver"):
        found.has(name, "product", "Router X")
        found.has(name, "version", "Router X 2.0")
    found.has("bare", "product", "Fiber 500", "Router X")
    found.has("bare", "version", "Router X 1.9")
    found.has("bare", "bought", "Fiber 500", "Router X")
    found.has("nobody", "bought", "Fiber 500")
    found.facts[found.contact("bare")]["days_since_purchase"] = 8
    found.facts[found.contact("nobody")]["days_since_purchase"] = (TODAY - LONG_AGO).days
    return found


def install(product: Product, version: ProductVersion | None, **given: Any) -> InstalledProduct:
    """Write down that something is installed."""
    return InstalledProduct.objects.create(
        product=product, version=version, changed_at=AT, **{"since": None, **given}
    )


def buy(product: Product, **given: Any) -> Purchase:
    """Write down that something was bought."""
    return Purchase.objects.create(
        product=product, changed_at=AT, **{"bought_on": LONG_AGO, **given}
    )


LEAVES: list[dict[str, Any]] = [
    {"fact": "tier", "is": " GOLD "},
    {"fact": "tier", "is_not": "gold"},
    {"fact": "tier", "in": ["gold", "Silver", 3]},
    {"fact": "tier", "not_in": ["gold", "silver"]},
    {"fact": "tier", "starts_with": "go"},
    {"fact": "tier", "contains": ["plus", "bronze"]},
    {"fact": "tier", "contains": ["old"]},
    {"fact": "tier", "exists": True},
    {"fact": "tier", "exists": False},
    {"fact": "tier", "is": ""},
    {"fact": "tier", "is_not": 7},
    {"fact": "tier", "at_least": 3},
    {"fact": "region", "is": "oslo"},
    {"fact": "region", "is": "north sea"},
    {"fact": "region", "contains": "sea"},
    {"fact": "region", "exists": False},
    {"fact": "organisation", "is": "acme ltd"},
    {"fact": "organisation", "is_not": "acme ltd"},
    {"fact": "organisation_segment", "is": "industry"},
    {"fact": "organisation_segment", "is_not": "industry"},
    {"fact": "organisation_segment", "exists": False},
    {"fact": "language", "in": ["no", "de"]},
    {"fact": "relation", "is": "Prospect"},
    {"fact": "relation", "is": 1},
    {"fact": "relation", "is_not": "prospect"},
    {"fact": "relation", "exists": True},
    {"fact": "days_since_purchase", "at_most": 30},
    {"fact": "days_since_purchase", "at_most": 7.9},
    {"fact": "days_since_purchase", "at_most": -1},
    {"fact": "days_since_purchase", "at_most": 1e18},
    {"fact": "days_since_purchase", "at_least": 8},
    {"fact": "days_since_purchase", "at_least": 7.5},
    {"fact": "days_since_purchase", "at_least": 0},
    {"fact": "days_since_purchase", "is": 8},
    {"fact": "days_since_purchase", "in": [0, 8, 1e300]},
    {"fact": "days_since_purchase", "is": 7.5},
    {"fact": "days_since_purchase", "is": "8"},
    {"fact": "days_since_purchase", "is": True},
    {"fact": "days_since_purchase", "not_in": [8]},
    {"fact": "days_since_purchase", "exists": False},
    {"fact": "days_since_purchase", "contains": "8"},
    {"fact": "product", "is": "router x"},
    {"fact": "product", "is_not": "router x"},
    {"fact": "product", "in": ["Fiber 500", "Router X"]},
    {"fact": "product", "not_in": ["Fiber 500"]},
    {"fact": "product", "contains": "fiber"},
    {"fact": "product", "exists": False},
    {"fact": "version", "is": "Router X 1.9"},
    {"fact": "version", "is_not": "Router X 1.9"},
    {"fact": "version", "starts_with": "router x 2"},
    {"fact": "version", "exists": False},
    {"fact": "bought", "is": "fiber 500"},
    {"fact": "bought", "contains": "router"},
    {"fact": "bought", "is_not": "fiber 500"},
    {"fact": "weather", "is": "fine"},
    {"fact": "weather", "is_not": "fine"},
    {"fact": "weather", "exists": False},
    {"fact": "tier", "starts_with": "%"},
    {"fact": "tier", "is": "'; DROP TABLE"},
]


def trees() -> list[dict[str, Any]]:
    """Return every leaf, turned round once and twice, and all pairs, joined and turned."""
    found = [*LEAVES, *({"not": leaf} for leaf in LEAVES)]
    found += [{"not": {"not": leaf}} for leaf in LEAVES] + [{"all": []}, {"not": {"all": []}}]
    for place, one in enumerate(LEAVES):
        other = LEAVES[(place * 7 + 3) % len(LEAVES)]
        found.append({"all": [one, {"not": other}]})
        found.append({"not": {"any": [other, {"not": {"all": [one, other]}}]}})
        found.append({"any": [{"not": {"any": [one, other]}}, {"fact": "tier", "is": "silver"}]})
    return found


def test_a_rule_finds_in_sql_whom_it_fits_by_the_facts(crowd: Crowd) -> None:
    wrong = []
    for tree in trees():
        condition = parse_condition(tree)
        fitting = [
            str(facts["name"])
            for facts in crowd.facts.values()
            if evaluate(condition, facts).matched
        ]
        found = crowd.named(contacts_fitting(tree))
        if found != sorted(fitting):
            wrong.append((tree, found, sorted(fitting)))

    assert wrong == []


def test_segments_are_counted_together_as_each_is_alone(
    crowd: Crowd, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    segments = [
        Segment(pk=number, name=f"{number}", rule=tree) for number, tree in enumerate(LEAVES, 1)
    ]

    with django_assert_num_queries(1):
        counts = counts_of(segments)

    assert counts == {one.pk: contacts_in(one).count() for one in segments}
    assert 0 in counts.values()
    assert counts_of([]) == {}


def test_the_page_of_a_case_knows_the_same_facts_without_asking_more(crowd: Crowd) -> None:
    agent = make_actor()
    for number, tree in enumerate(LEAVES):
        Segment.objects.create(number=number, name=f"{number:03}", rule=tree, changed_at=AT)

    for contact in Contact.objects.select_related("organisation"):
        case = make_case(contact=contact)
        shown = case_with_customer(agent, case.number, at=AT)
        facts = facts_of(contact, glance=shown.glance)  # type: ignore[attr-defined]
        names = segments_at_a_glance(contact, glance=shown.glance)  # type: ignore[attr-defined]

        known = {name: in_order(value) for name, value in facts.items()}
        wanted = {name: in_order(value) for name, value in crowd.facts[contact.pk].items()}
        del wanted["name"]
        assert known == wanted, crowd.facts[contact.pk]["name"]
        inside = [one.name for one in segment_choices() if contact in contacts_in(one)]
        assert names == inside
        assert names == [one.name for one in segments_of([contact.pk])[contact.pk]]


def test_few_rules_are_kept_and_none_by_its_text() -> None:
    kept = KeptConditions(at_most=2)
    first, second, third = (json.dumps({"fact": "tier", "is": name}) for name in "abc")

    held = kept.of(first)
    kept.of(second)
    assert kept.of(first) is held
    kept.of(third)

    assert len(kept) == 2
    assert kept.of(first) is held
    assert kept.of(second) == parse_condition({"fact": "tier", "is": "b"})


def test_a_rule_of_many_words_becomes_one_statement_of_as_many_parts(tenant: Any) -> None:
    words = [f"w{number}" for number in range(1000)]
    leaf = {"fact": "tier", "contains": words}

    rule = condition_in_sql(parse_condition(leaf))
    grouped = condition_in_sql(parse_condition({"any": [leaf] * 20}))

    assert len(flat(rule)) == 1001
    assert len(flat(grouped)) == 20 * 1001 + 1


def flat(rule: Q) -> list[Any]:
    """Return the statements of a rule."""
    return [
        one for part in rule.children for one in (flat(part) if isinstance(part, Q) else [part])
    ]


def in_order(value: object) -> object:
    """Return several values in order, one without blanks around it."""
    if isinstance(value, list):
        return sorted(set(value))
    return value.strip() if isinstance(value, str) else value


def test_a_segment_is_one_statement_and_goes_into_another(
    crowd: Crowd, django_assert_num_queries: Callable[[int], Any]
) -> None:
    segment = Segment.objects.create(
        number=1, name="Router", rule={"fact": "product", "is": "Router X"}, changed_at=AT
    )

    with django_assert_num_queries(1):
        inside = Contact.objects.filter(pk__in=contacts_in(segment).values("pk"))
        found = crowd.named(inside)

    assert found == ["bare", "gold", "silver", "worker"]


def test_the_segments_of_contacts_cost_three_queries_however_many(
    crowd: Crowd, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number, value in enumerate(("Router X", "Fiber 500", "Nothing"), start=1):
        rule = {"fact": "product", "is": value}
        Segment.objects.create(number=number, name=value, rule=rule, changed_at=AT)
    Segment.objects.filter(name="Nothing").update(is_active=False)
    bare, gold = crowd.contact("bare"), crowd.contact("gold")

    with django_assert_num_queries(3):
        found = segments_of([bare, gold])

    names = {contact: [one.name for one in segments] for contact, segments in found.items()}
    assert names == {bare: ["Fiber 500", "Router X"], gold: ["Router X"]}


def test_a_product_is_had_oneself_or_through_the_organisation(crowd: Crowd) -> None:
    router = crowd.router.pk

    assert crowd.named(contacts_having(product_id=router)) == ["bare", "gold", "silver", "worker"]
    old = contacts_having(product_id=router, version_id=crowd.old.pk)
    assert crowd.named(old) == ["bare", "gold"]
    # What has ended is had no more, even by who bought it.
    assert crowd.named(contacts_having(product_id=crowd.fiber.pk)) == ["bare"]


def test_a_region_is_where_the_thing_stands_else_where_the_customer_is(crowd: Crowd) -> None:
    router = crowd.router.pk

    assert crowd.named(contacts_having(product_id=router, region=" harbour")) == [
        "silver",
        "worker",
    ]
    assert crowd.named(contacts_having(product_id=router, region="OSLO")) == ["gold"]
    assert crowd.named(contacts_having(product_id=router, region="South")) == []


def test_the_last_day_still_counts(crowd: Crowd) -> None:
    ends = install(crowd.fiber, None, contact_id=crowd.contact("gold"), until=TODAY)

    assert ends in installed_on()
    assert ends in installed_on(TODAY)
    assert ends not in installed_on(TODAY + DAY)


def test_things_come_with_names_in_two_queries(
    crowd: Crowd, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(2):
        things = things_of(crowd.contact("worker"))
        said = [(one.product.name, str(one.version)) for one in things.installed]

    assert said == [("Router X", "2.0")]
    assert things.product_ids == {crowd.router.pk}


@pytest.mark.parametrize("said", ["2.0", "v2.0", "V. 2.0", " Version  2.0 ", "release 2.0"])
def test_a_version_is_found_as_people_say_it(crowd: Crowd, said: str) -> None:
    assert version_named(crowd.router.pk, said) == crowd.new
    assert version_named(crowd.fiber.pk, said) is None


def test_nothing_is_called_by_no_name(crowd: Crowd) -> None:
    assert version_named(crowd.router.pk, "  ") is None
