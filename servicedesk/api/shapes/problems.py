"""Shapes of problems: what is taken, what is given, and which fields a step needs."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from problems.states import Outcome, ProblemState
from servicedesk.api.shapes.fields import (
    LARGEST_NUMBER,
    Listing,
    Shown,
    Taken,
    Versioned,
    choice,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

STATES = [state.value for state in ProblemState]


class ProblemFilters(Listing):
    """Which problems."""

    state = choice(*STATES, default="")
    is_open = serializers.BooleanField(required=False, allow_null=True, default=None)
    is_known_error = serializers.BooleanField(required=False, allow_null=True, default=None)
    severity = serializers.IntegerField(required=False, min_value=1, max_value=4)
    product = words(longest=120, says="Short name of a product.")
    department = words(longest=80, says="Short name of the department that has it now.")
    category = words(longest=80)


class NewProblem(Taken):
    """A problem to open; `cases` are the numbers of the cases that show it."""

    title = words(longest=200, is_needed=True)
    statement = words()
    category = words(longest=80)
    product = words(longest=120)
    product_version = words(longest=40)
    severity = serializers.IntegerField(min_value=1, max_value=4, default=3)
    evidence = words()
    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        default=list,
        max_length=500,
    )


class ProblemShape(Shown):
    """A problem as staff sees it."""

    number = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True)
    statement = serializers.CharField(read_only=True)
    category = serializers.CharField(read_only=True)
    product = shown("product.name")
    product_version = serializers.CharField(read_only=True)
    severity = serializers.IntegerField(read_only=True)
    priority = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    outcome = serializers.CharField(read_only=True)
    department = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    lead = shown("lead.name")
    root_cause = serializers.CharField(read_only=True)
    public_cause = serializers.CharField(read_only=True)
    workaround = serializers.CharField(read_only=True)
    fix = serializers.CharField(read_only=True)
    solution = serializers.CharField(read_only=True)
    is_known_error = serializers.BooleanField(read_only=True)
    expected_on = serializers.DateField(read_only=True, allow_null=True)
    latest_on = serializers.DateField(read_only=True, allow_null=True)
    linked_cases = serializers.IntegerField(read_only=True)
    affected_contacts = serializers.IntegerField(read_only=True)
    discovered_at = serializers.DateTimeField(read_only=True)
    opened_at = serializers.DateTimeField(read_only=True)
    resolved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True)

    def get_department(self, problem: Any) -> str | None:
        """Return who has it now; the open legs are in the context."""
        leg = self.context["open_legs"].get(problem.pk)
        return str(leg.department.name) if leg else None

    def get_due_at(self, problem: Any) -> str | None:
        """Return until when the department has, ISO 8601, or None."""
        leg = self.context["open_legs"].get(problem.pk)
        return str(leg.due_at.isoformat()) if leg else None


class LegShape(Shown):
    """One stay with one department in one stage; `step` is why it began.

    `stage` is the state; `stage_key`, `stage_name` and `step_key` are those of the drawn workflow,
    empty for the standard way. `lost_seconds` is the part of the delay in which nobody had it.
    """

    department = serializers.CharField()
    stage = serializers.CharField()
    entered_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    step = serializers.CharField()
    delay_seconds = serializers.IntegerField()
    stage_key = serializers.CharField()
    stage_name = serializers.CharField()
    step_key = serializers.CharField()
    lost_seconds = serializers.IntegerField()
    in_detour = serializers.BooleanField()


class DetourShape(Shown):
    """One way around."""

    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()


class JourneyShape(Shown):
    """The way of a problem through the departments."""

    number = serializers.IntegerField()
    state = serializers.CharField()
    discovered_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    legs = LegShape(many=True)
    detours = DetourShape(many=True)


FIELDS_OF: dict[str, tuple[str, ...]] = {
    "describe": ("title", "statement", "category", "product", "product_version", "severity"),
    "route": ("department", "reason", "confirm"),
    "take": ("department",),
    "accept": (),
    "refuse": ("reason", "better_owner", "confirm"),
    "hand_over": ("department", "reason", "confirm"),
    "assign": ("colleague",),
    "root_cause": ("root_cause", "public_cause", "text"),
    "workaround": ("workaround",),
    "fix": ("fix", "text"),
    "fix_wanting": ("reason",),
    "resolve": ("solution",),
    "estimate": ("expected_on", "latest_on", "confidence", "is_public", "reason"),
    "note": ("text",),
    "evidence": ("text",),
    "link": ("case",),
    "reject": ("case",),
    "unlink": ("case",),
    "end_without_fix": ("outcome", "reason", "public_reason"),
    "close": (),
    "reopen": ("reason",),
}
"""Which fields each step takes besides `version`."""


class Step(Versioned):
    """A step of a problem. Which of the other fields are taken depends on `step`.

    describe: `title`, `statement`, `category`, `product`, `product_version` (stays without),
    `severity` · route, hand_over: `department`, `reason`, `confirm` (that it goes there although the promise to customers leaves
    less than the department's target) · take: `department` · refuse: `reason`, `better_owner`,
    `confirm` · assign: `colleague` (e-mail address, nobody without) · root_cause:
    `root_cause`, `public_cause`, `text` (evidence) · workaround: `workaround` · fix: `fix`, `text`
    (what carries it) · resolve: `solution` · estimate: `expected_on`, `latest_on`, `confidence`,
    `is_public`, `reason` · note, evidence: `text` · link, reject, unlink: `case` ·
    end_without_fix: `outcome`, `reason`, `public_reason` (what customers are told; without it
    nothing) · fix_wanting, reopen: `reason`.
    """

    step = serializers.ChoiceField(choices=list(FIELDS_OF))
    title = words(longest=200)
    statement = words()
    category = words(longest=80)
    product = words(longest=120)
    product_version = serializers.CharField(
        max_length=40, required=False, allow_null=True, allow_blank=True, default=None
    )
    severity = serializers.IntegerField(min_value=1, max_value=4, default=3)
    department = words(longest=80)
    better_owner = words(longest=80)
    colleague = words(longest=254)
    reason = words(longest=5000)
    confirm = serializers.BooleanField(default=False)
    root_cause = words()
    public_cause = words()
    public_reason = words(longest=2000)
    workaround = words()
    fix = words()
    solution = words()
    text = words()
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)
    latest_on = serializers.DateField(required=False, allow_null=True, default=None)
    confidence = serializers.ChoiceField(choices=["low", "medium", "high"], default="medium")
    is_public = serializers.BooleanField(default=False)
    outcome = serializers.ChoiceField(
        choices=[o.value for o in Outcome if o is not Outcome.FIX_APPLIED], default="cancelled"
    )
    case = serializers.IntegerField(
        min_value=1, max_value=LARGEST_NUMBER, required=False, allow_null=True, default=None
    )

    def to_internal_value(self, data: Any) -> Any:
        """Return the fields; one that belongs to another step is refused, it would be lost."""
        fields = super().to_internal_value(data)
        beyond = sorted(set(data) - {"step", "version"} - set(FIELDS_OF[fields["step"]]))
        if beyond:
            known = ", ".join(FIELDS_OF[fields["step"]]) or _("none")
            raise serializers.ValidationError(
                {
                    name: [
                        _("This step takes no such field. It takes: %(known)s.") % {"known": known}
                    ]
                    for name in beyond
                }
            )
        return fields


class NoteShape(Shown):
    """What a colleague wrote about a problem, or what shows it."""

    id = serializers.IntegerField(read_only=True)
    text = text_shown()
    author = shown("user.name")
    at = time_shown()


class EstimateShape(Shown):
    """An answer to "when"; customers see it only if it is public."""

    expected_on = serializers.DateField(read_only=True)
    latest_on = serializers.DateField(read_only=True)
    confidence = text_shown()
    reason = text_shown()
    is_public = yes_shown()
    author = shown("user.name")
    at = time_shown()


class LinkedCaseShape(Shown):
    """A case whose cause the problem is."""

    case = serializers.IntegerField(source="case.number", read_only=True)
    subject = shown("case.subject")
    state = shown("case.state")
    contact_name = shown("case.contact.name")
    linked_at = serializers.DateTimeField(source="decided_at", read_only=True, allow_null=True)
