"""Whatever anybody does in any order: no state that cannot be, no fault, and nothing lost."""

from collections import defaultdict

import pytest
from django.utils.timezone import now

from cases.models import Case
from problems.models import Problem
from servicedesk.walk import SWEPT_CLOCKS
from tests.proof.asking import broken_rules
from tests.proof.wandering import ACTS, Wanderer
from workflow.clocks.replaying import replay_clocks
from workflow.history.models import Entry
from workflow.outbox.models import Delivery
from workflow.tenancy.models import Tenant

# Written by hand from the glossary, apart from the code: from each state, where it may go.
STEPS_OF_A_CASE = {
    "": {"new"},
    "new": {"open", "pending", "on_problem", "resolved", "spam"},
    "open": {"pending", "on_problem", "resolved", "spam"},
    "pending": {"open", "on_problem", "resolved", "spam"},
    "on_problem": {"open", "pending", "resolved", "spam"},
    "resolved": {"open", "closed"},
    "closed": set(),
    "spam": set(),
}
STEPS_OF_A_PROBLEM = {
    "": {"new"},
    "new": {"assess", "root_cause", "resolved"},
    "assess": {"assess", "new", "root_cause", "fix_in_progress", "resolved"},
    "root_cause": {"assess", "fix_in_progress", "resolved"},
    "fix_in_progress": {"assess", "verifying", "resolved"},
    "verifying": {"assess", "fix_in_progress", "resolved"},
    "resolved": {"closed", "assess"},
    "closed": {"assess"},
}
# The program itself: nobody's right is asked, and there is nothing to refuse.
NEVER_REFUSED = {"let_wait", "relay", "sweep", "route_automatically"}
# What needs somebody to have made a suggestion first, or rules that are not there.
MAY_STAY_UNDONE = {"reject"}


def histories(kind: str) -> dict[int, list[str]]:
    """Return the states that the history tells, in order, by subject."""
    told: dict[int, list[str]] = defaultdict(list)
    for subject_id, state in (
        Entry.objects.filter(subject_kind=kind, to_state__isnull=False)
        .order_by("subject_id", "state_version")
        .values_list("subject_id", "to_state")
    ):
        told[subject_id].append(str(state))
    return told


def illegal_steps(told: dict[int, list[str]], allowed: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return steps that the history tells and that may not be."""
    return {
        (before, after)
        for states in told.values()
        for before, after in zip(["", *states], states, strict=False)
        if after not in allowed[before]
    }


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        pytest.param(34, 2_000, id="2,000"),
        pytest.param(35, 20_000, id="20,000", marks=pytest.mark.full),
    ],
)
def test_a_random_walk_ends_in_order(committed_tenant: Tenant, seed: int, steps: int) -> None:
    wanderer = Wanderer(committed_tenant, seed=seed)

    wanderer.wander(steps)
    wanderer.relay()

    cases, problems = histories("case"), histories("problem")
    assert illegal_steps(cases, STEPS_OF_A_CASE) == set()
    assert illegal_steps(problems, STEPS_OF_A_PROBLEM) == set()
    assert {pk: states[-1] for pk, states in cases.items()} == dict(
        Case.objects.values_list("pk", "state")
    )
    assert {pk: states[-1] for pk, states in problems.items()} == dict(
        Problem.objects.values_list("pk", "state")
    )
    assert not Delivery.objects.exclude(state="done", attempts=1).exists()
    assert broken_rules(at=now()) == {}
    replayed = replay_clocks(SWEPT_CLOCKS)
    assert replayed.clocks > steps // 20
    assert replayed.differences == []
    # The walk went everywhere: each act went through, and each was refused.
    assert set(ACTS) - set(wanderer.done) <= MAY_STAY_UNDONE
    assert set(ACTS) - set(wanderer.refused) <= NEVER_REFUSED
    assert [words for words in wanderer.sentences if not words.endswith(".")] == []


def test_a_step_that_may_not_be_is_found() -> None:
    told = {1: ["new", "resolved", "pending"]}

    assert illegal_steps(told, STEPS_OF_A_CASE) == {("resolved", "pending")}
