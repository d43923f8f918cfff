"""What forms of the workspace hold, and what has to be right before an action is asked."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.pages.case_words import CHANNELS_WRITTEN_DOWN, FEELINGS, PRIORITIES, PRIORITY_CODES
from servicedesk.pages.field_words import speak_plainly
from servicedesk.pages.link_words import REJECTED_BECAUSE
from servicedesk.pages.numbers import problem_number_in

MOST_FILES = 10
MOST_BYTES = 20_000_000
LONGEST_TEXT = 100_000
MOST_CASES = 500
EMPTY_TEXT = gettext_lazy("Write something first.")


class Form(forms.Form):
    """A form whose fields are written by the templates."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let every field refuse in our words."""
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields)


class Versioned(Form):
    """A form that knows which edition of the record a person looked at; none if it is empty.

    `may_send_anyway` is set where the guard only warned of what the form sends.
    """

    may_send_anyway = False
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class ParticipantForm(Versioned):
    """Who is let into a case or left out."""

    participant = forms.IntegerField(min_value=1, max_value=2**53)


def text(*, required: bool = True, most: int = LONGEST_TEXT) -> forms.CharField:
    """Return a field for some words."""
    return forms.CharField(
        required=required,
        max_length=most,
        error_messages={"required": EMPTY_TEXT},
    )


class ReplyForm(Versioned):
    """A reply to the customer, or a note for colleagues."""

    body = text()
    visibility = forms.ChoiceField(choices=[("reply", ""), ("note", "")])
    send_anyway = forms.BooleanField(required=False)

    @property
    def sent_files(self) -> list[UploadedFile]:
        """The files that came with it."""
        return [one for one in self.files.getlist("files") if one] if self.files else []

    def clean(self) -> dict[str, Any]:
        """Refuse too many or too large files."""
        files = self.sent_files
        if len(files) > MOST_FILES:
            self.add_error(
                "body",
                _("These are %(count)d files; %(most)d can be sent at once.")
                % {"count": len(files), "most": MOST_FILES},
            )
        if sum(one.size or 0 for one in files) > MOST_BYTES:
            self.add_error(
                "body", _("The files are larger than 20 MB together. Send less, or a link.")
            )
        return self.cleaned_data


class PendForm(Versioned):
    """Why a case waits for the customer."""

    reason = text(required=False, most=2000)


class ResolveForm(Versioned):
    """What solved a case; the customer reads it. It may be empty."""

    solution = text(required=False)
    send_anyway = forms.BooleanField(required=False)


class AssignForm(Versioned):
    """To whom or to which queue a case goes: `user-7` or `queue-3`."""

    to = forms.RegexField(
        r"^(user|queue)-[0-9]{1,15}$",
        error_messages={
            "required": gettext_lazy("Choose somebody."),
            "invalid": gettext_lazy("Choose somebody of the list."),
        },
    )


class PriorityForm(Versioned):
    """A priority by its code."""

    priority = forms.ChoiceField(choices=list(PRIORITIES.items()))

    def clean_priority(self) -> int:
        """Return the number of the priority."""
        code = self.cleaned_data["priority"]
        return next(number for number, known in PRIORITY_CODES.items() if known == code)


class FeelingForm(Versioned):
    """How the customer feels, from 1 to 5."""

    feeling = forms.ChoiceField(choices=[(str(code), "") for code in FEELINGS])


class LinkForm(Form):
    """A problem by its number, and what to do with it."""

    problem = forms.CharField(max_length=40)
    decision = forms.ChoiceField(choices=[("link", ""), ("unlink", ""), ("reject", "")])

    def clean_problem(self) -> int:
        """Return the number of the problem."""
        return number_of_problem(self.cleaned_data["problem"])


class DecisionForm(LinkForm):
    """What somebody says of a suggested problem; why not, if it is not."""

    decision = forms.ChoiceField(
        choices=[("link", ""), ("reject", ""), ("similar", ""), ("reconsider", "")]
    )
    reason = forms.ChoiceField(
        choices=[(code.value, "") for code in REJECTED_BECAUSE], required=False
    )
    note = text(most=200, required=False)


def number_of_problem(written: str) -> int:
    """Return the number that somebody wrote, or refuse what is no number."""
    number = problem_number_in(written)
    if number is None:
        raise forms.ValidationError(
            _("“%(written)s” is no number of a problem. Write it like P-204.")
            % {"written": written[:40]}
        )
    return number


class NewCaseForm(Form):
    """What somebody told an agent; who it was and what its type asks is read apart."""

    subject = forms.CharField(required=False, max_length=250)
    body = text(required=False)
    channel = forms.ChoiceField(choices=[(c.value, "") for c in CHANNELS_WRITTEN_DOWN])
    priority = forms.ChoiceField(choices=list(PRIORITIES.items()))
    problem = forms.CharField(required=False, max_length=40)

    def clean_priority(self) -> int:
        """Return the number of the priority."""
        code = self.cleaned_data["priority"]
        return next(number for number, known in PRIORITY_CODES.items() if known == code)

    def clean_problem(self) -> int | None:
        """Return the number of the problem to link to, if one was chosen."""
        written = self.cleaned_data["problem"]
        return number_of_problem(written) if written else None


class NewProblemForm(Form):
    """A problem as an agent describes it; a department needs all of it to begin."""

    title = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Say in a line what is wrong.")}
    )
    statement = text(most=20_000)
    category = forms.CharField(
        max_length=80,
        error_messages={"required": gettext_lazy("Say what it is about, in one word.")},
    )
    product = forms.IntegerField(
        error_messages={"required": gettext_lazy("Choose the product that it is about.")}
    )
    product_version = forms.CharField(
        max_length=40,
        required=False,
        error_messages={"max_length": gettext_lazy("A version has at most 40 characters.")},
    )
    department = forms.IntegerField(required=False)
    severity = forms.IntegerField(required=False, min_value=1, max_value=4)
    is_confirmed = forms.BooleanField(required=False)


class DescribeForm(Versioned):
    """What is wrong, as it is known now."""

    title = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Say in a line what is wrong.")}
    )
    statement = text(most=20_000)
    category = forms.CharField(
        max_length=80,
        error_messages={"required": gettext_lazy("Say what it is about, in one word.")},
    )
    product = forms.IntegerField(
        error_messages={"required": gettext_lazy("Choose the product that it is about.")}
    )
    product_version = forms.CharField(
        max_length=40,
        required=False,
        error_messages={"max_length": gettext_lazy("A version has at most 40 characters.")},
    )
    severity = forms.IntegerField(min_value=1, max_value=4)


class ReasonForm(Versioned):
    """Why something goes back, ends or begins again."""

    reason = text(most=4000)


class RefuseForm(ReasonForm):
    """Why a problem is not ours, and whose it is, if that is known."""

    is_confirmed = forms.BooleanField(required=False)

    department = forms.IntegerField(required=False)


class ColleagueForm(Versioned):
    """Whose a problem is from now on; nobody's if it is left empty."""

    colleague = forms.IntegerField(required=False, min_value=1, max_value=2**53)


class DepartmentForm(Versioned):
    """A department, and whether it gets the problem although little time is left."""

    is_confirmed = forms.BooleanField(required=False)

    department = forms.IntegerField(
        error_messages={"required": gettext_lazy("Choose a department.")}
    )


class HandOverForm(ReasonForm):
    """To which department a problem goes, and why."""

    is_confirmed = forms.BooleanField(required=False)

    department = forms.IntegerField(
        error_messages={"required": gettext_lazy("Choose a department.")}
    )


class RootCauseForm(Versioned):
    """Why it happens, for colleagues and for customers."""

    cause = text(most=20_000)
    public_cause = text(required=False, most=4000)
    evidence = text(required=False, most=4000)


class WorkaroundForm(Versioned):
    """What helps until it is fixed; everybody affected is told."""

    workaround = text(most=20_000)


class FixForm(Versioned):
    """What was changed, and what carries it."""

    fix = text(most=20_000)
    reference = forms.CharField(required=False, max_length=200)
    change = forms.IntegerField(required=False, min_value=1, max_value=10**15)


class SolutionForm(Versioned):
    """The permanent solution, as customers read it."""

    solution = text(most=20_000)


class EndForm(ReasonForm):
    """How a problem ends without a fix, and why."""

    outcome = forms.ChoiceField(
        choices=[("risk_accepted", ""), ("not_a_problem", ""), ("cancelled", "")],
        error_messages={"required": gettext_lazy("Choose how it ends.")},
    )
    public_reason = text(required=False, most=2_000)


class EstimateForm(Versioned):
    """When the fix is expected, how sure that is, and whether customers may know."""

    expected_on = forms.DateField(
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("This is no date."),
        }
    )
    latest_on = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("This is no date.")}
    )
    confidence = forms.ChoiceField(
        required=False, choices=[("high", ""), ("medium", ""), ("low", "")]
    )
    reason = text(required=False, most=2000)
    is_public = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Let the latest day be the expected one where none was given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        expected: date | None = cleaned.get("expected_on")
        if expected is not None and not cleaned.get("latest_on"):
            cleaned["latest_on"] = expected
        return cleaned


class NoteForm(Form):
    """A note for colleagues."""

    note = text(most=20_000)


class EvidenceForm(Form):
    """Something that shows the problem."""

    evidence = text(most=20_000)


class AskForm(Form):
    """A question to the customer of a linked case, by the case's number."""

    case = forms.RegexField(
        r"^\s*#?[0-9]{1,15}\s*$",
        error_messages={
            "required": gettext_lazy("Choose one of the linked cases."),
            "invalid": gettext_lazy("Write the number of a linked case, like #48213."),
        },
    )
    question = text(most=4000)

    def clean_case(self) -> int:
        """Return the number of the case."""
        return int(self.cleaned_data["case"].strip().removeprefix("#"))


class WithdrawForm(Form):
    """Which question is withdrawn."""

    id = forms.IntegerField(min_value=1, max_value=2**62)
