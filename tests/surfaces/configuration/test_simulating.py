"""What a draft would have meant: simulated due times are those that clocks really had."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import open_case, pend_case, resolve_case, set_priority
from cases.models import Case, CaseClock, CaseClockMark
from cases.states import Channel
from customers.models import Entitlement
from servicedesk.simulating.looking import evidence_for, preview_of
from servicedesk.simulating.pieces import ask_simulation, simulate_piece, simulation_of
from servicedesk.simulating.results import cells_of, people_woken
from servicedesk.simulating.telling import Telling, Told, with_facts
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_contact, make_user
from workflow.clocks.engine import Run
from workflow.clocks.models import Metric, PolicyVersion, Recurrence, ServiceLevel
from workflow.clocks.policies import change_draft, check_draft, publish_draft, start_draft
from workflow.clocks.policy_content import Policy, Promise, policy_of
from workflow.clocks.service_levels import add_service_level
from workflow.clocks.simulations import PolicySimulation, SimulationState
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
LATER = AT + 20 * DAY
pytestmark = pytest.mark.django_db


def standard() -> ServiceLevel:
    """Return the default service level."""
    return ServiceLevel.objects.select_related("version").get(is_default=True)


def draft_with(
    *promises: Promise, level: ServiceLevel | None = None, **says: object
) -> PolicyVersion:
    """Return a draft with some promises besides those of other metrics and priorities."""
    version = start_draft(service_level_id=(level or standard()).pk, actor=SYSTEM, at=AT)
    policy = policy_of(version)
    changed = {one.key for one in promises}
    kept = tuple(one for one in policy.promises if one.key not in changed)
    change_draft(
        version_id=version.pk,
        policy=replace(policy, promises=(*kept, *promises), **says),  # type: ignore[arg-type]
        actor=SYSTEM,
        at=AT,
    )
    return PolicyVersion.objects.select_related("service_level__version", "calendar").get(
        pk=version.pk
    )


def everything() -> tuple[Promise, ...]:
    """Return promises of every metric at the priorities of the story."""
    return tuple(
        Promise(
            metric=metric,
            priority=priority,
            within=within / priority,
            recurrence=Recurrence.SEQUENTIAL
            if metric == Metric.PERIODIC_UPDATE
            else Recurrence.NONE,
        )
        for priority in (2, 3)
        for metric, within in (
            (Metric.FIRST_RESPONSE, 3 * HOUR),
            (Metric.NEXT_RESPONSE, 5 * HOUR),
            (Metric.PERIODIC_UPDATE, 8 * HOUR),
            (Metric.RESOLUTION, 40 * HOUR),
            (Metric.REQUESTER_WAIT, 31 * HOUR),
            (Metric.AGENT_WORK, 22 * HOUR),
        )
    )


def tell_story(*, subject: str = "Charged twice") -> Case:
    """Open, answer, pend, hear again, change the priority, answer, resolve: over three days."""
    agent = make_actor(Role.AGENT)
    contact = make_contact()
    case = open_case(
        contact=contact, subject=subject, text="Please look.", channel=Channel.MAIL,
        actor=SYSTEM, at=AT + 7 * MINUTE,
    )  # fmt: skip
    answer_case(case_id=case.pk, text="We do.", actor=agent, at=AT + 2 * HOUR)
    pend_case(case_id=case.pk, actor=agent, at=AT + 3 * HOUR)
    add_customer_message(
        case_id=case.pk, contact=contact, text="Here it is.", channel=Channel.MAIL,
        actor=SYSTEM, at=AT + DAY + 11 * MINUTE,
    )  # fmt: skip
    set_priority(case_id=case.pk, priority=2, actor=agent, at=AT + DAY + HOUR)
    answer_case(case_id=case.pk, text="Thank you.", actor=agent, at=AT + DAY + 6 * HOUR)
    resolve_case(case_id=case.pk, actor=agent, at=AT + 3 * DAY + 13 * MINUTE)
    return Case.objects.get(pk=case.pk)


def told(version: PolicyVersion, case: Case) -> Told:
    """Return a case by the rules of today and by those of a version."""
    (found,) = Telling(version).told(with_facts(Case.objects.filter(pk=case.pk)), until=LATER)
    return found


Line = tuple[str, int, datetime, datetime, datetime, str, datetime | None]


def lines_of(runs: list[Run]) -> set[Line]:
    """Return what ran, as the rows of clocks say it."""
    return {
        (one.metric, one.cycle, one.started_at, one.original_due_at, one.due_at, str(one.state),
         one.stopped_at)
        for one in runs
    }  # fmt: skip


def clocks_of(case: Case) -> set[Line]:
    """Return what clocks really did."""
    return {
        (one.metric, one.cycle, one.started_at, one.original_due_at, one.due_at, one.state,
         one.stopped_at)
        for one in CaseClock.objects.filter(case=case)
    }  # fmt: skip


def finish(simulation: PolicySimulation, *, piece: int = 100) -> PolicySimulation:
    """Work a simulation out to its end."""
    while simulate_piece(simulation_id=simulation.pk, at=LATER, piece=piece):
        pass
    simulation.refresh_from_db()
    return simulation


@pytest.fixture
def rich(tenant: Tenant) -> ServiceLevel:
    """Let the default service level promise every metric."""
    version = draft_with(*everything())
    publish_draft(version_id=version.pk, actor=SYSTEM, at=AT)
    return standard()


def test_a_policy_that_stays_gives_the_due_times_that_clocks_had(rich: ServiceLevel) -> None:
    case = tell_story()

    same = told(draft_with(), case)

    assert len(clocks_of(case)) >= 6
    assert lines_of(same.today) == clocks_of(case)
    assert lines_of(same.then) == clocks_of(case)


def test_what_was_simulated_is_what_happens_once_it_is_published(rich: ServiceLevel) -> None:
    before = tell_story()
    draft = draft_with(
        Promise(metric=Metric.FIRST_RESPONSE, priority=3, within=HOUR / 2),
        Promise(metric=Metric.RESOLUTION, priority=2, within_days=1),
        Promise(
            metric=Metric.AGENT_WORK,
            priority=2,
            within=2 * HOUR,
            conditions={"pause": {"not": {"all": []}}},
        ),
    )
    simulated = told(draft, before)

    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    after = tell_story()

    assert lines_of(simulated.today) == clocks_of(before)
    assert lines_of(simulated.then) == clocks_of(after)
    assert clocks_of(before) != clocks_of(after)


def test_a_condition_that_changes_whom_it_serves_is_simulated_too(rich: ServiceLevel) -> None:
    plain, entitled = tell_story(), tell_story(subject="By contract")
    gold = add_service_level(name="Gold", actor=SYSTEM, at=AT)
    Entitlement.objects.create(
        contact=entitled.contact, service_level=standard(), begins_at=AT - DAY
    )
    draft = draft_with(
        Promise(metric=Metric.RESOLUTION, priority=2, within=HOUR),
        level=gold,
        applies_when={"fact": "channel", "is": "mail"},
    )

    served = Telling(draft).told(with_facts(Case.objects.all()), until=LATER)

    mine = {one.case.pk: one for one in served if one.level_then == gold.pk}
    assert set(mine) == {plain.pk}
    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    again = tell_story(subject="Once more")
    assert again.service_level_id == gold.pk
    assert lines_of(mine[plain.pk].then) == clocks_of(again)


def test_a_month_is_told_in_pieces_and_counted_once(rich: ServiceLevel) -> None:
    lead = make_user(Role.LEAD)
    cases = [tell_story() for _number in range(5)]
    draft = draft_with(Promise(metric=Metric.FIRST_RESPONSE, priority=3, within=HOUR))
    simulation = ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=LATER)

    assert simulate_piece(simulation_id=simulation.pk, at=LATER, piece=2)
    simulation.refresh_from_db()
    assert (simulation.state, simulation.done, simulation.planned) == ("running", 2, 5)
    finish(simulation, piece=2)

    cells = {(one.metric, one.priority): one for one in cells_of(simulation.result)}
    first = cells[Metric.FIRST_RESPONSE, 3]
    assert simulation.state == SimulationState.DONE
    assert (first.today.met, first.today.missed) == (0, 5)
    assert (first.then.met, first.then.missed, first.then.attainment) == (0, 5, 0)
    assert simulation.result["served"] == {"today": 5, "then": 5}
    assert {one["case"] for one in simulation.result["worst"]} <= {case.number for case in cases}
    woken = {one["id"]: one for one in people_woken(simulation.result)}
    assert woken[lead.pk]["then"] >= 5


def test_a_stricter_target_is_seen_in_the_difference(tenant: Tenant) -> None:
    tell_story()
    draft = draft_with(Promise(metric=Metric.FIRST_RESPONSE, priority=3, within=HOUR))

    simulation = finish(ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=LATER))

    cells = {(one.metric, one.priority): one for one in cells_of(simulation.result)}
    first = cells[Metric.FIRST_RESPONSE, 3]
    assert (first.today.met, first.today.missed) == (1, 0)
    assert (first.then.met, first.then.missed) == (0, 1)
    assert simulation.result["changed"] == 1
    (worst,) = [one for one in simulation.result["worst"] if one["metric"] == "first_response"]
    assert not worst["was_missed"]
    assert worst["over"] == 53 * 60


def test_a_policy_that_matches_nothing_ends_with_nothing(tenant: Tenant) -> None:
    tell_story()
    level = add_service_level(name="Nobody", actor=SYSTEM, at=AT)
    draft = draft_with(level=level, applies_when={"fact": "category", "is": "moon dust"})

    simulation = finish(ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=LATER))
    evidence = evidence_for(level, at=LATER)

    assert (simulation.state, simulation.done) == (SimulationState.DONE, 1)
    assert cells_of(simulation.result) == []
    assert preview_of(draft, at=LATER) == []
    found = {one.code: one for one in check_draft(draft, at=LATER, evidence=evidence)}
    assert not found["matches_nothing"].is_error
    publish_draft(version_id=draft.pk, actor=SYSTEM, at=AT)
    assert tell_story().service_level_id == standard().pk


def test_a_month_without_cases_ends_at_once(tenant: Tenant) -> None:
    simulation = ask_simulation(version=draft_with(), actor=make_actor(Role.ADMIN), at=LATER)

    assert not simulate_piece(simulation_id=simulation.pk, at=LATER)

    simulation.refresh_from_db()
    assert (simulation.state, simulation.done, simulation.found) == ("done", 0, 0)


def test_a_draft_that_changes_meanwhile_is_not_told_half(tenant: Tenant) -> None:
    tell_story()
    tell_story()
    draft = draft_with()
    simulation = ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=LATER)
    simulate_piece(simulation_id=simulation.pk, at=LATER, piece=1)
    change_draft(
        version_id=draft.pk, policy=replace(policy_of(draft), note="other"), actor=SYSTEM, at=AT
    )

    assert not simulate_piece(simulation_id=simulation.pk, at=LATER, piece=1)

    simulation.refresh_from_db()
    assert simulation.state == SimulationState.REFUSED
    assert simulation.result["refused"] == "The draft was changed meanwhile."


def test_a_draft_with_errors_is_refused_with_its_sentence(tenant: Tenant) -> None:
    draft = draft_with(Promise(metric=Metric.RESOLUTION, priority=1, within=timedelta()))
    simulation = ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=LATER)

    finish(simulation)

    assert "less than a minute" in simulation.result["refused"]


def test_asking_twice_tells_the_month_once(tenant: Tenant) -> None:
    draft, admin = draft_with(), make_actor(Role.ADMIN)

    first = ask_simulation(version=draft, actor=admin, at=LATER)
    second = ask_simulation(version=draft, actor=admin, at=LATER)

    assert second.pk == first.pk == simulation_of(draft).pk  # type: ignore[union-attr]
    news = OutboxEvent.objects.filter(kind="workflow.policy.simulation_asked")
    assert news.count() == 1


def test_what_another_system_measured_is_left_out(tenant: Tenant) -> None:
    taken_over, ours = tell_story(), tell_story()
    Case.objects.filter(pk=taken_over.pk).update(external_id="old-1")
    Case.objects.filter(pk=ours.pk).update(external_id="by-program-1")
    CaseClockMark.objects.filter(clock__case=taken_over).delete()
    CaseClock.objects.filter(case=taken_over).delete()

    simulation = finish(
        ask_simulation(version=draft_with(), actor=make_actor(Role.ADMIN), at=LATER)
    )

    assert simulation.found == 1


def test_a_policy_without_promises_leaves_nothing_to_keep(tenant: Tenant) -> None:
    case = tell_story()
    version = start_draft(service_level_id=standard().pk, actor=SYSTEM, at=AT)
    calendar = version.calendar_id
    change_draft(version_id=version.pk, policy=Policy(calendar_id=calendar), actor=SYSTEM, at=AT)
    version = PolicyVersion.objects.select_related("service_level__version").get(pk=version.pk)

    one = told(version, case)

    assert one.today
    assert one.then == []
