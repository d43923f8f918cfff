"""What became of one invented case: its state, what was said, and what its history tells."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.lifecycle import CLOSED_AFTER_QUIET
from cases.models import CaseClock
from cases.states import CaseState, Channel
from servicedesk.seeding.company import CATEGORIES, Company
from servicedesk.seeding.words import RARE_WORD, Writer, pick
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.ladders import first_look
from workflow.clocks.models import ClockMark, MarkKind, Metric
from workflow.history.actions import Action

YEARS = timedelta(days=730)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Of the newest cases most are open, of the others few: 18 of 100 in all.
NEWEST, NEWEST_OPEN, OTHERS_OPEN = 0.12, 0.9, 0.0818
RARE_MESSAGES = 200
OPEN = ((CaseState.NEW, 0.2), (CaseState.OPEN, 0.4), (CaseState.PENDING, 0.22))
CHANNELS = (Channel.MAIL,) * 11 + (Channel.PORTAL,) * 5 + (Channel.PHONE,) * 3 + (Channel.CHAT,)
PRIORITIES = (3,) * 12 + (2,) * 4 + (4,) * 3 + (1,)


@dataclass(slots=True)
class Story:
    """One case with everything that hangs on it, before it has an id."""

    number: int
    subject: str
    state: CaseState
    channel: Channel
    priority: int
    contact: int
    organisation: int | None
    product: int
    category: str
    owner: int | None
    queue: int
    opened_at: datetime
    last_message_at: datetime
    next_look_at: datetime
    needs_attention: bool
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    state_version: int = 0
    messages: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    clocks: list[tuple[CaseClock, list[ClockMark]]] = field(default_factory=list)
    problem: int | None = None
    is_suggested: bool = False

    def tell(
        self,
        action: Action,
        *,
        by: tuple[str, int],
        at: datetime,
        to: CaseState | None = None,
        changes: dict[str, Any] | None = None,
    ) -> None:
        """Add a line to the history; `to` is the state that it led to."""
        kind, who = by
        if to is not None:
            self.state_version += 1
        self.entries.append(
            (
                action.value,
                kind,
                who,
                "seed" if kind == "system" else "",
                "agent" if kind == "user" else "mail" if kind == "contact" else "system",
                at,
                changes or {},
                to.value if to is not None else None,
                self.state_version if to is not None else None,
            )
        )


def stories(
    numbers: range,
    *,
    of: int,
    company: Company,
    messages: int,
    writer: Writer,
    seed: int,
    at: datetime,
) -> Iterator[Story]:
    """Return the cases of these numbers, of `of` in all: a higher number was opened later."""
    for number in numbers:
        chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - no secret
        yield told(
            number, of=of, company=company, messages=messages, writer=writer, chance=chance, at=at
        )


def told(
    number: int,
    *,
    of: int,
    company: Company,
    messages: int,
    writer: Writer,
    chance: random.Random,
    at: datetime,
) -> Story:
    """Return one case."""
    age = max(0.0, 1 - number / (of + 1))
    opened_at = at - YEARS * age - timedelta(minutes=chance.random() * 30 + 5)
    is_open = chance.random() < (NEWEST_OPEN if age < NEWEST else OTHERS_OPEN)
    # A product of chances favours those at the front: some customers write often.
    contact, organisation = company.contacts[
        int(chance.random() * chance.random() * len(company.contacts))
    ]
    story = Story(
        number=number,
        subject=writer.subject(chance),
        state=open_state(chance) if is_open else CaseState.CLOSED,
        channel=CHANNELS[int(chance.random() * len(CHANNELS))],
        priority=PRIORITIES[int(chance.random() * len(PRIORITIES))],
        contact=contact,
        organisation=organisation,
        product=company.products[int(chance.random() * len(company.products))],
        category=pick(chance, CATEGORIES),
        owner=company.agents[int(chance.random() * len(company.agents))],
        queue=company.departments[int(chance.random() ** 3 * len(company.departments))],
        opened_at=opened_at,
        last_message_at=opened_at,
        next_look_at=at + DAY * (0.1 + chance.random() * 3),
        needs_attention=is_open and chance.random() < 0.35,
    )
    if story.state is CaseState.NEW and chance.random() < 0.8:
        story.owner = None
    if story.state is CaseState.ON_PROBLEM or (is_open and chance.random() < 0.15):
        story.problem = company.problems[int(chance.random() ** 2 * len(company.problems))]
        story.is_suggested = story.state is not CaseState.ON_PROBLEM
    converse(
        story, count=messages, writer=writer, chance=chance, rare=is_rare(number, of=of), at=at
    )
    end(story, chance=chance, at=at)
    if is_open:
        promise(story, company=company, at=at)
    return story


def open_state(chance: random.Random) -> CaseState:
    """Return where an open case stands."""
    left = chance.random()
    for state, share in OPEN:
        if left < share:
            return state
        left -= share
    return CaseState.ON_PROBLEM


def is_rare(number: int, *, of: int) -> bool:
    """Whether one message of the case holds the rare word: evenly spread, 200 in all."""
    count = min(RARE_MESSAGES, of)
    return (number * count) // of != ((number - 1) * count) // of


def converse(
    story: Story, *, count: int, writer: Writer, chance: random.Random, rare: bool, at: datetime
) -> None:
    """Let customer and agent write in turn; while a case is new only the customer writes."""
    customer, agent = ("contact", story.contact), ("user", story.owner or 0)
    moment = story.opened_at
    is_rare_at = min(1, count - 1) if rare else -1
    story.tell(
        Action.CASE_OPENED,
        by=customer,
        at=moment,
        to=CaseState.NEW,
        changes={"channel": story.channel.value, "number": story.number},
    )
    for place in range(count):
        if place:
            moment = min(moment + HOUR * (0.2 + chance.random() * 20), at)
        is_ours = place % 2 == 1 and story.state is not CaseState.NEW
        is_note = is_ours and place > 2 and chance.random() < 0.2
        write = writer.colleague if is_ours else writer.customer
        story.messages.append(
            (
                "note" if is_note else "out" if is_ours else "in",
                story.channel.value,
                None if is_ours else story.contact,
                story.owner if is_ours else None,
                write(chance, rare=place == is_rare_at),
                moment,
            )
        )
        if is_note:
            story.tell(Action.CASE_NOTED, by=agent, at=moment)
        elif is_ours:
            takes_up = story.state_version == 1
            story.tell(
                Action.CASE_ANSWERED, by=agent, at=moment, to=CaseState.OPEN if takes_up else None
            )
        elif place:
            changes = {"channel": story.channel.value}
            story.tell(Action.CASE_MESSAGE_IN, by=customer, at=moment, changes=changes)
        if not is_note:
            story.last_message_at = moment


def end(story: Story, *, chance: random.Random, at: datetime) -> None:
    """Let the history lead to the state in which the case stands."""
    agent = ("user", story.owner or 0)
    moment = min(story.last_message_at + HOUR * chance.random() * 30, at)
    if story.state is CaseState.PENDING:
        story.tell(Action.CASE_PENDED, by=agent, at=moment, to=CaseState.PENDING)
    elif story.state is CaseState.ON_PROBLEM:
        changes = {"problem": story.problem}
        story.tell(
            Action.CASE_ON_PROBLEM, by=agent, at=moment, to=CaseState.ON_PROBLEM, changes=changes
        )
    elif story.state is CaseState.OPEN and story.state_version == 1:
        story.tell(Action.CASE_RESUMED, by=agent, at=moment, to=CaseState.OPEN)
    elif story.state is CaseState.CLOSED:
        story.resolved_at = moment
        story.tell(Action.CASE_RESOLVED, by=agent, at=moment, to=CaseState.RESOLVED)
        quiet_until = moment + CLOSED_AFTER_QUIET
        if quiet_until + HOUR < at:
            story.closed_at = quiet_until
            story.tell(Action.CASE_CLOSED, by=("system", 0), at=quiet_until, to=CaseState.CLOSED)
        else:
            story.state = CaseState.RESOLVED
            story.next_look_at = quiet_until
    if story.problem is not None and story.is_suggested:
        changes = {"problem": story.problem, "score": 480}
        story.tell(Action.LINK_SUGGESTED, by=("system", 0), at=story.opened_at, changes=changes)


def promise(story: Story, *, company: Company, at: datetime) -> None:
    """Let the clocks of an open case run; who is over time has been told so."""
    since, was_answered = unanswered_since(story)
    if since is not None:
        metric = Metric.NEXT_RESPONSE if was_answered else Metric.FIRST_RESPONSE
        begin(story, metric, company=company, since=since, at=at)
    begin(story, Metric.RESOLUTION, company=company, since=story.opened_at, at=at)


def unanswered_since(story: Story) -> tuple[datetime | None, bool]:
    """Return since when the customer waits for an answer, and whether there was one before."""
    since, was_answered = None, False
    for direction, *_others, at in story.messages:
        if direction == "out":
            since, was_answered = None, True
        elif direction == "in":
            since = since or at
    return since, was_answered


def begin(story: Story, metric: Metric, *, company: Company, since: datetime, at: datetime) -> None:
    """Let a clock begin, stand still while the customer is waited for, and be missed in time."""
    target = company.targets[(metric.value, story.priority)]
    keeping = Keeping()
    keeping.ladders[None] = company.steps
    clock = CaseClock(metric=metric)
    keeping.begin(
        clock,
        Promise(calendar=company.calendar, within=target.within, target=target),
        at=since,
        reason="opened",
    )
    is_paused = story.state is CaseState.PENDING and metric is Metric.RESOLUTION
    ends = story.last_message_at if is_paused else at
    look_until(clock, ends)
    if clock.due_at <= ends:
        clock.breach_recorded_at = clock.due_at
        keeping.note(clock, MarkKind.BREACHED, at=clock.due_at)
    if is_paused:
        keeping.pause(clock, at=story.last_message_at, reason="state")
    story.clocks.append((clock, keeping.marks))


def look_until(clock: CaseClock, at: datetime) -> None:
    """Let what a clock was looked at for up to a moment be over; the first step was a warning."""
    over = [look for look in clock.looks if datetime.fromisoformat(str(look[0])) <= at]
    clock.looks = clock.looks[len(over) :]
    clock.next_look_at = first_look(clock.looks)
    if over:
        clock.warned_at = datetime.fromisoformat(str(over[0][0]))


def evidence_of(story: Story) -> dict[str, Any]:
    """Return why a problem was suggested: words of the subject."""
    words = [word for word in story.subject.lower().split() if len(word) > 4][:4]
    return {"words": [[word, 1.5] for word in words if word != RARE_WORD]}
