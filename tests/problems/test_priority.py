"""The priority of a problem and all that hangs on it: its grounds, its clock, what to fix next."""

from datetime import UTC, date, timedelta

import pytest

from customers.models import Entitlement, Organisation
from problems.estimates import estimate_fix
from problems.fix_next import what_to_fix_next
from problems.hit_rates import hit_rates, slips_of
from problems.lifecycle import ReasonMissing, describe_problem
from problems.linking import confirm_link
from problems.models import Affected, Problem, ProblemClock
from problems.models.estimate import Confidence
from problems.models.promise import Verdict
from problems.priority import BadPriority, follow_impact, let_priority_follow, set_priority
from problems.problem_policies import BadProblemPolicy, Wishes, policy_of_tenant, set_problem_policy
from problems.promises_told import counts_of_promises, page_of_promises
from problems.weighing import figures_of
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
)
from workflow.clocks.models import Metric, ServiceLevel, Target
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

pytestmark = pytest.mark.django_db

LATER = AT + 5 * HOUR


@pytest.fixture
def lead(tenant: Tenant) -> Actor:
    """A service lead."""
    return make_actor(Role.LEAD)


def affect(problem: Problem, *, customers: int, organisation: Organisation | None = None) -> None:
    """Let a problem affect so many more customers."""
    for _one in range(customers):
        contact = make_contact()
        contact.organisation = organisation
        contact.save(update_fields=["organisation"])
        Affected.objects.create(problem=problem, contact=contact, found="me_too", found_at=AT)


def cause_target(*, priority: int, within: timedelta) -> Target:
    """Promise that the cause of problems of a priority is found so soon."""
    version = ServiceLevel.objects.get(is_default=True).version
    assert version is not None
    return Target.objects.create(
        version=version, metric=Metric.ROOT_CAUSE, priority=priority, within=within
    )


def cause_clock(problem: Problem) -> ProblemClock:
    """Return the newest clock for the cause of a problem."""
    clocks = ProblemClock.objects.filter(problem=problem, metric=Metric.ROOT_CAUSE)
    return clocks.order_by("-id")[0]


def say_anew(problem: Problem, *, severity: int, actor: Actor) -> None:
    """Describe a problem as before, with another severity."""
    describe_problem(
        problem_id=problem.pk,
        title=problem.title,
        statement=problem.statement,
        category=problem.category,
        product=make_product(),
        severity=severity,
        actor=actor,
        at=LATER,
    )


# ---- the clock for the cause -----------------------------------------------------------------


def test_a_severity_said_anew_plans_the_clock_for_the_cause_from_its_own_start(
    lead: Actor,
) -> None:
    cause_target(priority=3, within=20 * HOUR)
    high = cause_target(priority=2, within=4 * HOUR)
    problem = make_problem()
    before = cause_clock(problem)

    say_anew(problem, severity=2, actor=lead)

    after = cause_clock(problem)
    assert (after.pk, after.target_id, after.state) == (before.pk, high.pk, "running")
    assert after.started_at == before.started_at
    # Four opening hours from Monday 10:00.
    assert after.due_at == AT + 5 * HOUR
    assert after.original_due_at == before.due_at
    assert [mark.facts["reason"] for mark in after.marks.order_by("id")][-1] == "priority"


def test_without_a_promise_at_the_new_priority_the_clock_ends_without_a_verdict(
    lead: Actor,
) -> None:
    cause_target(priority=3, within=20 * HOUR)
    problem = make_problem()

    say_anew(problem, severity=4, actor=lead)

    assert cause_clock(problem).state == "cancelled"


def test_a_promise_that_applies_only_now_begins_and_counts_from_the_opening(lead: Actor) -> None:
    cause_target(priority=1, within=4 * HOUR)
    problem = make_problem()
    assert not ProblemClock.objects.filter(problem=problem, metric=Metric.ROOT_CAUSE).exists()

    set_priority(problem_id=problem.pk, priority=1, reason="The board asks.", actor=lead, at=LATER)

    clock = cause_clock(problem)
    assert (clock.started_at, clock.attached_at) == (problem.opened_at, LATER)


# ---- the rule --------------------------------------------------------------------------------


def test_affected_customers_raise_the_priority_and_the_ground_is_kept(lead: Actor) -> None:
    problem = make_problem()
    affect(problem, customers=24)

    changed = follow_impact(at=LATER, among=[problem.pk])

    problem.refresh_from_db()
    assert (changed, problem.priority, problem.severity) == (1, 2, 3)
    assert problem.priority_because == {
        "grounds": [{"measure": "customers", "figure": 25, "counts_from": 25, "priority": 2}]
    }
    entry = Entry.objects.get(action="problem.priority_set")
    assert entry.changes == {"from": 3, "to": 2, "grounds": "customers"}
    assert follow_impact(at=LATER + HOUR) == 0


def test_contracts_count_an_organisation_once(lead: Actor) -> None:
    problem, firm = make_problem(), Organisation.objects.create(name="Nordwind", created_at=AT)
    affect(problem, customers=3, organisation=firm)
    affect(problem, customers=1)
    level = ServiceLevel.objects.get(is_default=True)
    common = {"service_level": level, "kind": "contract", "begins_at": AT - DAY}
    Entitlement.objects.create(organisation=firm, **common)
    Entitlement.objects.create(contact=problem.links.get().case.contact, **common)

    figures = figures_of([problem.pk], at=LATER)[problem.pk]

    assert (figures.customers, figures.contracts) == (5, 2)


def test_figures_of_many_problems_cost_what_those_of_two_do(
    lead: Actor, django_assert_num_queries: object
) -> None:
    problems = [make_problem(title=f"Problem {number}").pk for number in range(6)]

    for some in (problems[:2], problems):
        with django_assert_num_queries(3):  # type: ignore[operator]
            figures_of(some, at=LATER)


def test_a_person_decides_against_the_rule_until_they_let_go(lead: Actor) -> None:
    problem = make_problem()
    affect(problem, customers=30)
    with pytest.raises(ReasonMissing):
        set_priority(problem_id=problem.pk, priority=4, reason=" ", actor=lead, at=LATER)
    with pytest.raises(BadPriority):
        set_priority(problem_id=problem.pk, priority=5, reason="So.", actor=lead, at=LATER)
    with pytest.raises(NotPermitted):
        set_priority(problem_id=problem.pk, priority=4, reason="So.", actor=make_actor(), at=LATER)

    set_priority(
        problem_id=problem.pk, priority=4, reason="They all know a way.", actor=lead, at=LATER
    )
    follow_impact(at=LATER + HOUR)
    problem.refresh_from_db()
    assert problem.priority == 4

    let_priority_follow(problem_id=problem.pk, actor=lead, at=LATER + 2 * HOUR)
    problem.refresh_from_db()
    assert (problem.priority, problem.priority_reason) == (2, "")


def test_a_rule_that_is_switched_off_leaves_what_people_said(lead: Actor) -> None:
    problem = make_problem()
    affect(problem, customers=30)
    follow_impact(at=LATER)

    set_problem_policy(wishes=wishes(follows_impact=False), actor=make_actor(Role.ADMIN), at=LATER)
    follow_impact(at=LATER + HOUR)

    problem.refresh_from_db()
    assert (problem.priority, problem.priority_because) == (3, {})


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("customers", {"thresholds": {"customers": {"1": 5, "2": 25}}}),
        ("customers", {"thresholds": {"customers": {"9": 5}}}),
        ("thresholds", {"thresholds": {"weather": {"1": 5}}}),
        ("news_within", {"news_within": timedelta(minutes=1)}),
        ("ladder", {"ladder_id": 10**12}),
        ("work_per_contact", {"work_per_contact": timedelta(days=9)}),
        ("cost_per_hour", {"cost_per_hour": 0, "currency": "EUR"}),
        ("currency", {"cost_per_hour": 50, "currency": ""}),
        ("currency", {"cost_per_hour": 50, "currency": "Euro"}),
    ],
)
def test_a_policy_that_nobody_could_go_by_is_refused(
    tenant: Tenant, field: str, wish: dict[str, object]
) -> None:
    admin = make_actor(Role.ADMIN)

    with pytest.raises(BadProblemPolicy) as refused:
        set_problem_policy(wishes=wishes(**wish), actor=admin, at=LATER)

    assert refused.value.field == field
    assert set_problem_policy(wishes=wishes(), actor=admin, at=LATER).pk is not None
    with pytest.raises(NotPermitted):
        set_problem_policy(wishes=wishes(), actor=make_actor(Role.LEAD), at=LATER)


def wishes(**other: object) -> Wishes:
    """Return what is so as delivered, but for some."""
    policy = policy_of_tenant()
    usual: dict[str, object] = {name: getattr(policy, name) for name in Wishes.__dataclass_fields__}
    return Wishes(**{**usual, **other})  # type: ignore[arg-type]


# ---- what to fix next, and how right dates were ----------------------------------------------


def test_the_dearest_problem_is_fixed_next_at_the_cost_of_a_constant_number_of_queries(
    lead: Actor, django_assert_num_queries: object
) -> None:
    quiet = make_problem(title="A small one")
    loud = make_problem(title="A large one")
    for _one in range(4):
        confirm_link(problem_id=loud.pk, case=make_case(at=AT), actor=lead, at=LATER)
    what_to_fix_next(lead, at=LATER)

    with django_assert_num_queries(7):  # type: ignore[operator]
        ranking = what_to_fix_next(lead, at=LATER)

    assert [one.problem.pk for one in ranking.candidates] == [loud.pk, quiet.pk]
    first = ranking.candidates[0].cost
    assert first.contacts == 10
    assert first.contact_work == 10 * timedelta(minutes=12)
    # Each case has promises that break within the week.
    assert first.breaking > ranking.candidates[1].cost.breaking
    elsewhere = what_to_fix_next(lead, at=LATER, department_id=make_department().pk)
    assert elsewhere.candidates == []


def test_the_hit_rate_tells_how_right_those_were_who_were_this_sure(lead: Actor) -> None:
    problem = make_problem()
    for day, sure in ((3, Confidence.HIGH), (9, Confidence.HIGH), (10, Confidence.LOW)):
        estimate_fix(
            problem_id=problem.pk,
            expected_on=date(2026, 3, day),
            latest_on=date(2026, 3, day),
            confidence=sure,
            reason="We know more.",
            is_public=True,
            actor=lead,
            at=LATER,
        )
    fixed_at = AT + 4 * DAY
    Problem.objects.filter(pk=problem.pk).update(resolved_at=fixed_at, outcome="fix_applied")

    rates = {one.confidence: one for one in hit_rates(at=AT + 5 * DAY, zone=UTC)}

    assert (rates["high"].known, rates["high"].by_latest, rates["high"].share) == (2, 1, 0.5)
    assert (rates["low"].known, rates["low"].by_latest) == (1, 1)
    assert rates["medium"].share is None
    slips = slips_of(at=AT + 5 * DAY)
    assert (slips.moved, slips.running, slips.broken) == (2, 1, 0)
    assert slips.told_in_time == 1.0


def test_a_list_of_promises_says_the_same_as_each_promise(lead: Actor) -> None:
    problem = make_problem()
    for day in (3, 5):
        estimate_fix(
            problem_id=problem.pk,
            expected_on=date(2026, 3, day),
            latest_on=date(2026, 3, day),
            confidence=Confidence.LOW,
            reason="It moved.",
            is_public=True,
            actor=lead,
            at=LATER,
        )

    for at in (LATER, AT + 9 * DAY):
        counts = counts_of_promises(lead, at=at)
        for verdict in Verdict:
            shown = page_of_promises(lead, verdict, at=at).promises
            assert len(shown) == counts[verdict.value]
            assert {one.verdict(at=at) for one in shown} <= {verdict}
