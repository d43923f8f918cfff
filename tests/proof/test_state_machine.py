"""Whoever tries whatever with a problem: only what the table says happens, and history tells it.

The table was written by hand from the domain, apart from the code: for each act, from which states
it leads where, who may do it, and whether they have to work in the department that has it.
"""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from django.utils.timezone import now

from problems import handing
from problems.models import Leg, Problem
from tests.make import make_actor, make_contact, make_department, make_problem
from tests.proof.acts_on_problems import ActsOnProblems
from tests.proof.test_random_walk import STEPS_OF_A_PROBLEM, histories, illegal_steps
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import ROLE_PERMISSIONS, Role
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant

OPEN = frozenset({"new", "assess", "root_cause", "fix_in_progress", "verifying"})
WORKING = frozenset({"root_cause", "fix_in_progress", "verifying"})
STEERING = frozenset({"lead", "admin", "system"})


@dataclass(frozen=True)
class Legal:
    """From where an act leads where; `by` may always, departments' people where they work."""

    begin: frozenset[str]
    end: frozenset[str]
    by: frozenset[str] = STEERING
    by_department: bool = True


LEGAL = {
    "route": Legal(
        frozenset({"new"}), frozenset({"assess"}), frozenset({"lead", "head", "system"}), False
    ),
    "take": Legal(frozenset({"new"}), frozenset({"root_cause"}), frozenset({"system"})),
    "accept": Legal(frozenset({"assess"}), frozenset({"root_cause", "fix_in_progress"})),
    "refuse": Legal(frozenset({"assess"}), frozenset({"new", "assess"})),
    "hand_over": Legal(WORKING, frozenset({"assess"})),
    "find_the_cause": Legal(frozenset({"root_cause"}), frozenset({"fix_in_progress"})),
    "fix": Legal(frozenset({"fix_in_progress"}), frozenset({"verifying"})),
    "find_the_fix_wanting": Legal(frozenset({"verifying"}), frozenset({"fix_in_progress"})),
    "solve": Legal(frozenset({"verifying"}), frozenset({"resolved"})),
    "end_without_fix": Legal(OPEN, frozenset({"resolved"}), STEERING, False),
    "close_the_problem": Legal(frozenset({"resolved"}), frozenset({"closed"}), STEERING, False),
    "reopen_the_problem": Legal(
        frozenset({"resolved", "closed"}), frozenset({"assess"}), STEERING, False
    ),
}


# Ends are tried less often than what leads there.
HOW_OFTEN = {"end_without_fix": 1, "close_the_problem": 1, "hand_over": 1, "solve": 2}


class Stepper(ActsOnProblems):
    """Tries one step after the other, each as somebody else, and notes what came of it."""

    def __init__(self, *, seed: int) -> None:
        super().__init__(seed=seed)
        self.departments.append(make_department("Labs"))
        self.roles = {
            actor: role for role in Role for actor in [self.somebody(role), self.somebody(role)]
        } | {Actor.system("stepper"): "system"}
        self.members = {
            department.pk: make_actor(Role.MEMBER, department=department)
            for department in self.departments
        }
        self.roles |= dict.fromkeys(self.members.values(), "member")
        self.trials: list[Problem] = []
        self.by: Actor = Actor.system("nobody")
        self.attempts: Counter[str] = Counter()
        self.went: Counter[str] = Counter()
        self.faults: list[str] = []

    def somebody(self, role: Role) -> Actor:
        """Return a new actor of a role, a customer too."""
        if role is Role.CONTACT:
            return Actor(
                kind=ActorKind.CONTACT,
                id=make_contact().pk,
                label="customer",
                permissions=ROLE_PERMISSIONS[role],
            )
        in_department = role in (Role.MEMBER, Role.HEAD)
        department = self.random.choice(self.departments) if in_department else None
        return make_actor(role, department=department)

    def actor(self) -> Actor:
        """Return somebody of any role, mostly one who could do something."""
        able = [actor for actor, role in self.roles.items() if role in ("member", "lead")]
        self.by = self.random.choice([*self.roles, *able, *able])
        return self.by

    def problem(self, *likely: str) -> Problem:
        """Return a problem, mostly in a likely state; it is the one that is tried."""
        tried = super().problem(*likely)
        self.trials = [tried]
        return tried

    def take(self) -> object:
        """Take it for a department, mostly as one of its members."""
        department = self.department()
        other = self.actor()
        self.by = self.random.choice([self.members[department.pk], other])
        return handing.take_problem(
            problem_id=self.problem("new").pk, department=department, actor=self.by, at=now()
        )

    def step(self) -> None:
        """Try something and compare what came of it with the table."""
        (name,) = self.random.choices(list(LEGAL), weights=[HOW_OFTEN.get(n, 4) for n in LEGAL])
        self.trials = []
        self.by = Actor.system("nobody")
        self.attempts[name] += 1
        try:
            result = getattr(self, name)()
        except Refusal:
            result = None
        for tried in self.trials:
            self.compare(name, tried, is_done=result is not None)

    def compare(self, name: str, tried: Problem, *, is_done: bool) -> None:
        """Note what the table does not allow."""
        before = tried.state
        after = Problem.objects.values_list("state", flat=True).get(pk=tried.pk)
        if not is_done:
            if after != before:
                self.faults.append(f"{name} was refused and went from {before} to {after}")
            return
        self.went[name] += 1
        legs = Leg.objects.filter(problem=tried).order_by("-position")
        had_it = list(legs.values_list("department_id", flat=True)[:2])
        if not self.is_legal(name, before=before, after=after, departments=had_it):
            self.faults.append(f"{name} by {self.role} from {before} to {after}")

    @property
    def role(self) -> str:
        """The role of whoever tried last."""
        return str(self.roles.get(self.by, "system"))

    def is_legal(self, name: str, *, before: str, after: str, departments: list[int]) -> bool:
        """Whether the table allows what happened."""
        legal = LEGAL[name]
        fits = before in legal.begin and after in legal.end
        works_there = bool(self.by.departments & set(departments))
        may = self.role in legal.by or (
            legal.by_department and self.role in ("member", "head") and works_there
        )
        return fits and may


@pytest.mark.parametrize(
    ("seed", "attempts"),
    [
        pytest.param(71, 1_200, id="1,200"),
        pytest.param(72, 100_000, id="100,000", marks=pytest.mark.full),
    ],
)
def test_only_what_the_table_says_happens(
    committed_tenant: Tenant, seed: int, attempts: int
) -> None:
    stepper = Stepper(seed=seed)

    for place in range(attempts):
        if place % 20 == 0 and not Problem.objects.filter(state="new").exists():
            make_problem(at=now())
        stepper.step()

    assert stepper.faults == []
    assert set(stepper.went) == set(LEGAL)
    told = histories("problem")
    assert illegal_steps(told, STEPS_OF_A_PROBLEM) == set()
    assert {pk: states[-1] for pk, states in told.items()} == dict(
        Problem.objects.values_list("pk", "state")
    )
    changes = dict(Problem.objects.values_list("pk", "state_version"))
    assert {pk: len(states) for pk, states in told.items()} == changes


def test_the_control_what_the_table_forbids_is_found(tenant: Tenant) -> None:
    stepper = Stepper(seed=73)
    agent = next(actor for actor, role in stepper.roles.items() if role is Role.AGENT)
    member = next(iter(stepper.members.values()))

    stepper.by = agent
    assert not stepper.is_legal("accept", before="assess", after="root_cause", departments=[1])
    stepper.by = member
    own = list(member.departments)
    assert stepper.is_legal("accept", before="assess", after="root_cause", departments=own)
    assert not stepper.is_legal("accept", before="assess", after="root_cause", departments=[0])
    assert not stepper.is_legal("accept", before="new", after="root_cause", departments=own)
    assert not stepper.is_legal("accept", before="assess", after="closed", departments=own)
    assert replace(LEGAL["take"], by_department=False) != LEGAL["take"]
