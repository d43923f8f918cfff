"""Somebody who does anything to anything, in any order, in any role."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from cases.models import CaseClock
from problems.models import ProblemClock
from tests.proof.acts_on_cases import ActsOnCases
from tests.proof.acts_on_problems import ActsOnProblems
from tests.proof.choosing import DAY
from workflow.clocks.sweeping import look_at
from workflow.outbox.relay import due_lines, relay_line
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant


class Wanderer(ActsOnCases, ActsOnProblems):
    """Does one random act after the other; what is refused is counted, what fails is raised."""

    def __init__(self, tenant: Tenant, *, seed: int) -> None:
        super().__init__(seed=seed)
        self.tenant = tenant
        self.acts = [(name, getattr(self, name)) for name in ACTS]
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.sentences: set[str] = set()

    def wander(self, steps: int) -> None:
        """Do so many acts."""
        for step in range(steps):
            name, act = self.random.choice(self.acts)
            try:
                act()
            except Refusal as refusal:
                self.refused[name] += 1
                self.sentences.add(refusal.sentence)
            except Exception as fault:
                fault.add_note(f"at step {step}, in {name}")
                raise
            else:
                self.done[name] += 1

    def relay(self) -> object:
        """Deliver the news of this tenant, also of clocks that spoke ahead of their time."""
        at = now() + 365 * DAY
        # Hearing may bring news of its own: until nothing is left.
        while lines := [
            line for line in due_lines(at=at, limit=10_000) if line.tenant_id == self.tenant.pk
        ]:
            assert sum(relay_line(line, at=at) for line in lines) > 0, lines
        return None

    def sweep(self) -> object:
        """Let the next clock speak, as if its time had come."""
        model: Any = self.random.choice([CaseClock, ProblemClock])
        clock = (
            model.objects.filter(state="running", next_look_at__isnull=False)
            .order_by("next_look_at", "id")
            .first()
        )
        if clock is None or clock.next_look_at is None:
            return None
        with transaction.atomic():
            return look_at(model, clock.pk, at=clock.next_look_at)


def acts_of(*kinds: type[Any]) -> list[str]:
    """Return the names of the acts of some classes, in their order."""
    return [
        name
        for kind in kinds
        for name, member in vars(kind).items()
        if callable(member) and member.__annotations__.get("return") is object
    ]


ACTS = acts_of(ActsOnCases, ActsOnProblems, Wanderer)
