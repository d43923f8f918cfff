"""What a story is made of: a problem, the words of its customers, and what was done when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What somebody does in a story."""

    CASES = "cases"  # `count` customers write
    OPEN = "open"  # an agent opens the problem from the cases so far
    ROUTE = "route"  # the rules send it to a department
    REACH = "reach"  # `count` customers in the region `text` have the version `to`: it reaches them
    ACCEPT = "accept"
    REFUSE = "refuse"  # `text` is the reason, `to` the better owner
    HAND_OVER = "hand_over"  # `text` is the reason, `to` the next department
    NOTE = "note"
    EVIDENCE = "evidence"
    TASK = "task"  # `to` is asked for `text`; with a `count` it waits for the task before it
    TASK_DONE = "task_done"  # the oldest task that waits for nothing; `text` is the result
    WHY = "why"  # the next answer of five whys; `public` says why it is confirmed
    CHANGE = "change"  # `to` plans `text` in `count` days; `public` is the plan
    CAUSE = "cause"  # `text` for colleagues, `public` for customers
    WORKAROUND = "workaround"
    ESTIMATE = "estimate"  # in `count` days; `text` is the reason
    FIX = "fix"
    WANTING = "wanting"  # the fix does not hold; `text` is the reason
    RESOLVE = "resolve"  # `text` is the solution for customers
    END = "end"  # without a fix; `text` is the reason
    CONFIRM = "confirm"  # `count` customers say that it works
    COME_BACK = "come_back"  # one customer says that it does not; the case reopens
    PUBLISH = "publish"  # the articles of the problem become public
    CLOSE = "close"
    REOPEN = "reopen"
    STEP = "step"  # the step `to` of its workflow; `text` is the reason, `public` the fix


@dataclass(frozen=True)
class Step:
    """Something done at a time (`HH:MM`) of a working day, counted back from today."""

    days_ago: int
    clock: str
    act: Act
    text: str = ""
    public: str = ""
    to: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Story:
    """A problem from its first customer to where it stands today.

    `texts` are the words of customers, one for each case, in order. One that is `told_as_it_goes`
    tells those affected of each decision at its time; of the others they hear what holds today.
    """

    key: str
    title: str
    statement: str
    category: str
    product: str
    texts: Sequence[str]
    steps: Sequence[Step]
    severity: int = 3
    asks_first_answer: bool = True
    told_as_it_goes: bool = False
