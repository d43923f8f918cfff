"""What a mail offers a colleague to decide without signing in, and what came of an answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from problems.models import Leg, Problem, StepRequest, Task
from problems.states import STATE_NAMES, ProblemState
from servicedesk.mail.acting import errand_about, standing_of
from servicedesk.mail.acting_on_problems import deeds_of
from servicedesk.mail.addresses import errand_address, errand_word
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import About, Way
from servicedesk.mail.standing import ErrandOver, Standing
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wording import time_words

ABOUT_PROBLEMS = (NotificationKind.ASSIGNED, NotificationKind.REFUSED)
ABOUT_TASKS = (NotificationKind.TASK_ASKED, NotificationKind.TASK_READY)
NOTHING: dict[str, Any] = {"answer_url": "", "answer_until": "", "answers": [], "reply_to": ""}

# What came of an answer, by the code of what was done or of why it was not.
OUTCOMES: dict[str, Callable[[], str]] = {
    Deed.ACCEPT: lambda: _("You accepted it: it is yours."),
    Deed.REFUSE: lambda: _("You refused it. The reason is kept."),
    Deed.HAND_OVER: lambda: _("You sent it on. The department has yet to accept it."),
    Deed.DONE: lambda: _("What you wrote is saved, and it went a step on."),
    Deed.APPROVE: lambda: _("You approved the step."),
    Deed.DECLINE: lambda: _("You declined the step. Whoever asked reads why."),
    "noted": lambda: _("The first line of your answer decides nothing."),
    "moved_on": lambda: _("It had moved on before your answer came, so nothing was decided."),
    "errand_over": lambda: _("The address that you answered to is over, so nothing was decided."),
    "no_such_owner": lambda: _("There is no department of the name that you wrote, or none was."),
    "same_department": lambda: _("The department that you named has it already."),
    "reason_missing": lambda: _("A reason is needed: it stands in the journey."),
    "text_missing": lambda: _("Something has to be written behind the word."),
    "short_time": lambda: _(
        "The promise to customers leaves that department less than it asks for. Confirm it on the"
        " page."
    ),
}
LINES: dict[Deed, tuple[str, ...]] = {
    Deed.ACCEPT: ("accept",),
    Deed.REFUSE: ("refuse: …",),
    Deed.HAND_OVER: ("hand over to DEPARTMENT: …",),
    Deed.DONE: ("done: …",),
    Deed.APPROVE: ("approve",),
    Deed.DECLINE: ("decline: …",),
}


def decision_offered(notification: Notification, *, home: str, at: datetime) -> dict[str, Any]:
    """Return what a mail says of deciding without signing in; at most eight queries.

    Empty for mails that ask nothing, and where the person may decide nothing any more.
    """
    subject, user = subject_of_mail(notification), notification.user
    if subject is None or user is None:
        return NOTHING
    errand = errand_about(subject, user_id=user.pk, at=at)
    try:
        standing = standing_of(errand, way=Way.LINK, at=at)
    except ErrandOver:
        return NOTHING
    if not standing.deeds:
        return NOTHING
    return {
        "answer_url": f"{home}/decide/{errand_word(errand)}/",
        "answer_until": time_words(errand.ends_at, timezone=notification.tenant.timezone),
        "answers": first_lines(standing),
        "reply_to": errand_address(errand),
    }


def subject_of_mail(notification: Notification) -> Problem | Task | StepRequest | None:
    """Return what a mail asks a colleague to decide about, None if it asks nothing; one query.

    The second part of the key names the task or request.
    """
    if notification.kind in ABOUT_PROBLEMS:
        return notification.problem
    named = notification.key.split(":")[1] if ":" in notification.key else ""
    if notification.kind in ABOUT_TASKS:
        return Task.objects.filter(pk=int(named)).first()
    if notification.kind == NotificationKind.STEP_ASKED:
        return StepRequest.objects.filter(pk=int(named)).first()
    if notification.kind == NotificationKind.ACTED:
        return subject_named(notification)
    return None


def subject_named(notification: Notification) -> Problem | Task | StepRequest | None:
    """Return what an answer was about: the key has a letter and the id; at most one query."""
    named = notification.key.split(":")[1]
    if named[0] == About.TASK:
        return Task.objects.filter(pk=int(named[1:])).first()
    return notification.problem if named[0] == About.PROBLEM else None


def first_lines(standing: Standing) -> list[str]:
    """Return the first lines that decide something by mail; the words are English everywhere."""
    deeds = standing.deeds
    lines = dict(LINES)
    if standing.leg is not None:
        deeds = deeds_of(standing.problem, standing.leg, actor=standing.actor, way=Way.MAIL)
        lines[Deed.REFUSE] = ("refuse: …", "refuse to DEPARTMENT: …")
    return [line for deed in deeds for line in lines[deed]]


def of_decision(notification: Notification) -> dict[str, Any]:
    """Say what came of an answer, and where the problem stands now; two queries at most."""
    problem = notification.problem
    code = notification.key.rpartition(":")[2]
    subject = subject_named(notification)
    leg = (
        Leg.objects.select_related("department", "assignee")
        .filter(problem=problem, left_at__isnull=True)
        .first()
    )
    otherwise = _("It could not be done as you wrote it.")
    return {
        "outcome": OUTCOMES[code]() if code in OUTCOMES else otherwise,
        "is_note": code not in set(Deed),
        "task": f"{subject.name} {subject.title}" if isinstance(subject, Task) else "",
        "state": str(STATE_NAMES[ProblemState(problem.state)]) if problem else "",
        "department_name": leg.department.name if leg else "",
        "responsible": leg.assignee.name if leg and leg.assignee else "",
    }
