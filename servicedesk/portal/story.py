"""What happened with an issue, as its customer reads it: a dated story in public words."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from problems.public import Issue, MovedDate, PublicNews, PublicProblem, PublicStay
from problems.states import VisibleStage
from servicedesk.portal.hearing import time_in_words
from servicedesk.portal.wording import (
    estimate_in_words,
    reason_of,
    short_day,
    short_range,
    still_happens,
)


def story_of(issue: Issue) -> list[dict[str, Any]]:
    """Return what happened, oldest first: the journey in public words and dates."""
    told: list[tuple[datetime, dict[str, Any]]] = [
        (issue.opened_at, part(_("You told us"))),
    ]
    if issue.problem is not None:
        told.extend(story_of_problem(issue.problem))
    elif issue.answered_at is not None:
        told.append((issue.answered_at, part(_("We answered you"))))
    if issue.resolved_at is not None:
        told.append((issue.resolved_at, part(_("Your issue is solved"))))
    story = dated(told)
    problem = issue.problem
    if still_happens(issue):
        story.append({"when": "", **part(_("You told us that it still happens"), is_key=True)})
    return [*story, *to_come(problem)] if problem is not None else story


def story_of_known(problem: PublicProblem) -> list[dict[str, Any]]:
    """Return what happened with a known problem, oldest first, for those without an issue."""
    return [*dated(story_of_problem(problem)), *to_come(problem)]


def dated(told: list[tuple[datetime, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return entries in order, each with its day."""
    return [{"when": short_day(at), **words} for at, words in sorted(told, key=lambda one: one[0])]


def to_come(problem: PublicProblem) -> list[dict[str, Any]]:
    """Return what is expected next, if a day was named."""
    if not problem.is_open or problem.estimate is None:
        return []
    words = {**part(_("We expect the fix")), "is_future": True}
    return [{"when": short_range(problem.estimate), **words}]


def part(title: str, *, text: str = "", old: str = "", is_key: bool = False) -> dict[str, Any]:
    """Return one entry of the story; `old` is a date that holds no more."""
    return {"title": title, "text": text, "old": old, "is_key": is_key, "is_future": False}


def story_of_problem(problem: PublicProblem) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the entries that a problem adds."""
    told = [
        (
            problem.opened_at,
            part(
                _("We see the same at several customers")
                if problem.others
                else _("We look into it"),
                text=_("One investigation is open for everybody.") if problem.others else "",
            ),
        )
    ]
    # At the same moment the cause stands before the work that it starts.
    if problem.cause_found_at is not None:
        title = _("The cause") if problem.cause else _("We found the cause")
        told.append((problem.cause_found_at, part(title, text=problem.cause, is_key=True)))
    told.extend((stay.entered_at, stay_in_words(stay)) for stay in problem.stays)
    if problem.workaround_at is not None:
        told.append((problem.workaround_at, part(_("We found something that helps for now"))))
    told.extend((move.moved_at, move_in_story(move)) for move in problem.moved)
    told.extend((news.told_at, news_in_story(news)) for news in problem.news)
    if problem.resolved_at is not None:
        told.append((problem.resolved_at, part(_("The problem is fixed"))))
    if problem.refused and problem.ended_at is not None:
        title = _("We decided not to fix it")
        told.append((problem.ended_at, part(title, text=problem.refused, is_key=True)))
    return told


def news_in_story(news: PublicNews) -> dict[str, Any]:
    """Return what everybody was told, or that there is nothing by the time that was named."""
    if news.not_by is None:
        return part(_("What we told everybody"), text=news.text)
    return part(
        _("There are no news by the time that we named"),
        text=news.text,
        old=time_in_words(news.not_by),
    )


def move_in_story(move: MovedDate) -> dict[str, Any]:
    """Return that a date moved: the old one is struck through, and why."""
    title = (
        _("We took the date back")
        if move.new is None
        else _("New date: %(date)s") % {"date": estimate_in_words(move.new)}
    )
    return part(title, text=reason_of(move), old=estimate_in_words(move.old))


def stay_in_words(stay: PublicStay) -> dict[str, Any]:
    """Return what a department did, without its reasons; being late is said plainly."""
    names = {"department": stay.department}
    if stay.is_reopening:
        title = _("It came back: %(department)s is on it again") % names
    elif stay.was_passed_on:
        title = _("%(department)s goes on with it") % names
    elif stay.stage is VisibleStage.FIXING:
        title = _("%(department)s works on the fix") % names
    elif stay.stage is VisibleStage.MONITORING:
        title = _("%(department)s makes sure that the fix holds") % names
    else:
        title = _("%(department)s looks for the cause") % names
    # The department's name, as it stands within a sentence, may begin this one.
    title = title[:1].upper() + title[1:]
    return part(title, text=_("It took longer than we wanted.") if stay.was_late else "")
