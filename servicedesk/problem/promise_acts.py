"""What is promised about a problem and how urgent it is: the forms, and what each does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from problems.estimates import withdraw_estimate
from problems.priority import PRIORITIES, let_priority_follow, set_priority
from problems.promises import (
    LONGEST,
    LONGEST_TOLD,
    keep_news,
    promise_news,
    withdraw_news,
)
from servicedesk.pages.forms import ReasonForm, Versioned, text
from workflow.people.actors import Actor

Given = dict[str, Any]
Work = Callable[[Actor, int, Given, datetime], str]
NO_TIME = gettext_lazy("This is no time.")


class NewsForm(Versioned):
    """By when customers are told more, in which words; why, if it moves."""

    by = forms.DateTimeField(
        error_messages={"required": gettext_lazy("Choose a time."), "invalid": NO_TIME}
    )
    text = text(required=False, most=LONGEST)


class TellForm(Versioned):
    """What is new, and by when they are told more."""

    told = text(most=LONGEST_TOLD)
    next_by = forms.DateTimeField(required=False, error_messages={"invalid": NO_TIME})


class PriorityForm(ReasonForm):
    """Another priority than the rule says, and why."""

    priority = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(one), "") for one in PRIORITIES],
        error_messages={"required": gettext_lazy("Choose a priority.")},
    )


def promise(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Promise news by a time."""
    promise_news(problem_id=problem_id, by=given["by"], text=given["text"], actor=actor, at=at)
    return _("Promised. A clock wakes whoever has the problem before the time passes.")


def tell(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Tell customers what is new."""
    keep_news(
        problem_id=problem_id,
        told=given["told"],
        next_by=given["next_by"],
        actor=actor,
        at=at,
    )
    return _("Told: customers read it on their pages.")


def take_news_back(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Take the promise of news back."""
    withdraw_news(problem_id=problem_id, reason=given["reason"], actor=actor, at=at)
    return _("Taken back. Customers read why.")


def take_date_back(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Take the date back."""
    withdraw_estimate(problem_id=problem_id, reason=given["reason"], actor=actor, at=at)
    return _("The date is taken back. Customers read why.")


def decide_priority(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Decide on the priority."""
    set_priority(
        problem_id=problem_id,
        priority=given["priority"],
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    return _("Priority set. It stays until you let it follow the rule again.")


def follow_rule(actor: Actor, problem_id: int, _given: Given, at: datetime) -> str:
    """Let the rule decide on the priority again."""
    let_priority_follow(problem_id=problem_id, actor=actor, at=at)
    return _("The priority follows the rule again.")


PROMISE_ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "promise_news": (NewsForm, promise),
    "tell_news": (TellForm, tell),
    "withdraw_news": (ReasonForm, take_news_back),
    "withdraw_date": (ReasonForm, take_date_back),
    "set_priority": (PriorityForm, decide_priority),
    "follow_rule": (Versioned, follow_rule),
}


def field_of_news(form: forms.Form) -> str:
    """Return beside which field a refusal of news stands: the time, or else the words."""
    times = [name for name in ("by", "next_by") if form.cleaned_data.get(name)]
    return [*times, *(name for name in ("text", "told", "reason") if name in form.fields)][0]
