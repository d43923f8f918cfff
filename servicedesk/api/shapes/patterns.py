"""Shapes of suspected problems and of the radar that finds them."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    version_field,
    words,
    yes_shown,
)

STATES = ("proposed", "accepted", "dismissed", "merged", "faded")
REASONS = ("seasonal", "two_topics", "known", "no_problem")
SENSITIVITIES = ("careful", "balanced", "eager")
LEAST_CUSTOMERS = (2, 50)
STEPS = (
    "accept",
    "link",
    "dismiss",
    "take_back",
    "edit",
    "exclude",
    "include",
    "split",
    "merge",
    "snooze",
    "wake",
)


class ShareShape(Shown):
    """What cases of a pattern share, and how many times as often as other cases."""

    fact = text_shown()
    value = text_shown()
    times = serializers.FloatField(read_only=True)


class PatternShape(Shown):
    """A suspected problem; an organisation counts as one customer, however many cases it has."""

    number = number_shown()
    title = text_shown()
    state = text_shown()
    cases = number_shown()
    customers = number_shown()
    usual = serializers.FloatField(
        read_only=True, help_text="Cases to be expected in that time; 0 where it came slowly."
    )
    phrases = serializers.SerializerMethodField()
    shares = serializers.SerializerMethodField()
    product = shown("product.slug")
    product_version = text_shown()
    region = text_shown()
    department = shown("department.slug")
    like_problem = serializers.IntegerField(
        source="alike_problem.number", read_only=True, allow_null=True
    )
    like_percent = serializers.IntegerField(source="alike_percent", read_only=True)
    first_case_at = time_shown()
    last_case_at = time_shown()
    found_at = time_shown()
    snoozed_until = time_shown(is_nullable=True)
    problem = serializers.IntegerField(source="problem.number", read_only=True, allow_null=True)
    merged_into = serializers.IntegerField(
        source="survivor.number", read_only=True, allow_null=True
    )
    reason = text_shown()
    note = text_shown()
    decided_by = shown("decided_by.name")
    decided_at = time_shown(is_nullable=True)
    version = number_shown()

    def get_phrases(self, pattern: Any) -> list[str]:
        """Return what customers write."""
        return [str(phrase) for phrase in pattern.cause.get("phrases", [])]

    def get_shares(self, pattern: Any) -> list[dict[str, Any]]:
        """Return what the cases share: fact, value, times."""
        return [
            {"fact": fact, "value": value, "times": times}
            for fact, value, times in pattern.cause.get("shares", [])
        ]


class PatternCaseShape(Shown):
    """A case of a suspected problem."""

    case = serializers.IntegerField(source="case.number", read_only=True)
    subject = shown("case.subject")
    opened_at = serializers.DateTimeField(source="case.opened_at", read_only=True)
    added_at = time_shown()
    excluded_at = time_shown(is_nullable=True)


class PatternFilters(Listing):
    """Which suspected problems."""

    state = choice(*STATES, "", default="")


class PatternStep(Taken):
    """What is done with a suspected problem, and what that needs."""

    step = choice(*STEPS)
    title = words(longest=200, says="For `accept`, `edit` and `split`.")
    statement = words(longest=20_000, says="What is wrong; for `accept`.")
    category = words(longest=80, says="For `accept`.")
    product = words(longest=80, says="Name or short name; for `accept` and `edit`.")
    product_version = words(longest=40, says="For `accept` and `edit`.")
    severity = serializers.IntegerField(required=False, min_value=1, max_value=4, default=3)
    department = words(longest=80, says="The suggested department; for `edit`.")
    problem = number(is_needed=False, says="The known problem; for `link`.")
    reason = choice(*REASONS, "", default="", says="For `dismiss`.")
    note = words(longest=1_000, says="A word to colleagues; for `dismiss`.")
    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**15),
        required=False,
        default=list,
        max_length=500,
        help_text="Numbers of cases; for `exclude`, `include` (one) and `split`.",
    )
    into = number(is_needed=False, says="The other suspected problem; for `merge`.")
    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="For `snooze`."
    )
    version = version_field()


class RadarShape(Shown):
    """How the radar is set, and its last look."""

    state = text_shown()
    is_on = yes_shown()
    sensitivity = text_shown()
    least_customers = number_shown()
    work_minutes = number_shown()
    tells_leads = yes_shown()
    looked_at = time_shown(is_nullable=True)
    cases_looked_at = number_shown()
    last_raised_at = time_shown(is_nullable=True)
    version = number_shown()


class RadarSetting(Taken):
    """How the radar shall look."""

    is_on = serializers.BooleanField(required=False, default=True)
    sensitivity = choice(*SENSITIVITIES, default="balanced")
    least_customers = serializers.IntegerField(
        required=False, default=4, min_value=LEAST_CUSTOMERS[0], max_value=LEAST_CUSTOMERS[1]
    )
    work_minutes = serializers.IntegerField(
        required=False, default=12, min_value=1, max_value=480, help_text="Work on one case."
    )
    tells_leads = serializers.BooleanField(required=False, default=True)
    version = version_field()


class TrialLineShape(Shown):
    """What one sensitivity would have told."""

    sensitivity = text_shown()
    alerts = number_shown()
    true = number_shown()
    problems = number_shown()
    found = number_shown()
    after_cases = number_shown(is_nullable=True)
    judged = serializers.IntegerField(
        read_only=True,
        default=None,
        allow_null=True,
        help_text="Cases before which enough had come to call anything unusual; null in old trials.",
    )


class RadarTrialShape(Shown):
    """A trial of settings on the past; its results are empty until it is done."""

    id = number_shown()
    least_customers = number_shown()
    days = number_shown()
    cases = number_shown()
    asked_at = time_shown()
    done_at = time_shown(is_nullable=True)
    results = TrialLineShape(many=True, read_only=True)


class NewTrial(Taken):
    """What is tried on the last 30 days: every sensitivity, from so many customers on."""

    least_customers = serializers.IntegerField(
        required=False, default=4, min_value=LEAST_CUSTOMERS[0], max_value=LEAST_CUSTOMERS[1]
    )
