"""Tell one story through the real actions, whole and in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import open_case
from cases.models import Case
from cases.states import Channel
from customers.identity import contact_behind
from customers.models import Product
from knowledge.authoring import publish_article
from knowledge.models import Article, ArticleState
from knowledge.publishing import draft_known_error, draft_resolution
from problems.affected import confirm_fixed
from problems.after_fix import begin_watch, end_watch
from problems.closing import release_cases_of, resolve_cases_of
from problems.estimates import estimate_fix
from problems.fixing import (
    add_evidence,
    find_fix_wanting,
    note_problem,
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.gates import Offered
from problems.handing import accept_problem, hand_over_problem, refuse_problem
from problems.legs import open_leg
from problems.lifecycle import close_problem, end_problem_without_fix, reopen_problem
from problems.linking import confirm_link, open_problem_from_cases
from problems.matching import suggest_problems
from problems.models import Problem
from problems.models.estimate import Confidence
from problems.reaching import Description, add_scope
from problems.rippling import reopen_cases_of
from problems.routing import route_by_rules
from problems.states import Outcome
from problems.stepping import take_step
from servicedesk.demo import helping
from servicedesk.demo.banking77 import subject_of
from servicedesk.demo.broadcasting import KIND_OF, tell_by_portal
from servicedesk.demo.cast import Cast
from servicedesk.demo.customers import customer
from servicedesk.demo.holders import let_customers_have, version_of
from servicedesk.demo.moments import Days
from servicedesk.demo.stories import Act, Step, Story
from servicedesk.pages.session import contact_actor
from workflow.people.actors import Actor, Source

BETWEEN_CASES = timedelta(minutes=23)
ANSWERED_AFTER = timedelta(minutes=35)
SOON = timedelta(minutes=1)
CHANNELS = (Channel.MAIL, Channel.PORTAL, Channel.MAIL, Channel.PHONE, Channel.CHAT, Channel.MAIL)
ANSWERS = (
    "Thank you for telling us. Others see the same. We look for the cause and keep you informed.",
    "I am sorry for the trouble. I have passed this on to those who can mend it.",
    "Thank you, that helps us. You need not do anything for now: we come back to you.",
)
MATCHING = Actor.system("matching")
ROUTING = Actor.system("routing")
PROBLEMS = Actor.system("problems")
KNOWLEDGE = Actor.system("knowledge")


def external_id_of(story: Story, number: int) -> str:
    """Return the mark by which a case of a story is known; numbers from 1."""
    return f"demo-{story.key}-{number}"


def is_told(story: Story) -> bool:
    """Whether the story was told: it is told whole or not at all."""
    return Case.objects.filter(external_id=external_id_of(story, 1)).exists()


@transaction.atomic
def tell(story: Story, *, cast: Cast, days: Days, first_customer: int) -> None:
    """Tell a story from its first customer to where it stands; nothing if it was told."""
    if is_told(story):
        return
    teller = Teller(story=story, cast=cast, days=days, first_customer=first_customer)
    for step in story.steps:
        teller.take(step)


@dataclass
class Teller:
    """A story that is being told.

    What the subscribers of news would do later, in the present, is done here at the time of the
    story, by the same actions; they then find it done.
    """

    story: Story
    cast: Cast
    days: Days
    first_customer: int
    cases: list[Case] = field(default_factory=list)
    problem_id: int = 0
    last_at: datetime | None = None

    def take(self, step: Step) -> None:
        """Take one step; time only goes forward."""
        at = self.days.moment(step.days_ago, step.clock)
        if self.last_at is not None:
            at = max(at, self.last_at + SOON)
        self.last_at = at
        acts: dict[Act, Callable[[Step, datetime], object]] = {
            Act.CASES: self.customers_write,
            Act.OPEN: self.open,
            Act.ROUTE: self.route,
            Act.REACH: self.reach,
            Act.ACCEPT: self.accept,
            Act.REFUSE: self.refuse,
            Act.HAND_OVER: self.hand_over,
            Act.NOTE: self.note,
            Act.EVIDENCE: self.evidence,
            Act.TASK: self.ask_for_task,
            Act.TASK_DONE: self.do_task,
            Act.WHY: self.ask_why,
            Act.CHANGE: self.plan_carrier,
            Act.CAUSE: self.find_cause,
            Act.WORKAROUND: self.give_workaround,
            Act.ESTIMATE: self.estimate,
            Act.FIX: self.fix,
            Act.WANTING: self.find_wanting,
            Act.RESOLVE: self.resolve,
            Act.END: self.end,
            Act.CONFIRM: self.confirm,
            Act.COME_BACK: self.come_back,
            Act.PUBLISH: self.publish,
            Act.CLOSE: self.close,
            Act.REOPEN: self.reopen,
            Act.STEP: self.take_drawn_step,
        }
        acts[step.act](step, at)
        if self.story.told_as_it_goes and step.act in KIND_OF and step is not self.last_decision():
            tell_by_portal(self.problem_id, kind=KIND_OF[step.act], at=at)

    def last_decision(self) -> Step:
        """Return the decision of which everybody hears by mail, today."""
        return [step for step in self.story.steps if step.act in KIND_OF][-1]

    # ---- customers ---------------------------------------------------------------------------

    def customers_write(self, step: Step, at: datetime) -> None:
        """Open cases one after the other; once there is a problem, agents link them to it."""
        for _ in range(step.count):
            self.last_at = at
            self.customer_writes(at)
            at += BETWEEN_CASES

    def customer_writes(self, at: datetime) -> None:
        """Open one case, answer it, and link it if the problem is there."""
        number = len(self.cases) + 1
        text = self.story.texts[number - 1]
        who = customer(self.first_customer + number)
        contact = contact_behind(who.email, name=who.name, actor=MATCHING, at=at)
        case = open_case(
            contact=contact,
            subject=subject_of(text),
            text=text,
            channel=CHANNELS[number % len(CHANNELS)],
            product=self.product(),
            category=self.story.category,
            external_id=external_id_of(self.story, number),
            may_acknowledge=False,
            actor=contact_actor(contact).through(Source.MAIL),
            at=at,
        )
        self.cases.append(case)
        agent = self.cast.agent(number)
        if self.story.asks_first_answer:
            self.last_at = at + ANSWERED_AFTER
            answer_case(
                case_id=case.pk,
                text=ANSWERS[number % len(ANSWERS)],
                actor=agent,
                at=self.last_at,
            )
        if self.problem_id:
            suggest_problems(case_id=case.pk, at=at)
            confirm_link(problem_id=self.problem_id, case=case, actor=agent, at=self.last_at or at)

    def product(self) -> Product | None:
        """Return the product of the story."""
        return Product.objects.filter(name=self.story.product).first()

    def confirm(self, step: Step, at: datetime) -> None:
        """Let customers say that it works."""
        for case in self.cases[: step.count]:
            confirm_fixed(
                problem_id=self.problem_id,
                contact_id=case.contact_id,
                actor=contact_actor(case.contact),
                at=at,
            )
        told = self.cases[: step.count]
        helping.note_how_they_feel(told, helping.RELIEVED, cast=self.cast, at=at)

    def come_back(self, step: Step, at: datetime) -> None:
        """Let the last customer say that it does not work."""
        case = self.cases[-1]
        add_customer_message(
            case_id=case.pk,
            contact=case.contact,
            text=step.text,
            channel=Channel.PORTAL,
            actor=contact_actor(case.contact),
            at=at,
        )

    # ---- customer service --------------------------------------------------------------------

    def open(self, _step: Step, at: datetime) -> None:
        """Open the problem from the cases so far."""
        problem = open_problem_from_cases(
            cases=self.cases,
            title=self.story.title,
            statement=self.story.statement,
            category=self.story.category,
            product=self.product(),
            severity=self.story.severity,
            lead=self.cast.lead_user(),
            actor=self.cast.agent(),
            at=at,
        )
        self.problem_id = problem.pk
        helping.note_how_they_feel(self.cases[::2], helping.TROUBLED, cast=self.cast, at=at)

    def route(self, _step: Step, at: datetime) -> None:
        """Let the rules decide."""
        route_by_rules(problem_id=self.problem_id, actor=ROUTING, at=at)

    def end(self, step: Step, at: datetime) -> None:
        """End it without a fix; the cases go back to their agents."""
        end_problem_without_fix(
            problem_id=self.problem_id,
            outcome=Outcome.NOT_A_PROBLEM,
            reason=step.text,
            actor=self.cast.lead(),
            at=at,
        )
        release_cases_of(self.problem_id, actor=PROBLEMS, at=at)

    def close(self, _step: Step, at: datetime) -> None:
        """End it for good."""
        close_problem(problem_id=self.problem_id, actor=self.cast.lead(), at=at)

    def reopen(self, step: Step, at: datetime) -> None:
        """Say that it is back: so are the cases that it had solved."""
        reopen_problem(problem_id=self.problem_id, reason=step.text, actor=self.cast.lead(), at=at)
        end_watch(problem_id=self.problem_id, at=at)
        reopen_cases_of(self.problem_id, actor=PROBLEMS, at=at)

    def publish(self, _step: Step, at: datetime) -> None:
        """Let customers read what was learned."""
        for article in Article.objects.filter(
            problem_id=self.problem_id, state=ArticleState.DRAFT
        ).order_by("id"):
            publish_article(article_id=article.pk, actor=self.cast.lead(), at=at)

    def reach(self, step: Step, at: datetime) -> None:
        """It turns out who has it too: everybody in a region with a version of the product."""
        product = self.product()
        if product is None:
            return
        version = version_of(product, step.to)
        known = [case.contact for case in self.cases]
        let_customers_have(version, region=step.text, known=known, how_many=step.count, at=at)
        add_scope(
            problem_id=self.problem_id,
            description=Description(product=product, version=version, region=step.text),
            actor=self.cast.lead(),
            at=at,
        )

    # ---- departments -------------------------------------------------------------------------

    def worker(self) -> Actor:
        """Return somebody of the department that has the problem."""
        problem = Problem.objects.get(pk=self.problem_id)
        return self.cast.worker_in(open_leg(problem).department_id)

    def accept(self, _step: Step, at: datetime) -> None:
        """The department takes it on."""
        accept_problem(problem_id=self.problem_id, actor=self.worker(), at=at)

    def refuse(self, step: Step, at: datetime) -> None:
        """The department says that it is not its own."""
        refuse_problem(
            problem_id=self.problem_id,
            reason=step.text,
            better_owner=self.cast.departments[step.to] if step.to else None,
            actor=self.worker(),
            at=at,
            confirm=True,
        )

    def hand_over(self, step: Step, at: datetime) -> None:
        """Another department goes on."""
        hand_over_problem(
            problem_id=self.problem_id,
            department=self.cast.departments[step.to],
            reason=step.text,
            actor=self.worker(),
            at=at,
            confirm=True,
        )

    def note(self, step: Step, at: datetime) -> None:
        """The department writes to everybody who works on it; `to` lets the lead write."""
        actor = self.cast.lead() if step.to else self.worker()
        note_problem(problem_id=self.problem_id, text=step.text, actor=actor, at=at)

    def evidence(self, step: Step, at: datetime) -> None:
        """The department adds what shows it."""
        add_evidence(problem_id=self.problem_id, text=step.text, actor=self.worker(), at=at)

    def ask_for_task(self, step: Step, at: datetime) -> None:
        """Another department shall do something meanwhile."""
        helping.ask_for_task(self.problem_id, step, cast=self.cast, worker=self.worker(), at=at)

    def do_task(self, step: Step, at: datetime) -> None:
        """The other department has done it."""
        helping.do_task(self.problem_id, step, cast=self.cast, at=at)

    def ask_why(self, step: Step, at: datetime) -> None:
        """The department asks why once more."""
        helping.ask_why(self.problem_id, step, worker=self.worker(), at=at)

    def plan_carrier(self, step: Step, at: datetime) -> None:
        """A department plans the change that shall carry the fix."""
        helping.plan_carrier(self.problem_id, step, cast=self.cast, at=at)

    def find_cause(self, step: Step, at: datetime) -> None:
        """The department knows why."""
        record_root_cause(
            problem_id=self.problem_id,
            root_cause=step.text,
            public_cause=step.public,
            actor=self.worker(),
            at=at,
        )

    def give_workaround(self, step: Step, at: datetime) -> None:
        """The department says what helps for now."""
        publish_workaround(
            problem_id=self.problem_id, workaround=step.text, actor=self.worker(), at=at
        )
        draft_known_error(problem_id=self.problem_id, actor=KNOWLEDGE, at=at)

    def estimate(self, step: Step, at: datetime) -> None:
        """The department says when."""
        expected = at.date() + timedelta(days=step.count)
        estimate_fix(
            problem_id=self.problem_id,
            expected_on=expected,
            latest_on=expected + timedelta(days=2),
            confidence=Confidence.HIGH if step.text else Confidence.MEDIUM,
            reason=step.text,
            is_public=True,
            actor=self.worker(),
            at=at,
        )

    def take_drawn_step(self, step: Step, at: datetime) -> None:
        """The department takes a step of the workflow; one that needs an approval waits for it."""
        texts = {"fix": step.public} if step.public else {}
        take_step(
            problem_id=self.problem_id,
            step_key=step.to,
            offered=Offered(reason=step.text, texts=texts),
            actor=self.worker(),
            at=at,
        )

    def fix(self, step: Step, at: datetime) -> None:
        """The department puts the fix in place."""
        put_fix_in_place(problem_id=self.problem_id, fix=step.text, actor=self.worker(), at=at)

    def find_wanting(self, step: Step, at: datetime) -> None:
        """The fix does not hold."""
        find_fix_wanting(problem_id=self.problem_id, reason=step.text, actor=self.worker(), at=at)

    def resolve(self, step: Step, at: datetime) -> None:
        """The fix holds: the cases get the solution, and what was learned becomes a draft."""
        resolve_problem(problem_id=self.problem_id, solution=step.text, actor=self.worker(), at=at)
        draft_resolution(problem_id=self.problem_id, actor=KNOWLEDGE, at=at)
        resolve_cases_of(self.problem_id, actor=PROBLEMS, at=at)
        begin_watch(problem_id=self.problem_id, at=at)
