"""A problem that waits for a department, and those who may decide about it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import now

from problems.handing import route_problem
from problems.models import Problem
from servicedesk.mail.acting import errand_about
from servicedesk.mail.addresses import errand_address, errand_word
from tests.make import make_case, make_contact, make_department, make_problem, make_user
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")
HOUR = timedelta(hours=1)


@dataclass
class Waiting:
    """A problem that waits for Payments, a member of it, and somebody of Cards."""

    problem: Problem
    payments: Department
    cards: Department
    member: User
    stranger: User

    def word(self, user: User | None = None) -> str:
        """Return the word of a link as of now."""
        self.problem.refresh_from_db()
        return errand_word(errand_about(self.problem, user_id=(user or self.member).pk, at=now()))

    def address(self, user: User | None = None) -> str:
        """Return the address for an answer as of now."""
        self.problem.refresh_from_db()
        return errand_address(
            errand_about(self.problem, user_id=(user or self.member).pk, at=now())
        )

    @property
    def stands(self) -> tuple[str, str]:
        """State and department of the problem."""
        self.problem.refresh_from_db()
        leg = self.problem.legs.select_related("department").get(left_at__isnull=True)
        return self.problem.state, leg.department.name


def make_waiting() -> Waiting:
    """Let a problem wait for Payments since an hour."""
    payments, cards = make_department("Payments"), make_department("Cards")
    at = now() - HOUR
    problem = make_problem(cases=[make_case(contact=make_contact(at=at), at=at)], at=at)
    route_problem(
        problem_id=problem.pk, department=payments, actor=SYSTEM, at=at, reason="A job of yours."
    )
    return Waiting(
        problem=problem,
        payments=payments,
        cards=cards,
        member=make_user(Role.MEMBER, department=payments, name="Olav Hansen"),
        stranger=make_user(Role.MEMBER, department=cards),
    )
