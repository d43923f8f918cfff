"""What forms of suspected problems hold."""

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.pages.forms import Versioned, text
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.pattern_words import REASONS

SNOOZES = (
    ("4", gettext_lazy("4 hours")),
    ("24", gettext_lazy("a day")),
    ("72", gettext_lazy("3 days")),
    ("168", gettext_lazy("a week")),
)


class NothingForm(Versioned):
    """A decision that asks for nothing."""


class OpenForm(Versioned):
    """What a lead says of the problem that is opened."""

    title = text(most=200)
    statement = text(required=False, most=20_000)
    category = forms.CharField(required=False, max_length=80)
    product = forms.IntegerField(required=False)
    product_version = forms.CharField(required=False, max_length=40)
    severity = forms.IntegerField(required=False, min_value=1, max_value=4)


class LinkToForm(Versioned):
    """The known problem that is behind it."""

    problem = text(most=20)

    def clean_problem(self) -> int:
        """Return the number of the problem."""
        number = problem_number_in(self.cleaned_data["problem"])
        if number is None:
            raise forms.ValidationError(gettext_lazy("Write the number of a problem, like P-204."))
        return number


class DismissForm(Versioned):
    """Why it is none."""

    reason = forms.ChoiceField(choices=[(code, "") for code in REASONS])
    note = text(required=False, most=1_000)


class EditForm(Versioned):
    """What it is called, and what it is about."""

    title = text(required=False, most=200)
    product = forms.IntegerField(required=False)
    product_version = forms.CharField(required=False, max_length=40)
    department = forms.IntegerField(required=False)


class CaseForm(Versioned):
    """One of its cases."""

    case = forms.IntegerField(min_value=1, max_value=10**15)


class SplitForm(Versioned):
    """What the new one is called; the cases are ticked."""

    title = text(most=200)


class MergeForm(Versioned):
    """The other suspected problem."""

    into = forms.IntegerField(
        min_value=1,
        max_value=10**15,
        error_messages={"required": gettext_lazy("Choose another suspected problem.")},
    )


class SnoozeForm(Versioned):
    """For how many hours it is put off."""

    hours = forms.TypedChoiceField(choices=[(code, "") for code, _words in SNOOZES], coerce=int)
