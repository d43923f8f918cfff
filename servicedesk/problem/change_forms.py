"""What forms of changes hold."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from servicedesk.pages.change_words import KINDS, RISKS, ROLES
from servicedesk.pages.forms import Form, text
from servicedesk.pages.numbers import problem_number_in

MINUTE_FORM = "%Y-%m-%dT%H:%M"
CHOOSE = gettext_lazy("Choose a department.")


def moment() -> forms.DateTimeField:
    """Return a field for a moment in the zone of the service desk, as browsers send it."""
    return forms.DateTimeField(
        input_formats=[MINUTE_FORM, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={
            "required": gettext_lazy("Say when."),
            "invalid": gettext_lazy("Write day and time, like 2026-03-05 15:00."),
        },
    )


class PlanForm(Form):
    """What is planned: what, how, the way back, and when."""

    title = text(most=200)
    kind = forms.ChoiceField(choices=[(code, "") for code in KINDS])
    risk = forms.ChoiceField(choices=[(code, "") for code in RISKS])
    department = forms.IntegerField(error_messages={"required": CHOOSE})
    product = forms.IntegerField(required=False)
    plan = text(required=False, most=20_000)
    back_out_plan = text(required=False, most=20_000)
    reference = forms.CharField(required=False, max_length=200)
    starts_at = moment()
    ends_at = moment()
    problem = forms.CharField(required=False, max_length=20)
    role = forms.ChoiceField(choices=[(code, "") for code in ROLES], required=False)

    def clean_problem(self) -> int | None:
        """Return the number of the problem that it is for, if one is named."""
        said = self.cleaned_data["problem"]
        if not said.strip():
            return None
        number = problem_number_in(said)
        if number is None:
            raise forms.ValidationError(gettext_lazy("Write the number of a problem, like P-204."))
        return number


class OutcomeForm(Form):
    """What came of a change, if something is to be said."""

    outcome = text(required=False, most=20_000)


class ChangeReasonForm(Form):
    """Why a change is backed out or cancelled."""

    reason = text(most=4000)


class LinkForm(Form):
    """Which problem a change fixes or caused."""

    problem = forms.CharField(max_length=20)
    role = forms.ChoiceField(choices=[(code, "") for code in ROLES])

    def clean_problem(self) -> int:
        """Return the number of the problem."""
        number = problem_number_in(self.cleaned_data["problem"])
        if number is None:
            raise forms.ValidationError(gettext_lazy("Write the number of a problem, like P-204."))
        return number


class UnlinkForm(Form):
    """Which problem a change has nothing to do with."""

    problem = forms.IntegerField(min_value=1, max_value=10**15)


def data_of(change: Any) -> dict[str, Any]:
    """Return a change as its form holds it, times in the zone of the page."""
    return {
        "title": change.title,
        "kind": change.kind,
        "risk": change.risk,
        "department": str(change.department_id),
        "product": str(change.product_id or ""),
        "plan": change.plan,
        "back_out_plan": change.back_out_plan,
        "reference": change.reference,
        "starts_at": localtime(change.starts_at).strftime(MINUTE_FORM),
        "ends_at": localtime(change.ends_at).strftime(MINUTE_FORM),
    }
