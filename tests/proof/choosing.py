"""What there is to act on, and who acts: chosen at random, so that a walk can be repeated."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from django.utils.timezone import now

from cases.models import Case
from problems.models import Problem
from tests.make import (
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_user,
)
from workflow.people.actors import Actor, ActorKind
from workflow.people.models import Department, User
from workflow.people.permissions import Role

DAY = timedelta(days=1)


class Chooser:
    """Chooses cases, problems, people and words."""

    def __init__(self, *, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a walk that can be repeated, no secret
        self.departments = [make_department(name) for name in ("Payments", "Cards", "Fraud")]
        self.people = [make_user(Role.AGENT) for _ in range(2)]
        self.members = {
            each.pk: make_actor(Role.MEMBER, department=each) for each in self.departments
        }
        lead = make_actor(Role.LEAD)
        self.actors = [
            lead,
            lead,
            lead,
            *self.members.values(),
            make_actor(Role.HEAD, department=self.departments[0]),
            *[make_actor(role) for role in (Role.AGENT, Role.AGENT, Role.ADMIN, Role.READER)],
            Actor.system("wanderer"),
        ]
        self.contacts = [make_contact(f"wanderer{place}@example.org") for place in range(3)]
        for _ in range(3):
            make_case(at=now(), contact=self.random.choice(self.contacts))
        make_problem(cases=list(Case.objects.all()[:1]), at=now())

    def case(self) -> Case:
        """Return a case, mostly one of the latest."""
        return self.random.choice(list(Case.objects.select_related("contact").order_by("-id")[:7]))

    def problem(self, *likely: str) -> Problem:
        """Return one of the latest problems; mostly one in a likely state, if any."""
        latest = list(Problem.objects.order_by("-id")[:5])
        fitting = [problem for problem in latest if problem.state in likely]
        if fitting and self.random.random() < 0.8:
            return self.random.choice(fitting)
        return self.random.choice(latest)

    def actor(self) -> Actor:
        """Return somebody of any role."""
        return self.random.choice(self.actors)

    def customer(self, case: Case) -> Actor:
        """Return the customer of a case as an actor."""
        return replace(
            Actor.system("customer"), kind=ActorKind.CONTACT, id=case.contact_id, label="customer"
        )

    def department(self) -> Department:
        """Return a department."""
        return self.random.choice(self.departments)

    def person(self) -> User | None:
        """Return an agent, or nobody."""
        return self.random.choice([*self.people, None])

    def version(self, subject: Case | Problem) -> int | None:
        """Return the version that the actor saw, sometimes an old one, sometimes none."""
        return self.random.choice([subject.version, subject.version, None, subject.version - 1])

    def words(self) -> str:
        """Return something to say, sometimes nothing."""
        return self.random.choice(["It is so.", "It is so.", "It is so.", "  "])
