"""Whatever happens to people, departments, drawings, hours and workers: nothing is lost.

After each repair cycle, as the program does one an hour, the proof finds nothing, nothing is
without owner, and every open item has a next look ahead or an escalation on its way.
"""

from collections import Counter
from datetime import datetime

import pytest
from django.db import transaction
from django.utils.timezone import now

from cases.models import Case, CaseClock
from cases.watching import raise_attention
from problems.approving import ask_on
from problems.looking import look
from problems.models import Broadcast, Leg, Problem, ProblemClock, StepRequest, TaskClock
from problems.repairing import repair
from servicedesk.notifications.broadcasts import carry_on
from servicedesk.upkeep.repairing import watch
from tests.chaos.havoc import Havoc
from tests.chaos.in_hand import out_of_order, stages_elsewhere, unheard, without_look, without_owner
from tests.make import DAY, make_department
from tests.proof.asking import broken_rules
from workflow.clocks.sweeping import look_at_clocks
from workflow.people.models import Department, User
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant

EACH = 100


def cycle(havoc: Havoc, *, at: datetime) -> None:
    """Do for one tenant what the tick has done each half second and each hour."""
    with transaction.atomic():
        raise_attention(at=at)
    watch(at=at)
    for request in list(StepRequest.objects.filter(state="open", due_at__lte=at)):
        ask_on(request_id=request.pk, at=at)
    for model in (CaseClock, ProblemClock, TaskClock):
        due = model.objects.filter(state="running", next_look_at__lte=at)
        look_at_clocks(model, list(due.values_list("pk", flat=True)), at=at)
    havoc.relay()
    carry_on_broadcasts(at=at)
    look(at=at)
    # What was heard just now may have given work to those who are gone.
    watch(at=at)


def carry_on_broadcasts(*, at: datetime) -> None:
    """Prepare, drop and finish what is due of broadcasts."""
    due = Broadcast.objects.filter(due_at__lte=at).exclude(state__in=("draft", "asked"))
    for broadcast_id in list(due.values_list("pk", flat=True)):
        carry_on(broadcast_id, clock=lambda: at)


def faults(*, at: datetime) -> dict[str, object]:
    """Return everything that is not in hand; empty when all is."""
    found: dict[str, object] = {
        **broken_rules(at=at),
        "without owner": without_owner(at=at),
        "without look": without_look(at=at),
        "unheard": unheard(),
        "stages elsewhere": stages_elsewhere(),
        "out of order": out_of_order(),
    }
    return {name: named for name, named in found.items() if named}


@pytest.mark.parametrize(
    ("seed", "operations"),
    [
        pytest.param(51, 300, id="300"),
        pytest.param(52, 3_000, id="3,000", marks=pytest.mark.full),
    ],
)
def test_after_each_repair_cycle_everything_is_in_hand(
    committed_tenant: Tenant, seed: int, operations: int
) -> None:
    havoc = Havoc(committed_tenant, seed=seed)
    broken: Counter[str] = Counter()

    for _ in range(operations // EACH):
        havoc.wander(EACH)
        broken.update(faults(at=now()).keys())
        cycle(havoc, at=now())
        assert faults(at=now()) == {}

    # Three days later nobody has touched anything, and nothing was forgotten.
    later = now() + 3 * DAY
    cycle(havoc, at=later)
    assert faults(at=later) == {}
    assert havoc.killed > 0
    assert havoc.done["deactivate"] + havoc.done["let_go"] > 0
    assert [words for words in havoc.sentences if not words.endswith((".", "?"))] == []
    # The havoc was real: without the watchdog things would have been left with nobody.
    assert broken["without owner"] > 0


def test_the_control_what_is_left_with_nobody_is_found_before_it_is_repaired(
    tenant: Tenant,
) -> None:
    havoc = Havoc(tenant, seed=53)
    payments = make_department("Payments")
    case = Case.objects.order_by("id")[0]
    gone = User.objects.order_by("id")[0]
    Case.objects.filter(pk=case.pk).update(owner=gone, needs_attention=False, next_look_at=now())
    User.objects.filter(pk=gone.pk).update(is_active=False)
    problem = Problem.objects.order_by("id")[0]
    Leg.objects.filter(problem=problem, left_at=None).update(department=payments)
    Department.objects.filter(pk=payments.pk).update(is_active=False)

    found = faults(at=now())

    assert {"without owner", "without look", "leg_of_closed_department"} <= set(found)
    assert found["without owner"] == [
        f"case {case.number} (on_problem)",
        f"problem {problem.number} (new)",
    ]
    assert havoc.killed == 0


def test_the_control_a_refusal_is_no_fault_and_a_fault_is_no_refusal(tenant: Tenant) -> None:
    havoc = Havoc(tenant, seed=54)

    def stumble() -> object:
        raise ZeroDivisionError

    havoc.acts = [("stumble", stumble)]

    with pytest.raises(ZeroDivisionError):
        havoc.wander(1)
    assert not issubclass(ZeroDivisionError, Refusal)
    assert repair(at=now()).failed == 0
