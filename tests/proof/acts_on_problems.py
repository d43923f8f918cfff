"""What can be done with a problem and with its links to cases."""

from django.utils.timezone import now

from problems import estimates, fixing, handing, lifecycle, linking, routing
from problems.models import Problem
from problems.models.estimate import Confidence
from problems.states import Outcome
from tests.make import make_product
from tests.proof.choosing import DAY, Chooser
from workflow.people.actors import Actor

OPEN_PROBLEMS_AT_MOST = 4

# How often somebody confirms that little time is left.
MOSTLY = 0.8


class ActsOnProblems(Chooser):
    """Each method is an act: it does something or is refused."""

    def link(self) -> object:
        """Say that the problem is the cause."""
        return linking.confirm_link(
            problem_id=self.problem().pk, case=self.case(), actor=self.actor(), at=now()
        )

    def unlink(self) -> object:
        """Take it back, for a link that is there or not."""
        problem = self.problem()
        linked = [link.case for link in problem.links.select_related("case")]
        return linking.unlink_case(
            problem_id=problem.pk,
            case=self.random.choice([*linked, self.case()]),
            actor=self.actor(),
            at=now(),
        )

    def reject(self) -> object:
        """Say that it is not the cause."""
        problem = self.problem()
        suggested = [link.case for link in problem.links.filter(kind="suggested")]
        return linking.reject_link(
            problem_id=problem.pk,
            case=self.random.choice(suggested or [self.case()]),
            actor=self.actor(),
            at=now(),
        )

    def open_a_problem(self) -> object:
        """Open a problem from one or two cases."""
        still_open = Problem.objects.exclude(state__in=["resolved", "closed"])
        if still_open.count() >= OPEN_PROBLEMS_AT_MOST:
            return None
        cases = {case.pk: case for case in (self.case(), self.case())}
        return linking.open_problem_from_cases(
            cases=list(cases.values()),
            title=self.words(),
            statement="Cards are charged twice.",
            category="billing",
            product=self.random.choice([make_product(), make_product(), None]),
            actor=self.actor(),
            at=now(),
        )

    def route(self) -> object:
        """Send it to a department."""
        return handing.route_problem(
            problem_id=self.problem("new").pk,
            department=self.department(),
            actor=self.actor(),
            at=now(),
            confirm=self.random.random() < MOSTLY,
        )

    def route_automatically(self) -> object:
        """Let the rules send it; there are none."""
        return routing.route_by_rules(
            problem_id=self.problem().pk, actor=Actor.system("routing"), at=now()
        )

    def take(self) -> object:
        """Take it for a department, mostly as one of its members."""
        department = self.department()
        return handing.take_problem(
            problem_id=self.problem("new").pk,
            department=department,
            actor=self.random.choice([self.members[department.pk], self.actor()]),
            at=now(),
        )

    def accept(self) -> object:
        """Say that it is ours."""
        problem = self.problem("assess")
        return handing.accept_problem(
            problem_id=problem.pk,
            expected_version=self.version(problem),
            actor=self.actor(),
            at=now(),
        )

    def refuse(self) -> object:
        """Say that it is not ours."""
        return handing.refuse_problem(
            problem_id=self.problem("assess").pk,
            reason=self.words(),
            better_owner=self.random.choice([self.department(), None]),
            actor=self.actor(),
            at=now(),
            confirm=self.random.random() < MOSTLY,
        )

    def hand_over(self) -> object:
        """Let another department go on."""
        return handing.hand_over_problem(
            problem_id=self.problem().pk,
            department=self.department(),
            reason=self.words(),
            actor=self.actor(),
            at=now(),
            confirm=self.random.random() < MOSTLY,
        )

    def find_the_cause(self) -> object:
        """Say why it happens."""
        problem = self.problem("root_cause")
        return fixing.record_root_cause(
            problem_id=problem.pk,
            root_cause=self.words(),
            public_cause="",
            expected_version=self.version(problem),
            actor=self.actor(),
            at=now(),
        )

    def publish_a_workaround(self) -> object:
        """Say what helps for now."""
        return fixing.publish_workaround(
            problem_id=self.problem().pk, workaround=self.words(), actor=self.actor(), at=now()
        )

    def fix(self) -> object:
        """Put a fix in place."""
        return fixing.put_fix_in_place(
            problem_id=self.problem("fix_in_progress").pk,
            fix=self.words(),
            actor=self.actor(),
            at=now(),
        )

    def find_the_fix_wanting(self) -> object:
        """Say that it does not hold."""
        return fixing.find_fix_wanting(
            problem_id=self.problem("verifying").pk,
            reason=self.words(),
            actor=self.actor(),
            at=now(),
        )

    def solve(self) -> object:
        """Say that it holds."""
        return fixing.resolve_problem(
            problem_id=self.problem("verifying").pk,
            solution=self.words(),
            actor=self.actor(),
            at=now(),
        )

    def estimate(self) -> object:
        """Say when, sometimes nonsense."""
        today = now().date()
        return estimates.estimate_fix(
            problem_id=self.problem().pk,
            expected_on=today + self.random.randint(0, 9) * DAY,
            latest_on=today + self.random.randint(-1, 9) * DAY,
            confidence=Confidence.LOW,
            reason=self.words(),
            is_public=self.random.random() < 0.5,
            actor=self.actor(),
            at=now(),
        )

    def end_without_fix(self) -> object:
        """End it another way, seldom."""
        if self.random.random() < 0.7:
            return None
        return lifecycle.end_problem_without_fix(
            problem_id=self.problem().pk,
            outcome=self.random.choice([Outcome.RISK_ACCEPTED, Outcome.NOT_A_PROBLEM]),
            reason=self.words(),
            actor=self.actor(),
            at=now(),
        )

    def close_the_problem(self) -> object:
        """End it for good."""
        return lifecycle.close_problem(
            problem_id=self.problem("resolved").pk, actor=self.actor(), at=now()
        )

    def reopen_the_problem(self) -> object:
        """Say that it is back."""
        return lifecycle.reopen_problem(
            problem_id=self.problem("resolved", "closed").pk,
            reason=self.words(),
            actor=self.actor(),
            at=now(),
        )
