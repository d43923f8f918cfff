"""Work a simulation out in pieces, each in a transaction of its own, so that its progress shows."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.simulating.causes import problems_told
from servicedesk.simulating.tallies import Counting, Tally
from servicedesk.simulating.telling import Telling, cases_of_the_month, with_facts
from workflow.amending import lock
from workflow.clocks.models import PolicyVersion
from workflow.clocks.policies import check_draft
from workflow.clocks.policy_content import policy_of
from workflow.clocks.policy_events import SimulationAsked
from workflow.clocks.policy_findings import errors_in
from workflow.clocks.simulations import PolicySimulation, SimulationState
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

MOST_CASES = 1000
PIECE = 100


@transaction.atomic
def ask_simulation(*, version: PolicyVersion, actor: Actor, at: datetime) -> PolicySimulation:
    """Ask for last month by the rules of a version; workers do it. Two queries and its news.

    One that is going on for the very same content is returned as it is.
    """
    actor.require(Permission.CONFIGURE)
    fingerprint = policy_of(version).fingerprint
    going = PolicySimulation.objects.filter(
        version=version,
        fingerprint=fingerprint,
        state__in=[SimulationState.WAITING, SimulationState.RUNNING],
    ).first()
    if going is not None:
        return going
    simulation = PolicySimulation.objects.create(
        version=version,
        fingerprint=fingerprint,
        asked_at=at,
        asked_by_id=actor.user_id,
        since=at,
        until=at,
    )
    publish(SimulationAsked(simulation_id=simulation.pk), at=at)
    return simulation


@transaction.atomic
def simulate_piece(*, simulation_id: int, at: datetime, piece: int = PIECE) -> bool:
    """Work out the next piece of a simulation; returns whether more is to come.

    While there is more it tells itself so, by news that is heard in a transaction of its own.
    One whose draft was discarded or changed meanwhile ends.
    """
    if not PolicySimulation.objects.filter(pk=simulation_id).exists():
        return False
    simulation = lock(PolicySimulation.objects, simulation_id)
    if simulation.state in (SimulationState.DONE, SimulationState.REFUSED):
        return False
    version = PolicyVersion.objects.select_related("service_level", "calendar").get(
        pk=simulation.version_id
    )
    refusal = why_not(simulation, version, at=at)
    if refusal:
        end(simulation, state=SimulationState.REFUSED, at=at)
        simulation.result = {"refused": refusal}
    else:
        tell_piece(simulation, version, piece=piece, at=at)
    simulation.save()
    is_going = simulation.state == SimulationState.RUNNING
    if is_going:
        publish(SimulationAsked(simulation_id=simulation.pk), at=at)
    return is_going


def why_not(simulation: PolicySimulation, version: PolicyVersion, *, at: datetime) -> str:
    """Return why a version cannot be simulated; empty if it can."""
    if policy_of(version).fingerprint != simulation.fingerprint:
        return _("The draft was changed meanwhile.")
    return " ".join(finding.sentence for finding in errors_in(check_draft(version, at=at)))[:1000]


def tell_piece(
    simulation: PolicySimulation, version: PolicyVersion, *, piece: int, at: datetime
) -> None:
    """Count the next cases, newest first, and before them the problems; saves nothing."""
    telling = Telling(version)
    cases = telling.concerned(cases_of_the_month(until=simulation.until))
    tally = Tally.stored(simulation.result)
    if simulation.state == SimulationState.WAITING:
        simulation.state = SimulationState.RUNNING
        simulation.found = cases.count()
        simulation.planned = min(simulation.found, MOST_CASES)
        problems = problems_told(version, until=simulation.until)
        if problems:
            Counting(tally, until=simulation.until).count_problems(problems)
    rest = simulation.planned - simulation.done
    if simulation.after:
        cases = cases.filter(pk__lt=simulation.after)
    rows = list(with_facts(cases)[: min(piece, rest)])
    if rows:
        Counting(tally, until=simulation.until).count(telling.told(rows, until=simulation.until))
        simulation.after = rows[-1].pk
    simulation.result = tally.plain()
    simulation.done += len(rows)
    if not rows or simulation.done >= simulation.planned:
        end(simulation, state=SimulationState.DONE, at=at)


def end(simulation: PolicySimulation, *, state: SimulationState, at: datetime) -> None:
    """Let a simulation be over; saves nothing."""
    simulation.state = state
    simulation.finished_at = at


def simulation_of(version: PolicyVersion) -> PolicySimulation | None:
    """Return the newest simulation of a version, or None; one query."""
    return PolicySimulation.objects.filter(version=version).order_by("-id").first()
