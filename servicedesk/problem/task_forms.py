"""What forms of tasks hold."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.pages.forms import Form, text
from servicedesk.pages.task_words import NEEDED_FOR

MOST_HOURS = 2_000
CHOOSE = gettext_lazy("Choose a department.")


class AskDepartmentForm(Form):
    """What a department is asked for, until when, and what waits for what."""

    department = forms.IntegerField(error_messages={"required": CHOOSE})
    title = text(most=200)
    text = text(required=False, most=20_000)
    hours = forms.DecimalField(required=False, min_value=0, max_value=MOST_HOURS, decimal_places=2)
    needed_for = forms.ChoiceField(choices=[(code, "") for code in NEEDED_FOR])

    @property
    def within(self) -> timedelta | None:
        """The time that was given; None where the department's own counts."""
        hours = self.cleaned_data.get("hours")
        return timedelta(hours=float(hours)) if hours else None


class ResultForm(Form):
    """What came of a task."""

    result = text(most=20_000)


class TaskReasonForm(Form):
    """Why a task is refused or withdrawn."""

    reason = text(most=4000)


class AgainForm(TaskReasonForm):
    """Why a task is asked for anew, and of whom."""

    department = forms.IntegerField(required=False)


class MoveForm(TaskReasonForm):
    """Which department is asked instead, and why."""

    department = forms.IntegerField(error_messages={"required": CHOOSE})


class AssigneeForm(Form):
    """Who of the department has it; nobody if empty."""

    assignee = forms.IntegerField(required=False)


class TaskNoteForm(Form):
    """What somebody writes about a task."""

    note = text(most=20_000)


class NothingForm(Form):
    """A step that asks for nothing."""


def numbers_in(posted: Any, name: str) -> list[int]:
    """Return the numbers that were ticked; what is no number is left out."""
    return [int(one) for one in posted.getlist(name) if one.isascii() and one.isdigit()][:100]
