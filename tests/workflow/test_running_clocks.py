"""What clocks do when people really work: the same as in the pure engine, and nothing worse."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.clock_facts import moments_of
from cases.conversation import add_customer_message, answer_case, note_case
from cases.lifecycle import (
    assign_case,
    let_case_wait_for_problem,
    mark_spam,
    open_case,
    pend_case,
    reopen_case,
    resolve_case,
    resume_case,
    set_priority,
    stop_waiting_for_problem,
)
from cases.migrating import migrate_clocks
from cases.models import Case, CaseClock
from cases.states import Channel
from customers.entitlements import service_level_of
from customers.models import Entitlement, Organisation
from problems.handing import hand_over_problem, route_problem, take_problem
from problems.models import ProblemClock
from servicedesk.walk import SWEPT_CLOCKS
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_service_level,
    make_user,
)
from workflow.clocks.engine import run
from workflow.clocks.models import Calendar, Clock, PolicyVersion, ServiceLevel, Target
from workflow.clocks.replaying import replay_clocks
from workflow.clocks.rules import rules_of
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
ALL_DAY = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def around_the_clock(tenant: Tenant) -> PolicyVersion:
    """Somebody is always there, as in the cases of other projects."""
    calendar = Calendar.objects.get()
    calendar.hours = ALL_DAY
    calendar.save()
    calendar.revisions.update(hours=ALL_DAY)
    return PolicyVersion.objects.select_related("calendar").get()


def promise(version: PolicyVersion, metric: str, within: timedelta, **more: Any) -> None:
    """Promise something at every priority, in place of what was promised."""
    Target.objects.filter(version=version, metric=metric).delete()
    Target.objects.bulk_create(
        [
            Target(version=version, metric=metric, priority=priority, within=within, **more)
            for priority in (1, 2, 3, 4)
        ]
    )


def writes(case: Case, *, at: datetime) -> None:
    """Let the customer write."""
    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="And?",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=at,
    )


def answers(case: Case, *, at: datetime) -> None:
    """Let somebody answer."""
    answer_case(case_id=case.pk, text="We look.", actor=SYSTEM, at=at)


def used(clock: Clock) -> timedelta:
    """Return how much counted of a clock that has ended."""
    assert clock.stopped_at is not None
    hours = clock.calendar.working_time()
    return hours.between(
        clock.started_at, clock.stopped_at, clock.pause_spans(until=clock.stopped_at)
    )


# ---- the rule cases, by the real actions -----------------------------------------------------


def test_f1_a_requester_waits_while_new_open_and_on_hold(around_the_clock: PolicyVersion) -> None:
    for metric in ("requester_wait", "agent_work"):
        promise(around_the_clock, metric, 10 * HOUR)
    case, nine = make_case(at=AT), AT
    at = {minutes: nine + minutes * MINUTE for minutes in (10, 40, 120, 150, 210, 240)}

    assign_case(case_id=case.pk, owner=make_user(), queue=None, actor=SYSTEM, at=at[10])
    pend_case(case_id=case.pk, actor=SYSTEM, at=at[40])
    resume_case(case_id=case.pk, actor=SYSTEM, at=at[120])
    let_case_wait_for_problem(case_id=case.pk, problem_id=1, actor=SYSTEM, at=at[150])
    stop_waiting_for_problem(case_id=case.pk, problem_id=1, actor=SYSTEM, at=at[210])
    resolve_case(case_id=case.pk, actor=SYSTEM, at=at[240])

    assert used(case.clocks.get(metric="requester_wait")) == 160 * MINUTE
    assert used(case.clocks.get(metric="agent_work")) == 100 * MINUTE


def test_f3_the_next_response_counts_from_the_oldest_unanswered_message(
    around_the_clock: PolicyVersion,
) -> None:
    promise(around_the_clock, "next_response", HOUR)
    case = make_case(at=AT - HOUR)
    answers(case, at=AT - 30 * MINUTE)

    writes(case, at=AT)
    writes(case, at=AT + 20 * MINUTE)
    note_case(case_id=case.pk, text="Ask Kari.", actor=make_actor(), at=AT + 40 * MINUTE)
    waiting = case.clocks.get(metric="next_response")
    answers(case, at=AT + 50 * MINUTE)

    clock = case.clocks.get(metric="next_response")
    assert (waiting.state, waiting.due_at) == ("running", AT + HOUR)
    assert (clock.state, used(clock)) == ("met", 50 * MINUTE)


def test_f5_a_department_is_measured_from_its_own_assignment(
    around_the_clock: PolicyVersion,
) -> None:
    promise(around_the_clock, "resolution", 4 * HOUR)
    case = make_case(at=AT)
    payments, cards = make_department("Payments"), make_department("Cards")
    for department in (payments, cards):
        department.fix_within = 2 * HOUR
        department.save()
    member = make_actor(Role.MEMBER, department=payments)

    problem = make_problem(cases=[case], at=AT)
    take_problem(problem_id=problem.pk, department=payments, actor=member, at=AT + HOUR)
    hand_over_problem(
        problem_id=problem.pk,
        department=cards,
        reason="The terminal.",
        confirm=True,
        actor=member,
        at=AT + 2 * HOUR + 30 * MINUTE,
    )

    first, second = problem.clocks.filter(metric="fix").order_by("id")
    assert case.clocks.get(metric="resolution").due_at == AT + 4 * HOUR
    assert (first.department, first.due_at, first.state) == (payments, AT + 3 * HOUR, "met")
    assert (second.department, second.cycle) == (cards, 2)
    assert second.due_at == AT + 4 * HOUR + 30 * MINUTE


def test_f6_a_promise_that_applies_late_is_due_when_it_would_have_been(
    around_the_clock: PolicyVersion,
) -> None:
    Target.objects.filter(metric="first_response", priority=3).delete()
    promise_urgent = Target.objects.filter(metric="first_response", priority=1)
    promise_urgent.update(within=HOUR)
    case = make_case(at=AT)
    none_yet = case.clocks.filter(metric="first_response").count()

    set_priority(case_id=case.pk, priority=1, actor=SYSTEM, at=AT + 3 * HOUR)

    clock = case.clocks.get(metric="first_response")
    assert none_yet == 0
    assert (clock.due_at, clock.attached_at) == (AT + HOUR, AT + 3 * HOUR)
    # It is recorded when it is seen, and somebody looks at once.
    assert clock.breach_recorded_at is None
    assert clock.next_look_at is not None
    assert clock.next_look_at <= AT + HOUR


def test_news_at_intervals_begin_again_with_each_answer(around_the_clock: PolicyVersion) -> None:
    promise(around_the_clock, "periodic_update", HOUR, recurrence="sequential")
    case = make_case(at=AT)

    answers(case, at=AT + 30 * MINUTE)

    first, second = case.clocks.filter(metric="periodic_update").order_by("id")
    assert (first.state, first.due_at) == ("met", AT + HOUR)
    assert (second.cycle, second.started_at, second.due_at) == (2, AT + HOUR, AT + 2 * HOUR)


def test_the_engine_tells_of_a_history_what_the_actions_did(tenant: Tenant) -> None:
    version = PolicyVersion.objects.select_related("calendar").get()
    promise(version, "periodic_update", 3 * HOUR)
    case = make_case(priority=4)
    answers(case, at=AT + HOUR)
    pend_case(case_id=case.pk, actor=SYSTEM, at=AT + 2 * HOUR)
    writes(case, at=AT + DAY)
    set_priority(case_id=case.pk, priority=2, actor=SYSTEM, at=AT + DAY + HOUR)
    resolve_case(case_id=case.pk, actor=SYSTEM, at=AT + DAY + 2 * HOUR)
    reopen_case(case_id=case.pk, actor=SYSTEM, at=AT + 2 * DAY)

    retold = run(rules_of(version), moments_of([case])[case.pk], until=AT + 2 * DAY)

    mine = {
        (clock.metric, clock.cycle): (clock.started_at, clock.due_at, clock.state, clock.stopped_at)
        for clock in case.clocks.all()
    }
    assert mine == {
        (one.metric, one.cycle): (one.started_at, one.due_at, one.state.value, one.stopped_at)
        for one in retold
    }
    assert len(mine) > 5


# ---- other promises --------------------------------------------------------------------------


def test_a_priority_without_a_target_promises_nothing_any_more(tenant: Tenant) -> None:
    Target.objects.filter(metric="resolution", priority=4).delete()
    case = make_case(priority=3)

    set_priority(case_id=case.pk, priority=4, actor=SYSTEM, at=AT + HOUR)

    clock = case.clocks.get(metric="resolution")
    assert (clock.state, clock.marks.latest("id").facts["reason"]) == ("cancelled", "priority")


def published(level: ServiceLevel, *, number: int, **within: timedelta) -> PolicyVersion:
    """Return a version that is published now, in place of the one before."""
    PolicyVersion.objects.filter(service_level=level).update(state="retired", retired_at=AT)
    version = PolicyVersion.objects.create(
        service_level=level,
        number=number,
        state="published",
        calendar=Calendar.objects.earliest("id"),
        created_at=AT,
        published_at=AT,
    )
    level.version = version
    level.save()
    for metric, span in within.items():
        promise(version, metric, span)
    return version


def test_what_runs_keeps_its_version_until_it_is_moved(tenant: Tenant) -> None:
    case = make_case(priority=3, at=AT)
    old = case.clocks.get(metric="resolution").due_at
    level = ServiceLevel.objects.get()
    version = published(level, number=2, resolution=5 * HOUR, periodic_update=2 * HOUR)

    answers(case, at=AT + HOUR)
    kept = case.clocks.get(metric="resolution").due_at
    writes(case, at=AT + HOUR + MINUTE)
    moved = migrate_clocks(version, at=AT + 2 * HOUR)
    again = migrate_clocks(version, at=AT + 2 * HOUR)

    clock = case.clocks.get(metric="resolution")
    assert (kept, clock.due_at, clock.original_due_at) == (old, AT + 5 * HOUR, old)
    assert (moved, again) == (1, 0)
    # What is new begins, from when it counts; what is gone is promised no more.
    assert case.clocks.get(metric="periodic_update").due_at == AT + 2 * HOUR
    assert case.clocks.get(metric="next_response").state == "cancelled"
    assert replay_clocks(SWEPT_CLOCKS).differences == []


def test_cases_are_moved_a_few_at_a_time(tenant: Tenant) -> None:
    for _ in range(5):
        make_case()
    version = published(ServiceLevel.objects.get(), number=2, resolution=5 * HOUR)

    first = migrate_clocks(version, at=AT + HOUR, batch=3)
    rest = migrate_clocks(version, at=AT + HOUR, after=0, batch=3)

    assert (first, rest) == (3, 2)
    running = CaseClock.objects.filter(state="running")
    assert {clock.target.version_id for clock in running if clock.target} == {version.pk}


def test_the_strongest_right_decides(tenant: Tenant) -> None:
    lunde = Organisation.objects.create(name="Lunde", domain="lunde.example", created_at=AT)
    contact, card = make_contact("kari@lunde.example"), make_product("Card")
    levels = {}
    for kind in ("account", "product", "asset", "contract"):
        levels[kind] = make_service_level(kind.title())
        Entitlement.objects.create(
            organisation=lunde if kind != "account" else None,
            contact=contact if kind == "account" else None,
            product=card if kind in ("product", "asset") else None,
            kind=kind,
            service_level=levels[kind],
            begins_at=AT - DAY,
        )

    chosen = []
    for kind in ("contract", "asset", "product", "account"):
        chosen.append(service_level_of(contact, product=card, at=AT).name)
        Entitlement.objects.filter(kind=kind).delete()

    assert chosen == ["Contract", "Asset", "Product", "Account"]
    assert service_level_of(contact, product=card, at=AT).is_default


def test_without_a_right_the_first_that_fits_serves(tenant: Tenant) -> None:
    for position, (name, wanted) in enumerate(
        [("Phone", "phone"), ("Chat", "chat"), ("Phone too", "phone")], start=1
    ):
        level = make_service_level(name)
        ServiceLevel.objects.filter(pk=level.pk).update(position=position)
        PolicyVersion.objects.filter(service_level=level).update(
            applies_when={"fact": "channel", "is": wanted}
        )
    silent = make_service_level("By right alone")

    names = {
        channel: make_case(channel=channel).service_level.name
        for channel in (Channel.PHONE, Channel.CHAT, Channel.MAIL)
    }

    assert names == {Channel.PHONE: "Phone", Channel.CHAT: "Chat", Channel.MAIL: "Standard"}
    assert not Case.objects.filter(service_level=silent).exists()


def test_a_level_that_was_never_published_cannot_be_chosen(tenant: Tenant) -> None:
    contact = make_contact()
    draft = ServiceLevel.objects.create(name="Draft")
    Entitlement.objects.create(
        contact=contact, kind="contract", service_level=draft, begins_at=AT - DAY
    )

    assert service_level_of(contact, product=None, at=AT).is_default


def test_the_priority_may_decide_for_another_service_level(tenant: Tenant) -> None:
    urgent = make_service_level("Urgent")
    PolicyVersion.objects.filter(service_level=urgent).update(
        applies_when={"fact": "priority", "is": 1}
    )
    assert urgent.version is not None
    promise(urgent.version, "resolution", HOUR)
    case = make_case(priority=3)

    set_priority(case_id=case.pk, priority=1, actor=SYSTEM, at=AT + MINUTE)

    case.refresh_from_db()
    assert case.service_level == urgent
    assert case.clocks.get(metric="resolution", state="running").due_at == AT + HOUR
    assert case.clocks.get(metric="first_response").state == "cancelled"


# ---- what must never hurt --------------------------------------------------------------------


def test_a_policy_that_promises_nothing_leaves_a_case_that_is_looked_at(tenant: Tenant) -> None:
    Target.objects.all().delete()

    case = make_case()
    answers(case, at=AT + HOUR)
    writes(case, at=AT + 2 * HOUR)
    resolve_case(case_id=case.pk, actor=SYSTEM, at=AT + 3 * HOUR)

    assert not CaseClock.objects.exists()
    assert case.next_look_at == AT + DAY


def test_a_target_of_zero_is_missed_as_soon_as_somebody_looks(tenant: Tenant) -> None:
    Target.objects.filter(metric="first_response").update(within=timedelta())

    case = make_case(at=AT)
    answers(case, at=AT + MINUTE)

    clock = case.clocks.get(metric="first_response")
    assert (clock.due_at, clock.state, clock.breach_recorded_at) == (AT, "missed", AT + MINUTE)


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_machine_whose_clock_steps_loses_no_clock(tenant: Tenant, step: timedelta) -> None:
    case = make_case(at=AT, priority=4)
    answers(case, at=AT + 10 * MINUTE)

    pend_case(case_id=case.pk, actor=SYSTEM, at=AT + 20 * MINUTE)
    resume_case(case_id=case.pk, actor=SYSTEM, at=AT + 30 * MINUTE + step)
    writes(case, at=AT + 40 * MINUTE + step)
    answers(case, at=AT + 50 * MINUTE)
    resolve_case(case_id=case.pk, actor=SYSTEM, at=AT + 51 * MINUTE + step)

    clocks = list(case.clocks.all())
    assert {clock.state for clock in clocks} == {"met"}
    for clock in clocks:
        assert clock.stopped_at is not None
        assert clock.attached_at <= clock.stopped_at
        assert all(began <= ended for began, ended in clock.pause_spans(until=clock.stopped_at))
        assert used(clock) >= timedelta()
    assert replay_clocks(SWEPT_CLOCKS).differences == []


def test_hours_that_were_emptied_count_round_the_clock(tenant: Tenant) -> None:
    Calendar.objects.update(hours={})

    case = make_case(at=AT, priority=1)

    assert case.clocks.get(metric="first_response").due_at == AT + HOUR


def test_spam_has_no_verdict_and_a_problem_that_ends_leaves_nothing_running(
    tenant: Tenant,
) -> None:
    case = make_case()
    mark_spam(case_id=case.pk, actor=SYSTEM, at=AT + HOUR)
    problem = make_problem()
    route_problem(
        problem_id=problem.pk,
        department=make_department("Payments"),
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )

    assert set(case.clocks.values_list("state", flat=True)) == {"cancelled"}
    assert set(ProblemClock.objects.filter(state="running").values_list("metric", flat=True)) == {
        "stage",
        "acknowledge",
    }


def test_an_old_case_that_came_from_elsewhere_starts_nothing_past_due(tenant: Tenant) -> None:
    case = open_case(
        contact=make_contact(),
        subject="Old",
        text="Since winter.",
        channel=Channel.IMPORT,
        external_id="17",
        runs_clocks=False,
        actor=SYSTEM,
        at=AT - 90 * DAY,
    )
    none_yet = case.clocks.count()

    answers(case, at=AT)
    writes(case, at=AT + MINUTE)

    assert none_yet == 0
    assert {clock.started_at >= AT for clock in case.clocks.all()} == {True}
    assert not case.clocks.filter(due_at__lt=AT + MINUTE).exists()
