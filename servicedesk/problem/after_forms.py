"""What forms of the time after a fix hold."""

from django import forms

from problems.preventing import LONGEST_RESULT, LONGEST_TEXT
from problems.reviewing import LONGEST
from servicedesk.pages.fix_words import KINDS
from servicedesk.pages.forms import Form, text

LARGEST = 2**31 - 1


class PlanForm(Form):
    """What is to be done so that a problem never comes again, by whom, and until when."""

    kind = forms.ChoiceField(choices=[(code, "") for code in KINDS])
    text = text(most=LONGEST_TEXT)
    owner = forms.IntegerField(min_value=1, max_value=2**53)
    due_on = forms.DateField()


class ChangeForm(Form):
    """The same, said otherwise."""

    position = forms.IntegerField(min_value=1, max_value=LARGEST)
    text = text(most=LONGEST_TEXT)
    owner = forms.IntegerField(min_value=1, max_value=2**53)
    due_on = forms.DateField()


class DoneForm(Form):
    """What was done."""

    position = forms.IntegerField(min_value=1, max_value=LARGEST)
    result = text(most=LONGEST_RESULT)


class DropForm(Form):
    """Why something is not done."""

    position = forms.IntegerField(min_value=1, max_value=LARGEST)
    reason = text(most=LONGEST_RESULT)


class ReviewForm(Form):
    """What customers read of why it happened."""

    what_happened = text(most=LONGEST)
    why = text(most=LONGEST)
    what_we_did = text(most=LONGEST)
    what_we_prevent = text(required=False, most=LONGEST)


class ReasonForm(Form):
    """Why a lead says no."""

    reason = text(most=LONGEST)


class NothingForm(Form):
    """An act that needs no words."""
