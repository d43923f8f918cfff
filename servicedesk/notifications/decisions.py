"""What a mail offers a colleague to decide without signing in, and what came of an answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from problems.models import Leg
from problems.states import STATE_NAMES, ProblemState
from servicedesk.mail.acting import ErrandOver, Standing, deeds_of, errand_about, standing_of
from servicedesk.mail.addresses import errand_address, errand_word
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import Way
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wording import time_words

ASKING = frozenset({NotificationKind.ASSIGNED, NotificationKind.REFUSED, NotificationKind.ACTED})

# What came of an answer, by the code of what was done or of why it was not.
OUTCOMES: dict[str, Callable[[], str]] = {
    Deed.ACCEPT: lambda: _("You accepted it: the problem is yours."),
    Deed.REFUSE: lambda: _("You refused it. The reason stands in the journey."),
    Deed.HAND_OVER: lambda: _("You sent it on. The department has yet to accept it."),
    Deed.DONE: lambda: _("What you wrote is saved, and the problem went a step on."),
    "noted": lambda: _(
        "The first line of your answer decides nothing. What you wrote stands there as a note."
    ),
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


def decision_offered(notification: Notification, *, home: str, at: datetime) -> dict[str, Any]:
    """Return what a mail says of deciding without signing in; at most seven queries.

    Empty for mails that ask nothing, and where the person may decide nothing any more.
    """
    nothing: dict[str, Any] = {"answer_url": "", "answer_until": "", "answers": [], "reply_to": ""}
    problem, user = notification.problem, notification.user
    if notification.kind not in ASKING or problem is None or user is None:
        return nothing
    errand = errand_about(problem, user_id=user.pk, at=at)
    try:
        standing = standing_of(errand, way=Way.LINK, at=at)
    except ErrandOver:
        return nothing
    if not standing.deeds:
        return nothing
    return {
        "answer_url": f"{home}/decide/{errand_word(errand)}/",
        "answer_until": time_words(errand.ends_at, timezone=notification.tenant.timezone),
        "answers": first_lines(standing),
        "reply_to": errand_address(errand),
    }


def first_lines(standing: Standing) -> list[str]:
    """Return the first lines that decide something by mail; the words are English everywhere."""
    if standing.leg is None:
        return []
    lines = {
        Deed.ACCEPT: ["accept"],
        Deed.REFUSE: ["refuse: …", "refuse to DEPARTMENT: …"],
        Deed.HAND_OVER: ["hand over to DEPARTMENT: …"],
        Deed.DONE: ["done: …"],
    }
    deeds = deeds_of(standing.problem, standing.leg, actor=standing.actor, way=Way.MAIL)
    return [line for deed in deeds for line in lines.get(deed, [])]


def of_decision(notification: Notification) -> dict[str, Any]:
    """Say what came of an answer, and where the problem stands now; one query."""
    problem = notification.problem
    code = notification.key.rpartition(":")[2]
    leg = (
        Leg.objects.select_related("department", "assignee")
        .filter(problem=problem, left_at__isnull=True)
        .first()
    )
    otherwise = _("It could not be done as you wrote it.")
    return {
        "outcome": OUTCOMES[code]() if code in OUTCOMES else otherwise,
        "is_note": code not in set(Deed),
        "state": str(STATE_NAMES[ProblemState(problem.state)]) if problem else "",
        "department_name": leg.department.name if leg else "",
        "responsible": leg.assignee.name if leg and leg.assignee else "",
    }
