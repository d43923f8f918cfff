"""The rules of the guard: what is known before something is sent, and what each says. Pure.

A rule looks at facts that were read before (problems/guard_facts.py) and answers yes or no.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from problems.languages import language_of
from problems.terms import terms_of

LATELY = timedelta(hours=24)
SAME_WORDS_FOR = timedelta(days=7)
ANSWERED_JUST_NOW = timedelta(hours=2)
AWAY_FOR = timedelta(days=5)
LONG_ENOUGH = 24
SAME_QUESTION_FROM = 0.6
FEWEST_WORDS_OF_A_QUESTION = 3

Facts = TypeVar("Facts")

WORD = re.compile(r"\w+")
BLANK = re.compile(r"\{\{?\s*[a-z_]{3,40}\s*\}?\}|\[\s*(?:NAME|Name|DATE|Date|TODO)\s*\]|\bXXX+\b")
GREETED = re.compile(
    r"\A\s*(?:hello|hi|dear|good (?:morning|day|afternoon|evening)|hei|hallo|guten tag|bonjour"
    r"|sehr geehrte[rs]?)"
    r"\s+(?:(?:mr|mrs|ms|dr|herr|frau)\.?\s+)?(?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,3})"
    r"\s*[,!.:\n]",
    re.IGNORECASE,
)
NOBODYS_NAME = frozenset({
    "all", "again", "customer", "everybody", "everyone", "friend", "madam", "sir", "team", "there",
    "you", "colleague", "colleagues", "ladies", "gentlemen", "kunde", "alle", "tous",
})  # fmt: skip
QUESTION = re.compile(r"[^.!?\n]{10,300}\?")


class Rule(StrEnum):
    """Each rule of the guard, by the code that pages, the API and the ledger keep."""

    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    BOUNCED = "bounced"
    JOINED = "joined"
    ASKED_FOR_CALL = "asked_for_call"
    AWAY = "away"
    OTHER_LANGUAGE = "other_language"
    OTHERS_ADDRESS = "others_address"
    TOLD_LATELY = "told_lately"
    TOLD_BEFORE = "told_before"
    SAME_WORDS = "same_words"
    FIXED_ALREADY = "fixed_already"
    NOT_FIXED = "not_fixed"
    OLD_DATE = "old_date"
    WORKS_ALREADY = "works_already"
    NO_REASON = "no_reason"
    NOT_THEIRS = "not_theirs"
    PROSPECT = "prospect"
    NEVER_TOLD_FIXED = "never_told_fixed"
    CASE_ENDED = "case_ended"
    ANSWERED = "answered"
    SAID_BEFORE = "said_before"
    ASKED_BEFORE = "asked_before"
    FIXED_SINCE = "fixed_since"
    WRONG_NAME = "wrong_name"
    UNFILLED = "unfilled"
    INNER_WORDS = "inner_words"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """What is known of somebody who is about to be written to.

    `mail_addresses` counts all, `usable_addresses` those from which nothing came back. `away_until`
    is the last day of an absence, `away_said_at` when a machine answered for its owner and nobody
    wrote since. `languages` are those in which the message is there, empty if that is not known.
    """

    contact_id: int
    at: datetime
    name: str = ""
    may_be_mailed: bool = True
    is_joined: bool = False
    is_prospect: bool = False
    language: str = "en"
    mail_addresses: int = 1
    usable_addresses: int = 1
    wants_call: bool = False
    away_until: date | None = None
    away_said_at: datetime | None = None
    is_by_mail: bool = True
    languages: frozenset[str] = frozenset()
    names_others: bool = False


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A message of the problem that somebody was told before."""

    message: str
    at: datetime
    kind: str = ""
    text: str = ""
    estimate_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ToldFacts(Recipient):
    """What is known of somebody whom a broadcast is about to tell.

    `found` is how the ledger found them, `follow` for who only follows, empty for nobody of both. `has_it` is whether
    somebody found by a product still has it.
    """

    kind: str
    occasion: str
    text: str = ""
    estimate_id: int | None = None
    newest_estimate_id: int | None = None
    is_fixed: bool = False
    is_open: bool = True
    found: str = ""
    has_it: bool = True
    confirmed_at: datetime | None = None
    told: tuple[Earlier, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A word of a case: from the customer, or ours by whom."""

    is_ours: bool
    text: str
    at: datetime
    user_id: int | None = None
    is_automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerFacts(Recipient):
    """What is known where an answer is about to leave; `said` is the thread, oldest first.

    `workarounds` and `inner` are what the problems behind the case say; `told` is what the customer
    was told of them lately.
    """

    text: str
    is_ended: bool = False
    user_id: int | None = None
    names: frozenset[str] = frozenset()
    said: tuple[Spoken, ...] = ()
    fixed_workarounds: tuple[str, ...] = ()
    told_words: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that speaks against telling somebody something; `is_stopped` is its weight."""

    rule: str
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Check(Generic[Facts]):
    """A rule, whether it stops or only warns, and when it speaks."""

    rule: Rule
    stops: bool
    speaks: Callable[[Facts], bool] = field(compare=False)


def plain(text: str) -> str:
    """Return the words of a text, in small letters, without what stands between them."""
    return " ".join(WORD.findall(text.lower()))


def holds(text: str, piece: str) -> bool:
    """Whether a text repeats a piece that is long enough to be meant, whatever its signs."""
    words = plain(piece)
    return len(words) >= LONG_ENOUGH and words in plain(text)


def is_away(one: Recipient) -> bool:
    """Whether the customer is away: said so, or a machine answered and nobody wrote since."""
    if one.away_until is not None and one.at.date() <= one.away_until:
        return True
    return one.away_said_at is not None and one.at - AWAY_FOR <= one.away_said_at <= one.at


def is_other_language(one: Recipient) -> bool:
    """Whether the message is there in other languages, and not in the customer's."""
    return bool(one.languages) and one.language[:2] not in one.languages


def newest_told(one: ToldFacts) -> Earlier | None:
    """Return what somebody was told last of the problem, other than this very message."""
    others = [before for before in one.told if before.message != one.occasion]
    return max(others, key=lambda before: before.at, default=None)


def had_same_words(one: ToldFacts) -> bool:
    """Whether what was told last, within a week, was the same under another name."""
    last = newest_told(one)
    return (
        last is not None
        and last.kind == one.kind
        and one.at - SAME_WORDS_FOR <= last.at
        and bool(plain(last.text) or last.estimate_id)
        and (plain(last.text), last.estimate_id) == (plain(one.text), one.estimate_id)
    )


def was_told_lately(one: ToldFacts) -> bool:
    """Whether what was told last, within a day, was of the same sort in other words."""
    last = newest_told(one)
    return (
        last is not None
        and last.kind == one.kind
        and one.at - LATELY <= last.at
        and not had_same_words(one)
    )


def is_old_date(one: ToldFacts) -> bool:
    """Whether the date that is told was replaced by a newer one, or taken back."""
    return (
        one.kind == "estimate"
        and one.estimate_id is not None
        and one.estimate_id != one.newest_estimate_id
    )


def was_answered_just_now(one: AnswerFacts) -> bool:
    """Whether a colleague answered a moment ago, and the customer has not written since."""
    by_people = [word for word in one.said if not word.is_automatic]
    if not by_people or not by_people[-1].is_ours:
        return False
    last = by_people[-1]
    return last.user_id not in (None, one.user_id) and one.at - ANSWERED_JUST_NOW <= last.at


def was_said_before(one: AnswerFacts) -> bool:
    """Whether the thread holds the same words of ours."""
    words = plain(one.text)
    return len(words) >= LONG_ENOUGH and any(
        word.is_ours and plain(word.text) == words for word in one.said
    )


def questions_in(text: str) -> list[frozenset[str]]:
    """Return the telling words of each question of a text that has enough of them."""
    found = (frozenset(terms_of(question)) for question in QUESTION.findall(text))
    return [words for words in found if len(words) >= FEWEST_WORDS_OF_A_QUESTION]


def is_same_question(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions share most of their telling words."""
    return len(one & other) / len(one | other) >= SAME_QUESTION_FROM


def was_asked_and_answered(one: AnswerFacts) -> bool:
    """Whether a question of the text was asked in the thread before, and the customer wrote since."""
    asked_now = questions_in(one.text)
    if not asked_now:
        return False
    theirs = [place for place, word in enumerate(one.said) if not word.is_ours]
    answered_to = theirs[-1] if theirs else 0
    return any(
        is_same_question(now, before)
        for word in one.said[:answered_to]
        if word.is_ours
        for before in questions_in(word.text)
        for now in asked_now
    )


def greets_somebody_else(one: AnswerFacts) -> bool:
    """Whether the first line greets a name that nobody in the case has."""
    found = GREETED.match(one.text)
    if found is None or not one.names:
        return False
    greeted = {word.lower() for word in WORD.findall(found["name"])}
    return not greeted & one.names and not greeted & NOBODYS_NAME


def speaks_another_language(one: AnswerFacts) -> bool:
    """Whether the answer is in another language than what the customer writes."""
    ours = language_of(one.text)
    theirs = language_of(" ".join(word.text for word in one.said if not word.is_ours))
    if not theirs and one.language[:2] != "en":
        theirs = one.language[:2]
    return bool(ours and theirs) and ours != theirs


FOR_EVERYBODY: tuple[Check[Recipient], ...] = (
    Check(Rule.JOINED, True, lambda one: one.is_joined),
    Check(Rule.OPTED_OUT, True, lambda one: one.is_by_mail and not one.may_be_mailed),
    Check(Rule.NO_ADDRESS, True, lambda one: one.is_by_mail and not one.mail_addresses),
    Check(
        Rule.BOUNCED,
        True,
        lambda one: one.is_by_mail and bool(one.mail_addresses) and not one.usable_addresses,
    ),
    Check(Rule.OTHERS_ADDRESS, True, lambda one: one.names_others),
    Check(Rule.ASKED_FOR_CALL, False, lambda one: one.wants_call),
    Check(Rule.AWAY, False, is_away),
)

FOR_BROADCASTS: tuple[Check[ToldFacts], ...] = (
    Check(Rule.OTHER_LANGUAGE, False, is_other_language),
    Check(Rule.NO_REASON, True, lambda one: not one.found),
    Check(Rule.NOT_THEIRS, True, lambda one: bool(one.found) and not one.has_it),
    Check(
        Rule.PROSPECT,
        True,
        lambda one: one.is_prospect and one.found not in ("", "case", "me_too", "follow"),
    ),
    Check(
        Rule.FIXED_ALREADY,
        True,
        lambda one: one.is_fixed and one.kind in ("workaround", "estimate", "wont_fix", "promise"),
    ),
    Check(Rule.NOT_FIXED, True, lambda one: one.kind == "fixed" and one.is_open),
    Check(Rule.OLD_DATE, True, is_old_date),
    Check(
        Rule.WORKS_ALREADY,
        True,
        lambda one: (
            one.confirmed_at is not None and one.kind in ("workaround", "estimate", "promise")
        ),
    ),
    Check(
        Rule.TOLD_BEFORE,
        True,
        lambda one: any(before.message == one.occasion for before in one.told),
    ),
    Check(Rule.SAME_WORDS, True, had_same_words),
    Check(
        Rule.NEVER_TOLD_FIXED,
        True,
        lambda one: (
            one.kind == "regression"
            and not any(before.message.startswith("fixed:") for before in one.told)
        ),
    ),
    Check(Rule.TOLD_LATELY, False, was_told_lately),
)

FOR_ANSWERS: tuple[Check[AnswerFacts], ...] = (
    Check(Rule.CASE_ENDED, True, lambda one: one.is_ended),
    Check(Rule.UNFILLED, True, lambda one: BLANK.search(one.text) is not None),
    Check(Rule.OTHER_LANGUAGE, False, speaks_another_language),
    Check(Rule.ANSWERED, False, was_answered_just_now),
    Check(Rule.SAID_BEFORE, False, was_said_before),
    Check(Rule.ASKED_BEFORE, False, was_asked_and_answered),
    Check(
        Rule.FIXED_SINCE,
        False,
        lambda one: any(holds(one.text, words) for words in one.fixed_workarounds),
    ),
    Check(
        Rule.TOLD_LATELY,
        False,
        lambda one: any(holds(one.text, words) for words in one.told_words),
    ),
    Check(Rule.WRONG_NAME, False, greets_somebody_else),
    Check(Rule.INNER_WORDS, False, lambda one: any(holds(one.text, words) for words in one.inner)),
)


def judged_recipient(one: Recipient) -> list[Verdict]:
    """Return which rules for everybody speak against writing to somebody."""
    return [Verdict(check.rule.value, check.stops) for check in FOR_EVERYBODY if check.speaks(one)]


def judged_broadcast(one: ToldFacts) -> list[Verdict]:
    """Return which rules speak against telling somebody a broadcast, in their order."""
    own = [Verdict(check.rule.value, check.stops) for check in FOR_BROADCASTS if check.speaks(one)]
    return judged_recipient(one) + own


def judged_answer(one: AnswerFacts) -> list[Verdict]:
    """Return which rules speak against an answer, in their order."""
    own = [Verdict(check.rule.value, check.stops) for check in FOR_ANSWERS if check.speaks(one)]
    return judged_recipient(one) + own
