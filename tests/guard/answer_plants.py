"""Stupid answers, each planted with what is known, and the same without its cause."""

from datetime import timedelta
from typing import Any

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import close_case, resolve_case
from cases.models import Case
from cases.states import Channel
from customers.models import Preference
from problems.guard_facts import Answer
from problems.guard_rules import Rule
from problems.linking import confirm_link
from problems.models import Affected, Problem, Told
from servicedesk.pages.session import contact_actor
from tests.guard.plants import NOW, SYSTEM, WORKAROUND, Plant, fix, unfix
from tests.make import DAY, HOUR, make_actor, make_case, make_contact, make_problem

QUESTION = "Which version of the banking app is installed on your phone?"


def customer_writes(case: Case, text: str, *, at: Any) -> None:
    """Let the customer of a case write."""
    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text=text,
        channel=Channel.MAIL,
        actor=contact_actor(case.contact),
        at=at,
    )


def wrong(rule: Rule, case: Case, text: str, *, cure: Any) -> Plant:
    """Return a stupid answer in a case; `cure` is a wise text, or takes the cause away."""
    answer = Answer(case_id=case.pk, text=text, user_id=make_actor().user_id)
    wise = (
        Answer(case_id=case.pk, text=cure, user_id=answer.user_id)
        if isinstance(cure, str)
        else None
    )
    return Plant(
        rule=rule,
        outgoing=answer,
        contact_id=case.contact_id,
        cure=(lambda: wise) if wise else cure,
    )


def on_problem(*, workaround: str = WORKAROUND) -> tuple[Case, Problem]:
    """Return a case that a problem with a workaround caused."""
    case = make_case(at=NOW - 2 * DAY)
    problem = make_problem(cases=[make_case(at=NOW - 2 * DAY)], at=NOW - 2 * DAY)
    Problem.objects.filter(pk=problem.pk).update(
        workaround=workaround,
        workaround_at=NOW - DAY,
        root_cause="The job collects twice at night.",
    )
    confirm_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=NOW - DAY)
    return case, problem


def away() -> Plant:
    """Answer somebody who said to be away until tomorrow."""
    case = make_case(at=NOW - HOUR)
    wish = Preference.objects.create(contact=case.contact, away_until=(NOW + DAY).date())
    return wrong(Rule.AWAY, case, "Please sign the form today.", cure=wish.delete)


def machine_answered() -> Plant:
    """Answer somebody whose machine says that nobody is there, and who has not written since."""
    case = make_case(at=NOW - 2 * DAY)
    Preference.objects.create(contact=case.contact, away_said_at=NOW - DAY)
    return wrong(
        Rule.AWAY,
        case,
        "Please sign the form today.",
        cure=lambda: customer_writes(case, "Here I am again.", at=NOW - HOUR),
    )


def answered_already() -> Plant:
    """Answer what a colleague answered ten minutes ago."""
    case = make_case(at=NOW - DAY)
    answer_case(
        case_id=case.pk,
        text="We send the money back.",
        actor=make_actor(),
        at=NOW - timedelta(minutes=10),
    )
    return wrong(
        Rule.ANSWERED,
        case,
        "You get it back.",
        cure=lambda: customer_writes(case, "Not there yet.", at=NOW - timedelta(minutes=5)),
    )


def closed_case() -> Plant:
    """Answer in a case that is closed."""
    case, actor = make_case(at=NOW - DAY), make_actor()
    resolve_case(case_id=case.pk, actor=actor, at=NOW - 3 * HOUR)
    close_case(case_id=case.pk, actor=actor, at=NOW - 2 * HOUR)
    again = make_case(contact=case.contact, at=NOW - HOUR)
    return wrong(
        Rule.CASE_ENDED,
        case,
        "One more thing.",
        cure=lambda: Answer(case_id=again.pk, text="One more thing."),
    )


def asked_before() -> Plant:
    """Ask what the customer has told already."""
    case = make_case(at=NOW - DAY)
    answer_case(
        case_id=case.pk, text=f"Thank you. {QUESTION}", actor=make_actor(), at=NOW - 20 * HOUR
    )
    customer_writes(case, "It is 4.2.", at=NOW - 10 * HOUR)
    return wrong(
        Rule.ASKED_BEFORE,
        case,
        "Hello Ingrid, which version of the banking app is installed on the phone?",
        cure="Hello Ingrid, at what time of the day was the amount taken from your account?",
    )


def said_before() -> Plant:
    """Send the same words a second time."""
    case = make_case(at=NOW - DAY)
    text = "We looked into it and send the money back tomorrow."
    answer_case(case_id=case.pk, text=text, actor=make_actor(), at=NOW - 20 * HOUR)
    return wrong(
        Rule.SAID_BEFORE, case, f"{text}\n", cure="The money left today, it arrives on Friday."
    )


def workaround_of_what_is_fixed() -> Plant:
    """Send a workaround for what is fixed."""
    case, problem = on_problem()
    fix(problem)
    return wrong(
        Rule.FIXED_SINCE,
        case,
        f"Hello Ingrid,\n\n{WORKAROUND}\n\nBest wishes",
        cure=lambda: unfix(problem),
    )


def told_yesterday() -> Plant:
    """Write what the customer was told of the problem yesterday."""
    case, problem = on_problem()
    row = Affected.objects.get(problem=problem, contact=case.contact)
    told = Told.objects.create(
        affected=row, message="workaround:1", channel="mail", at=NOW - 20 * HOUR
    )
    return wrong(Rule.TOLD_LATELY, case, f"Hello,\n\n{WORKAROUND}", cure=told.delete)


def wrong_name() -> Plant:
    """Greet somebody else."""
    return wrong(
        Rule.WRONG_NAME,
        make_case(at=NOW - HOUR),
        "Dear Mr Olav Hansen,\n\nthe money is on its way.",
        cure="Dear Ms Solheim,\n\nthe money is on its way.",
    )


def nobody_filled_it_in() -> Plant:
    """Send a text of which a place is empty."""
    return wrong(
        Rule.UNFILLED,
        make_case(at=NOW - HOUR),
        "Hello {name},\n\nthe money is on its way.",
        cure="Hello Ingrid,\n\nthe money is on its way.",
    )


def address_of_another_customer() -> Plant:
    """Show a customer the address of another one."""
    make_contact("kari@else.example")
    return wrong(
        Rule.OTHERS_ADDRESS,
        make_case(at=NOW - HOUR),
        "Somebody else (Kari@else.example) has the same.",
        cure="Somebody else has the same.",
    )


def inner_words() -> Plant:
    """Tell a customer what colleagues say among themselves."""
    case, _problem = on_problem()
    return wrong(
        Rule.INNER_WORDS,
        case,
        "It is known: the job collects twice at night.",
        cure="It is known, and we are working on it.",
    )


def another_language() -> Plant:
    """Answer a German mail in English."""
    case = make_case(
        text="Ich habe die Karte nicht mehr und brauche bitte eine neue, wird das bald sein?",
        at=NOW - HOUR,
    )
    return wrong(
        Rule.OTHER_LANGUAGE,
        case,
        "You will have the new card on Friday, and we are sorry that this was not so.",
        cure="Sie haben die neue Karte am Freitag, und wir bitten um Nachsicht, dass das nicht so war.",
    )


ANSWERS = (
    away,
    machine_answered,
    answered_already,
    closed_case,
    asked_before,
    said_before,
    workaround_of_what_is_fixed,
    told_yesterday,
    wrong_name,
    nobody_filled_it_in,
    address_of_another_customer,
    inner_words,
    another_language,
)
