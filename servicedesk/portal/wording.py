"""The words of the portal: one sentence first, and five steps with dates."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.public import Issue, MovedDate, PublicEstimate, PublicProblem
from problems.states import VisibleStage

Words = Mapping[str, str]
"""What the tenant calls stages and steps, by code."""

A_FEW = 10
STATE_LABELS: dict[str, Callable[[], str]] = {
    "new": lambda: _("Received"),
    "open": lambda: _("Being looked at"),
    "pending": lambda: _("Waiting for you"),
    "on_problem": lambda: _("Being fixed"),
    "resolved": lambda: _("Solved"),
    "closed": lambda: _("Closed"),
    "merged": lambda: _("Joined with another"),
}
STATE_TONES = {
    "new": "new",
    "open": "open",
    "pending": "waiting",
    "on_problem": "problem",
    "resolved": "good",
}
STAGE_ORDER = (
    VisibleStage.RECEIVED,
    VisibleStage.INVESTIGATING,
    VisibleStage.IDENTIFIED,
    VisibleStage.FIXING,
    VisibleStage.MONITORING,
    VisibleStage.RESOLVED,
)


def state_label(issue: Issue) -> str:
    """Return the state in the customer's words."""
    return STATE_LABELS.get(issue.state, lambda: _("Closed"))()


def state_tone(issue: Issue) -> str:
    """Return the tone of the state's chip."""
    return STATE_TONES.get(issue.state, "line")


def stage_label(stage: VisibleStage, *, words: Words) -> str:
    """Return what happens with a problem, in a word or two of the tenant's."""
    return words[f"stage.{stage.value}"]


def turn_of(issue: Issue) -> dict[str, str]:
    """Return whose turn it is: a word and its tone."""
    if issue.state == "pending":
        return {"text": _("Your turn"), "tone": "warning"}
    if issue.state == "resolved":
        return {"text": _("Does it work?"), "tone": "warning"}
    if issue.is_open:
        return {"text": _("Our turn"), "tone": "line"}
    return {"text": "", "tone": ""}


def day_in_words(day: date) -> str:
    """Write a day: `Friday 20 November`."""
    return date_format(day, "l j F")


def short_day(at: datetime | None) -> str:
    """Write the day of a time, short, in the current time zone; nothing for no time."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.date() == today:
        return _("Today %(time)s") % {"time": date_format(local, "H:i")}
    return date_format(local, "D j M" if local.year == today.year else "j M Y")


def estimate_in_words(estimate: PublicEstimate) -> str:
    """Write a range of days: one day, or between two."""
    if estimate.expected_on == estimate.latest_on:
        return day_in_words(estimate.latest_on)
    return _("between %(first)s and %(last)s") % {
        "first": day_in_words(estimate.expected_on),
        "last": day_in_words(estimate.latest_on),
    }


def short_range(estimate: PublicEstimate) -> str:
    """Write a range of days, short: `Wed 25 Nov to Fri 27 Nov`."""
    first, last = (date_format(day, "D j M") for day in (estimate.expected_on, estimate.latest_on))
    if first == last:
        return last
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def date_sentence(estimate: PublicEstimate) -> tuple[str, str, str]:
    """Return the words before the date, the date, and those after: as sure as we are."""
    is_day = estimate.expected_on == estimate.latest_on
    if estimate.confidence == "low":
        return (
            _("We hope to be done"),
            when(estimate, is_day=is_day),
            _(", but cannot be sure yet."),
        )
    if estimate.confidence == "high":
        return _("It will be done"), when(estimate, is_day=is_day), "."
    return _("We expect to be done"), when(estimate, is_day=is_day), "."


def when(estimate: PublicEstimate, *, is_day: bool) -> str:
    """Return `by Friday 20 November`, or `between Friday … and Monday …`."""
    words = estimate_in_words(estimate)
    return _("by %(day)s") % {"day": words} if is_day else words


def is_overdue(problem: PublicProblem | None, *, today: date) -> bool:
    """Whether the day that we named is over."""
    return (
        problem is not None and problem.estimate is not None and problem.estimate.latest_on < today
    )


def problem_sentence(problem: PublicProblem) -> str:
    """Return what we know of a problem, without the date: in the words of its workflow, if any."""
    if problem.words:
        return problem.words
    if problem.stage in (VisibleStage.RECEIVED, VisibleStage.INVESTIGATING):
        return _("We know that this happens and are looking for the cause.")
    if problem.stage is VisibleStage.MONITORING:
        return _("The fix is in place. We are making sure that it holds.")
    if problem.stage is VisibleStage.RESOLVED:
        return _("This is fixed.")
    return _("We found the cause and are working on the fix.")


def says_of(issue: Issue, *, today: date) -> dict[str, str]:
    """Return the one sentence of an issue in three parts: before, date, after."""
    problem = issue.problem
    if problem is not None and issue.is_open and issue.state != "pending" and problem.is_open:
        return says_of_problem(problem, today=today)
    if problem is not None and not issue.is_open and problem.resolved_at is not None:
        return {
            "before": _("This is fixed since"),
            "date": day_in_words(timezone.localdate(problem.resolved_at)),
            "after": ".",
        }
    return {"before": case_sentence(issue), "date": "", "after": ""}


def case_sentence(issue: Issue) -> str:
    """Return where an issue stands that has no open problem behind it."""
    if issue.state == "pending":
        return _("We asked you something and go on as soon as you answer.")
    if issue.state == "new":
        return _("Your message is with us. Somebody reads it soon.")
    if issue.is_open:
        return _("We are looking at it.")
    if issue.state == "resolved":
        return _("We hold this for solved. Tell us if it is not.")
    if issue.state == "merged":
        return _("This goes on in another of your issues.")
    return _("This is closed. If you write, we open it as a new issue.")


def says_of_problem(problem: PublicProblem, *, today: date) -> dict[str, str]:
    """Return the one sentence of a problem in three parts; a day that is over is not repeated."""
    if problem.refused:
        return {"before": _("We have decided not to fix this."), "date": "", "after": ""}
    known = problem_sentence(problem)
    if problem.estimate is None:
        return {"before": known, "date": "", "after": ""}
    if is_overdue(problem, today=today):
        return {
            "before": f"{known} {_('We had expected to be done')}",
            "date": when(
                problem.estimate,
                is_day=problem.estimate.expected_on == problem.estimate.latest_on,
            ),
            "after": ".",
        }
    before, day, after = date_sentence(problem.estimate)
    return {"before": f"{known} {before}", "date": day, "after": after}


def as_sentence(says: dict[str, str]) -> str:
    """Return the three parts as one text."""
    return f"{says['before']} {says['date']}{says['after']}".strip()


def others_in_words(problem: PublicProblem | None) -> str:
    """Return how many others have it; fewer than ten are a few."""
    if problem is None or problem.others == 0:
        return ""
    if problem.others < A_FEW:
        return _("A few other customers have the same problem.")
    return ngettext(
        "%(count)d other customer has the same problem.",
        "%(count)d other customers have the same problem.",
        problem.others,
    ) % {"count": problem.others}


def moves_in_words(problem: PublicProblem | None) -> list[dict[str, str]]:
    """Return the dates that we said before, each with why it moved, the newest first."""
    if problem is None:
        return []
    return [
        {"old": estimate_in_words(move.old), "reason": reason_of(move)}
        for move in reversed(problem.moved)
    ]


def reason_of(move: MovedDate) -> str:
    """Return why a date moved: in the words written for customers, or plainly."""
    if move.reason:
        return move.reason
    if move.new is None:
        return _("We cannot name a date at the moment.")
    if move.new.latest_on < move.old.latest_on:
        return _("We will be done sooner.")
    return _("It takes longer than we wanted.")


def step(
    label: str, *, at: datetime | None, is_done: bool, is_now: bool, doing: str = ""
) -> dict[str, str]:
    """Return one step for the picture; `doing` are the words while it is not reached yet."""
    state = "done" if is_done else "now" if is_now else ""
    words = doing if is_now and not is_done and doing else label
    return {"label": words, "when": short_day(at) if state else "", "state": state}


def still_happens(issue: Issue) -> bool:
    """Whether the customer said that a fixed problem is not fixed."""
    return issue.is_open and issue.problem is not None and not issue.problem.is_open


def steps_of(issue: Issue, *, words: Words) -> list[dict[str, str]]:
    """Return the steps of an issue: five with a problem, four without."""
    if issue.problem is not None and (issue.problem.is_open or not issue.is_open):
        return steps_of_problem(issue.problem, received_at=issue.opened_at, words=words)
    is_looked_at = issue.state != "new"
    is_answered = issue.answered_at is not None and not still_happens(issue)
    is_done = not issue.is_open
    return [
        step(
            _("Received"),
            at=issue.opened_at,
            is_done=is_looked_at or is_answered,
            is_now=not is_looked_at and not is_answered,
        ),
        step(
            _("Being looked at"),
            at=None,
            is_done=is_answered or is_done,
            is_now=not is_answered and not is_done and is_looked_at,
        ),
        step(
            _("Answered"),
            at=issue.answered_at,
            is_done=is_answered or is_done,
            is_now=False,
        ),
        step(
            _("Done"),
            at=issue.resolved_at,
            is_done=is_done,
            is_now=is_answered and not is_done,
            doing=_("Until you say it is done"),
        ),
    ]


def steps_of_problem(
    problem: PublicProblem, *, received_at: datetime, words: Words
) -> list[dict[str, str]]:
    """Return the five steps of a problem, each with its day once it is done."""
    reached = STAGE_ORDER.index(problem.stage)
    is_fixed = problem.stage is VisibleStage.RESOLVED
    is_found = problem.cause_found_at is not None
    is_in_place = reached >= STAGE_ORDER.index(VisibleStage.MONITORING)
    return [
        step(words["step.received"], at=received_at, is_done=True, is_now=False),
        step(
            words["step.cause_found"],
            at=problem.cause_found_at,
            is_done=is_found or is_fixed,
            is_now=not is_found and not is_fixed,
            doing=_("Looking for the cause"),
        ),
        step(
            words["step.fix_tested"],
            at=problem.fixed_at,
            is_done=is_in_place,
            is_now=is_found and not is_in_place,
            doing=_("Working on the fix"),
        ),
        step(
            words["step.rolled_out"],
            at=problem.resolved_at,
            is_done=is_fixed,
            is_now=is_in_place and not is_fixed,
            doing=_("Making sure it holds"),
        ),
        {
            **step(words["step.fixed"], at=problem.resolved_at, is_done=is_fixed, is_now=False),
            **expected_in_words(problem),
        },
    ]


def expected_in_words(problem: PublicProblem) -> dict[str, str]:
    """Return the day of the last step while it lies ahead; a day that is over is not repeated."""
    if problem.estimate is None or is_overdue(problem, today=timezone.localdate()):
        return {}
    return {"when": short_range(problem.estimate)}
