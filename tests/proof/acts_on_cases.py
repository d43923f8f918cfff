"""What can be done with a case, by its customer and by us."""

from django.utils.timezone import now

from cases.conversation import add_customer_message, answer_case, note_case
from cases.lifecycle import (
    assign_case,
    close_case,
    let_case_wait_for_problem,
    mark_spam,
    open_case,
    pend_case,
    reopen_case,
    resolve_case,
    resume_case,
    set_priority,
)
from cases.models import Case
from cases.states import Channel
from tests.make import make_product
from tests.proof.choosing import Chooser

OPEN_CASES_AT_MOST = 6


class ActsOnCases(Chooser):
    """Each method is an act: it does something or is refused."""

    def open_a_case(self) -> object:
        """Ask for something."""
        if Case.objects.filter(state__in=["new", "open"]).count() >= OPEN_CASES_AT_MOST:
            return None
        return open_case(
            contact=self.random.choice(self.contacts),
            subject="Charged twice",
            text="Card was charged twice on Monday.",
            channel=self.random.choice([Channel.MAIL, Channel.PORTAL, Channel.PHONE]),
            product=make_product(),
            actor=self.actor(),
            at=now(),
        )

    def write(self) -> object:
        """Write in a case."""
        case = self.case()
        return add_customer_message(
            case_id=case.pk,
            contact=case.contact,
            text=self.words(),
            channel=Channel.MAIL,
            is_automatic=self.random.random() < 0.2,
            actor=self.customer(case),
            at=now(),
        )

    def answer(self) -> object:
        """Answer, and then wait, resolve or neither."""
        case = self.case()
        return answer_case(
            case_id=case.pk,
            text=self.words(),
            and_then=self.random.choice(["", "pend", "resolve"]),
            expected_version=self.version(case),
            actor=self.actor(),
            at=now(),
        )

    def note(self) -> object:
        """Note something."""
        return note_case(case_id=self.case().pk, text=self.words(), actor=self.actor(), at=now())

    def assign(self) -> object:
        """Give it to somebody."""
        case = self.case()
        return assign_case(
            case_id=case.pk,
            owner=self.person(),
            queue=self.random.choice([self.department(), None]),
            expected_version=self.version(case),
            actor=self.actor(),
            at=now(),
        )

    def prioritise(self) -> object:
        """Set a priority, sometimes one that there is not."""
        return set_priority(
            case_id=self.case().pk,
            priority=self.random.randint(0, 5),
            actor=self.actor(),
            at=now(),
        )

    def pend(self) -> object:
        """Wait for the customer."""
        return pend_case(case_id=self.case().pk, actor=self.actor(), at=now())

    def resume(self) -> object:
        """Go on."""
        return resume_case(case_id=self.case().pk, actor=self.actor(), at=now())

    def resolve(self) -> object:
        """Hold it solved."""
        case = self.case()
        return resolve_case(
            case_id=case.pk, expected_version=self.version(case), actor=self.actor(), at=now()
        )

    def reopen(self) -> object:
        """Hold it unsolved."""
        return reopen_case(case_id=self.case().pk, actor=self.actor(), at=now())

    def close(self) -> object:
        """End it for good."""
        return close_case(case_id=self.case().pk, actor=self.actor(), at=now())

    def call_it_spam(self) -> object:
        """End it as nonsense, seldom."""
        if self.random.random() < 0.5:
            return None
        return mark_spam(case_id=self.case().pk, actor=self.actor(), at=now())

    def let_wait(self) -> object:
        """Let it wait for a problem."""
        return let_case_wait_for_problem(
            case_id=self.case().pk, problem_id=self.problem().pk, actor=self.actor(), at=now()
        )
