"""What forms of a search for a cause hold."""

from django import forms

from servicedesk.pages.cause_words import VERDICTS
from servicedesk.pages.forms import Form, text

LARGEST = 10**6


class AnalysisForm(Form):
    """By which method a cause is looked for, and what is to be explained."""

    method = forms.CharField(max_length=40)
    effect = text(most=400)


class CauseForm(Form):
    """A supposed cause: of the effect, or of another cause."""

    words = text(most=400)
    parent = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    category = forms.CharField(required=False, max_length=80)


class VerdictForm(Form):
    """What is known of a cause, and why."""

    cause = forms.IntegerField(min_value=1, max_value=LARGEST)
    verdict = forms.ChoiceField(choices=[(code, "") for code in VERDICTS])
    because = text(most=4000)


class ShownForm(Form):
    """What shows a cause: new words, or evidence of the problem."""

    cause = forms.IntegerField(min_value=1, max_value=LARGEST)
    text = text(required=False, most=20_000)
    evidence = forms.IntegerField(required=False, min_value=1)
