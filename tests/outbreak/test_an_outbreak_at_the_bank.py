"""An outbreak at the bank, from forty mails to the watch that confirms that it stays away.

Real mail by SMTP both ways, real workers and tick, and browsers of the agent, the department, the
lead and a customer.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from functools import cache
from typing import Any

import pytest
from django.utils.timezone import now

from cases.models import Case
from problems.after_fix import look_after_fixes
from problems.broadcast_policies import set_approval_size
from problems.estimates import estimate_fix
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem
from problems.lifecycle import reopen_problem
from problems.linking import confirm_link
from problems.models import Affected, Broadcast, FixWatch, Problem, Told
from problems.models.estimate import Confidence
from problems.reaching import Description, add_scope
from servicedesk.proof.proving import prove_tenant
from tests.make import make_user
from tests.outbreak.bank import (
    AFFECTED,
    MAIL_DOMAIN,
    REGION,
    SAID,
    WRITERS,
    Bank,
    address_of,
    found_bank,
    mail_door,
    write_mails,
)
from tests.processes import MailSink, wait_for
from tests.walk.conftest import running
from tests.walk.test_walk_in_a_browser import fill, sign_in
from workflow.outbox.models import Delivery, Effect
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("emptied"),
    # A minute where nothing else runs; fourteen hundred mails are many for a busy machine.
    pytest.mark.timeout(1500),
]

LATECOMER = AFFECTED
WORKAROUND = "Pay in shops with it, or take cash at one of our branches."
MOVED = "The maker of the machines delivers its part two days later."
SOLUTION = "Every machine knows your card again."
APOLOGY = "Nine machines came back from service with the old keys."
SOLVED_AGAIN = "The nine machines have the keys, and we check them every night."
CUSTOMER = re.compile(rf"customer\d+@{re.escape(MAIL_DOMAIN)}")


@dataclass
class Stage:
    """Where the outbreak happens: the bank, its pages, its mail, and who looks at them."""

    bank: Bank
    url: str
    door: int
    sink: MailSink
    person: Callable[..., Any]
    windows: dict[str, Any] = field(default_factory=dict)

    def window(self, who: str) -> Any:
        """Return the browser window of a colleague (`agent`, `member`, `lead`), signed in."""
        if who not in self.windows:
            self.windows[who] = self.person()
            sign_in(self.windows[who], url=self.url, email=getattr(self.bank, who).email)
        return self.windows[who]

    def told(self, words: str, *, how_many: int) -> list[EmailMessage]:
        """Return the mails with some words, once there are as many; each to somebody else."""

        def found() -> list[EmailMessage]:
            mails = self.sink.mails(to=f"@{MAIL_DOMAIN}")
            return [mail for mail in mails if words in flowing(mail)]

        why = f"{how_many} mails that say “{words}”"
        wait_for(lambda: len(found()) >= how_many, seconds=240, why=why)
        mails = found()
        assert set(Counter(receiver_of(mail) for mail in mails).values()) == {1}
        assert len(mails) == how_many
        return mails


@cache
def receiver_of(mail: EmailMessage) -> str:
    """Return the address of the one whom a mail is for."""
    (address,) = mail["To"].addresses
    return str(address.addr_spec)


def is_to(mail: EmailMessage, *, number: int) -> bool:
    """Whether a mail is for a customer."""
    return receiver_of(mail) == address_of(number)


@cache
def flowing(mail: EmailMessage) -> str:
    """Return the text of a mail without its line ends."""
    return " ".join(str(mail.get_content()).split())


def test_everybody_affected_is_told_each_decision_once(committing: None, person: Any) -> None:
    bank = found_bank(at=now())
    with running() as (port, sink), mail_door() as door, tenant_scope(bank.tenant.pk):
        set_approval_size(AFFECTED - 1, actor=Actor.system("test"), at=now())
        stage = Stage(bank, f"http://{bank.tenant.slug}.localhost:{port}", door, sink, person)

        forty_customers_write(stage)
        problem = an_agent_opens_the_problem(stage)
        it_reaches_two_hundred(stage, problem)
        the_department_says_what_helps(stage, problem)
        a_date_is_given_and_moves(stage, problem)
        a_customer_looks_at_the_portal(stage)
        it_is_fixed(stage, problem)
        somebody_joins_late(stage, problem)
        it_comes_back(stage, problem)
        it_is_fixed_again(stage, problem)
        nobody_heard_what_was_not_theirs(stage)
        everything_adds_up(problem)
        the_watch_confirms(problem)


def forty_customers_write(stage: Stage) -> None:
    """Forty mails come in by SMTP; each becomes a case."""
    texts = {number: SAID[number % len(SAID)] for number in range(WRITERS)}
    write_mails(stage.door, stage.bank.tenant, texts=texts)

    wait_for(lambda: Case.objects.count() == WRITERS, why="forty cases")


def an_agent_opens_the_problem(stage: Stage) -> Problem:
    """The agent chooses all forty in the queue and opens one problem; the rules send it on."""
    window = stage.window("agent")
    window.goto(f"{stage.url}/q/unassigned/")
    for box in window.locator("input[name=case]").all():
        box.check(force=True)
    window.get_by_role("button", name="Open a problem").click()
    window.get_by_label("What is known").fill("Machines decline cards of the newest series.")
    window.get_by_label("Category").fill("cards")
    window.get_by_label("Product", exact=True).select_option(label="Card")
    window.get_by_role("button", name=re.compile("^Open problem")).click()
    window.get_by_role("heading", name="My card is declined").first.wait_for()

    problem = Problem.objects.get()
    assert problem.links.filter(kind="confirmed").count() == WRITERS
    wait_for(lambda: Problem.objects.get().state == "assess", why="the routing")
    return problem


def it_reaches_two_hundred(stage: Stage, problem: Problem) -> None:
    """The lead says which cards in which region: the ledger holds two hundred at once."""
    bank = stage.bank
    add_scope(
        problem_id=problem.pk,
        description=Description(product=bank.product, version=bank.version, region=REGION),
        actor=bank.actor(bank.lead),
        at=now(),
    )

    assert Affected.objects.filter(problem=problem, left_at=None).count() == AFFECTED
    window = stage.window("lead")
    window.goto(f"{stage.url}/p/{problem.number}/customers/")
    window.get_by_text(str(AFFECTED)).first.wait_for()


def the_department_says_what_helps(stage: Stage, problem: Problem) -> None:
    """The department accepts and says what helps; a lead says yes, and two hundred are told."""
    window = stage.window("member")
    window.goto(f"{stage.url}/p/{problem.number}/")
    window.get_by_role("button", name=re.compile("Accept")).first.click()
    fill(window, "What customers can do", WORKAROUND)
    window.get_by_role("button", name="Publish workaround").click()

    a_lead_says_yes(stage, "workaround")
    stage.told(WORKAROUND, how_many=AFFECTED)


def a_lead_says_yes(stage: Stage, kind: str) -> None:
    """The newest broadcast of a kind waits for a lead, who lets it go."""
    asked = Broadcast.objects.filter(kind=kind, state="asked")
    wait_for(asked.exists, why="the question to the leads")
    assert asked.get().size == Affected.objects.filter(left_at=None).count()
    window = stage.window("lead")
    window.goto(f"{stage.url}/broadcasts/{asked.get().number}/")
    window.get_by_role("button", name="Yes, tell them").click()
    wait_for(lambda: not asked.exists(), why="the lead's yes")


def a_date_is_given_and_moves(stage: Stage, problem: Problem) -> None:
    """A date is promised; before it passes another one is, with the reason."""
    say_when(stage, problem, days=2, reason="")
    stage.told("We expect to have it fixed", how_many=AFFECTED)
    say_when(stage, problem, days=4, reason=MOVED)
    stage.told(MOVED, how_many=AFFECTED)


def say_when(stage: Stage, problem: Problem, *, days: int, reason: str) -> None:
    """The department gives a date, and a lead lets everybody know."""
    day = (now() + timedelta(days=days)).date()
    estimate_fix(
        problem_id=problem.pk,
        expected_on=day,
        latest_on=day,
        confidence=Confidence.HIGH,
        reason=reason,
        is_public=True,
        actor=stage.bank.actor(stage.bank.member),
        at=now(),
    )
    a_lead_says_yes(stage, "estimate")


def a_customer_looks_at_the_portal(stage: Stage) -> None:
    """Somebody who wrote follows the link of a mail, without a password: it says why the date moved."""
    mail = next(mail for mail in stage.told(MOVED, how_many=AFFECTED) if is_to(mail, number=0))
    link = re.search(r"http://\S+/help/\S+", mail.get_content())
    assert link is not None
    page = stage.windows["customer"] = stage.person()
    page.goto(link.group(0))
    page.get_by_role("heading", name="My card is declined").first.wait_for()
    page.locator("s.old").first.wait_for()
    page.get_by_text(MOVED).first.wait_for()
    assert page.get_by_text(WORKAROUND).first.is_visible()
    assert page.get_by_text("Customer 1").count() == 0

    row = Affected.objects.filter(contact__addresses__value=address_of(0))
    wait_for(row.filter(seen_at__isnull=False).exists, why="the customer's visit")


def it_is_fixed(stage: Stage, problem: Problem) -> None:
    """Cause, fix, proof: everybody is told, and each of the forty cases is solved in its thread."""
    actor = stage.bank.actor(stage.bank.member)
    common: dict[str, Any] = {"problem_id": problem.pk, "actor": actor}
    record_root_cause(
        root_cause="Release 7 reads the new chip with the old keys.",
        public_cause="Some machines did not know the chip of our newest cards.",
        at=now(),
        **common,
    )
    put_fix_in_place(fix="Keys loaded on 212 machines.", at=now(), **common)
    resolve_problem(solution=SOLUTION, at=now(), **common)

    a_lead_says_yes(stage, "fixed")
    stage.told(SOLUTION, how_many=AFFECTED)
    wait_for(
        lambda: set(Case.objects.values_list("state", flat=True)) == {"resolved"},
        why="the cases to be solved",
    )
    assert all(SOLUTION in case.messages.latest("id").text for case in Case.objects.all())
    page = stage.windows["customer"]
    page.reload()
    page.get_by_role("button", name="It works now").click()
    wait_for(Affected.objects.exclude(confirmed_at=None).exists, why="the customer's word")


def somebody_joins_late(stage: Stage, problem: Problem) -> None:
    """One writes after the fix and is linked: the fix is told to this one alone, within a minute."""
    write_mails(stage.door, stage.bank.tenant, texts={LATECOMER: SAID[0]})
    unsolved = Case.objects.exclude(state="resolved")
    (late,) = wait_for(lambda: list(unsolved.all()), why="the late case")
    actor = stage.bank.actor(stage.bank.agent)
    confirm_link(problem_id=problem.pk, case=late, actor=actor, at=now())

    mails = stage.told(SOLUTION, how_many=AFFECTED + 1)
    assert [is_to(mail, number=LATECOMER) for mail in mails].count(True) == 1
    wait_for(lambda: Case.objects.get(pk=late.pk).state == "resolved", why="the late case's end")


def it_comes_back(stage: Stage, problem: Problem) -> None:
    """It was not fixed after all: whoever was told so is told sorry, and the cases open again."""
    # Another lead than the one who says yes to what customers are told of it.
    other = stage.bank.actor(make_user(Role.LEAD, name="Ragna Moe"))
    reopen_problem(problem_id=problem.pk, reason=APOLOGY, actor=other, at=now())

    a_lead_says_yes(stage, "regression")
    stage.told("we told you that it is fixed", how_many=AFFECTED + 1)
    wait_for(
        lambda: set(Case.objects.values_list("state", flat=True)) == {"on_problem"},
        why="the cases to wait for the problem again",
    )


def it_is_fixed_again(stage: Stage, problem: Problem) -> None:
    """The department accepts it again, gives a new date and a fix that holds."""
    actor = stage.bank.actor(stage.bank.member)
    accept_problem(problem_id=problem.pk, actor=actor, at=now())
    say_when(stage, problem, days=1, reason="The machines get the keys tonight.")
    stage.told("get the keys tonight", how_many=AFFECTED + 1)
    put_fix_in_place(problem_id=problem.pk, fix="Checked each night.", actor=actor, at=now())
    resolve_problem(problem_id=problem.pk, solution=SOLVED_AGAIN, actor=actor, at=now())

    a_lead_says_yes(stage, "fixed")
    stage.told(SOLVED_AGAIN, how_many=AFFECTED + 1)


def the_watch_confirms(problem: Problem) -> None:
    """Three months later the fix has held."""
    wait_for(lambda: FixWatch.objects.filter(ended_at=None).exists(), why="the watch")
    look_after_fixes(at=now() + timedelta(days=100))

    endings = FixWatch.objects.filter(problem=problem).order_by("began_at")
    assert list(endings.values_list("ending", flat=True)) == ["reopened", "held"]


def nobody_heard_what_was_not_theirs(stage: Stage) -> None:
    """No mail went to a customer whom it does not reach, and none names another one's address."""
    mails = stage.sink.mails(to=f"@{MAIL_DOMAIN}")
    known = {address_of(number) for number in range(AFFECTED + 1)}
    assert {receiver_of(mail) for mail in mails} == known
    for mail in mails:
        assert set(CUSTOMER.findall(mail.as_string())) == {receiver_of(mail)}


def everything_adds_up(problem: Problem) -> None:
    """Nothing is left to do, every mail was sent by a worker, and no rule of the proof is broken."""
    wait_for(lambda: not Delivery.objects.exclude(state="done").exists(), why="the last news")
    due = Effect.objects.filter(due_at__lte=now())
    wait_for(lambda: not due.exclude(state="sent").exists(), why="the last mail")
    rows = Affected.objects.filter(problem=problem)
    assert rows.count() == AFFECTED + 1
    assert not rows.filter(told_at=None).exists()
    per_message = Counter(Told.objects.values_list("message", flat=True))
    assert sorted(per_message.values()) == [AFFECTED] * 3 + [AFFECTED + 1] * 4
    assert all(name.startswith("celery:") for name in due.all().values_list("sent_by", flat=True))
    assert {code: found for code, found in prove_tenant().items() if found} == {}
