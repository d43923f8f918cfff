"""The guard: before something is sent it looks at what is known, and warns or stops by a named rule.

`judge` answers for a broadcast and everybody it is about to tell, or for an answer in a case.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from problems.guard_facts import Answer, answer_facts, told_facts
from problems.guard_rules import (
    FOR_ANSWERS,
    FOR_BROADCASTS,
    FOR_EVERYBODY,
    Check,
    Rule,
    Verdict,
    judged_answer,
    judged_broadcast,
)
from problems.models import Broadcast
from workflow.people.actors import Actor
from workflow.refusals import Refusal

ENGLISH = frozenset({"en"})
EVERY_CHECK: tuple[Check[Any], ...] = (*FOR_EVERYBODY, *FOR_BROADCASTS, *FOR_ANSWERS)
STOPS: dict[str, bool] = {check.rule.value: check.stops for check in EVERY_CHECK}


@dataclass(frozen=True)
class Words:
    """A rule for people: its name, what is so, and what to do about it."""

    name: Callable[[], str]
    sentence: Callable[[], str]
    next_step: Callable[[], str]


WORDS: dict[Rule, Words] = {
    Rule.OPTED_OUT: Words(
        lambda: _("Asked for no mail"),
        lambda: _("This customer asked us not to write."),
        lambda: _("Call, or leave it to the portal."),
    ),
    Rule.NO_ADDRESS: Words(
        lambda: _("No mail address"),
        lambda: _("No mail address of this customer is known."),
        lambda: _("Call, or ask for an address."),
    ),
    Rule.BOUNCED: Words(
        lambda: _("Mail came back"),
        lambda: _("Mail to every address of this customer came back."),
        lambda: _("Call and ask for another address, or let mail go there again."),
    ),
    Rule.JOINED: Words(
        lambda: _("The same person"),
        lambda: _("This customer is the same person as another one, who is told."),
        lambda: _("Write to the other one."),
    ),
    Rule.ASKED_FOR_CALL: Words(
        lambda: _("Asked for a call"),
        lambda: _("This customer asked to be called instead of written to."),
        lambda: _("Call first."),
    ),
    Rule.AWAY: Words(
        lambda: _("Away"),
        lambda: _("This customer is away and may not read it."),
        lambda: _("Wait until they are back, or call a colleague of theirs."),
    ),
    Rule.OTHER_LANGUAGE: Words(
        lambda: _("Another language"),
        lambda: _("This is not in the language in which this customer writes to us."),
        lambda: _("Write it in the customer's language."),
    ),
    Rule.OTHERS_ADDRESS: Words(
        lambda: _("Somebody else's address"),
        lambda: _("The text shows the mail address of another customer."),
        lambda: _("Take the address out."),
    ),
    Rule.TOLD_LATELY: Words(
        lambda: _("Told lately"),
        lambda: _("This customer was told of this a moment ago."),
        lambda: _("Look whether it says anything new."),
    ),
    Rule.TOLD_BEFORE: Words(
        lambda: _("Told already"),
        lambda: _("This customer was told this very message."),
        lambda: _("There is nothing to do."),
    ),
    Rule.SAME_WORDS: Words(
        lambda: _("The same words"),
        lambda: _("The last thing that this customer was told were the same words."),
        lambda: _("There is nothing to do, or say what is new."),
    ),
    Rule.FIXED_ALREADY: Words(
        lambda: _("Fixed already"),
        lambda: _("The problem is fixed: nobody needs this any more."),
        lambda: _("Tell of the fix instead."),
    ),
    Rule.NOT_FIXED: Words(
        lambda: _("Not fixed"),
        lambda: _("The problem is open: it is not fixed."),
        lambda: _("Resolve the problem first."),
    ),
    Rule.OLD_DATE: Words(
        lambda: _("An old date"),
        lambda: _("This date was replaced or taken back since."),
        lambda: _("Tell the newest date."),
    ),
    Rule.WORKS_ALREADY: Words(
        lambda: _("Works already"),
        lambda: _("This customer told us that it works."),
        lambda: _("There is nothing to do."),
    ),
    Rule.NO_REASON: Words(
        lambda: _("Not affected"),
        lambda: _("Nothing says that the problem affects this customer."),
        lambda: _("Add the customer to the problem first, if it does."),
    ),
    Rule.NOT_THEIRS: Words(
        lambda: _("Does not have it"),
        lambda: _("This customer does not have the product any more."),
        lambda: _("There is nothing to do."),
    ),
    Rule.PROSPECT: Words(
        lambda: _("Not a customer yet"),
        lambda: _("This is no customer yet, and never spoke of the problem."),
        lambda: _("There is nothing to do."),
    ),
    Rule.NEVER_TOLD_FIXED: Words(
        lambda: _("Never heard of the fix"),
        lambda: _("Nobody told this customer that it was fixed."),
        lambda: _("Tell of the workaround or the date instead."),
    ),
    Rule.CASE_ENDED: Words(
        lambda: _("The case has ended"),
        lambda: _("This case has ended."),
        lambda: _("Reopen it to answer."),
    ),
    Rule.ANSWERED: Words(
        lambda: _("Answered already"),
        lambda: _("A colleague answered a moment ago, and the customer has not written since."),
        lambda: _("Read the answer first."),
    ),
    Rule.SAID_BEFORE: Words(
        lambda: _("Said before"),
        lambda: _("We wrote the same words in this case before."),
        lambda: _("Say what is new."),
    ),
    Rule.ASKED_BEFORE: Words(
        lambda: _("Asked before"),
        lambda: _("We asked this before, and the customer has written since."),
        lambda: _("Look for the answer in the case."),
    ),
    Rule.FIXED_SINCE: Words(
        lambda: _("Fixed since"),
        lambda: _("The problem is fixed: its workaround helps nobody any more."),
        lambda: _("Send the solution instead."),
    ),
    Rule.WRONG_NAME: Words(
        lambda: _("Another name"),
        lambda: _("The greeting names somebody who takes no part in this case."),
        lambda: _("Look at the name."),
    ),
    Rule.UNFILLED: Words(
        lambda: _("Something is missing"),
        lambda: _("The text has a place that nobody filled in."),
        lambda: _("Fill it in, or take it out."),
    ),
    Rule.INNER_WORDS: Words(
        lambda: _("For colleagues only"),
        lambda: _("The text repeats what the problem says to colleagues alone."),
        lambda: _("Say it in the words for customers."),
    ),
}


class Guarded(Refusal):
    """The guard speaks against a message; nothing was sent. `rules` are the codes, in order."""

    code = "guarded"

    def __init__(self, verdicts: Collection[Verdict]) -> None:
        found = [WORDS[Rule(one.rule)] for one in verdicts]
        super().__init__(
            " ".join(words.sentence() for words in found),
            next_step=" ".join(dict.fromkeys(words.next_step() for words in found)),
        )
        self.rules = [one.rule for one in verdicts]
        self.is_stopped = any(one.is_stopped for one in verdicts)


class GuardStops(Guarded):
    """The message cannot be sent as it is."""

    code = "guard_stops"


class GuardWarns(Guarded):
    """The message may be sent by whoever says so."""

    code = "guard_warns"


def judge(
    outgoing: Broadcast | Answer,
    *,
    contact_ids: Collection[int],
    at: datetime,
    languages: frozenset[str] = ENGLISH,
) -> dict[int, list[Verdict]]:
    """Return what speaks against telling each of these contacts, by id; none has an empty list.

    `languages` are those in which a broadcast is there. For a broadcast twelve queries for any
    number of contacts and one for each product by which they were found; for an answer eleven.
    Nothing is changed.
    """
    if isinstance(outgoing, Answer):
        return {
            one.contact_id: judged_answer(one)
            for one in answer_facts(outgoing, contact_ids=contact_ids, at=at)
        }
    return {
        one.contact_id: judged_broadcast(one)
        for one in told_facts(outgoing, contact_ids=contact_ids, languages=languages, at=at)
    }


def refuse_unwise(
    text: str,
    *,
    case_id: int,
    contact_id: int,
    actor: Actor,
    at: datetime,
    may_send_anyway: bool = False,
) -> list[str]:
    """Refuse an answer that the guard stops, or warns of and nobody says to send anyway.

    Returns the codes of the warnings that were overruled. Eleven queries.

    Raises:
        GuardStops: a rule stops it.
        GuardWarns: a rule warns, and `may_send_anyway` is not set.
    """
    answer = Answer(case_id=case_id, text=text, user_id=actor.user_id)
    verdicts = judge(answer, contact_ids=[contact_id], at=at)[contact_id]
    stopping = [one for one in verdicts if one.is_stopped]
    if stopping:
        raise GuardStops(stopping)
    if verdicts and not may_send_anyway:
        raise GuardWarns(verdicts)
    return [one.rule for one in verdicts]


def sentence_of(rule: str) -> str:
    """Return what a rule says, as a sentence."""
    return WORDS[Rule(rule)].sentence()


def name_of(rule: str) -> str:
    """Return the name of a rule."""
    return WORDS[Rule(rule)].name()
