"""Shapes of what customers of problems are promised, of priorities, and of what a delay costs."""

from typing import Any

from django.utils.timezone import now
from rest_framework import serializers

from problems.problem_policies import LONGEST_TEXT
from problems.promises import LONGEST, LONGEST_TOLD
from problems.promises_told import Verdict
from problems.urgency import MEASURES, RAISED_TO
from servicedesk.api.shapes.field_words import speak_plainly
from servicedesk.api.shapes.fields import (
    LARGEST_NUMBER,
    Listing,
    Shown,
    Taken,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

LONGEST_SPAN = 10**9


def span_taken(*, is_nullable: bool = False) -> serializers.IntegerField:
    """Return a field for a span in seconds that need not be sent."""
    return serializers.IntegerField(
        required=False, allow_null=is_nullable, min_value=0, max_value=LONGEST_SPAN
    )


class PromiseFilters(Listing):
    """Which promises; without a verdict all."""

    verdict = serializers.ChoiceField(choices=Verdict.values, required=False, allow_blank=True)


class ProblemPromiseShape(Shown):
    """One promise to everybody affected: a `date` for the fix, or `news` by a time."""

    id = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    kind = text_shown()
    text = text_shown()
    expected_on = serializers.DateField(
        source="estimate.expected_on", read_only=True, allow_null=True, default=None
    )
    latest_on = serializers.DateField(
        source="estimate.latest_on", read_only=True, allow_null=True, default=None
    )
    due_at = time_shown()
    verdict = serializers.SerializerMethodField()
    made_at = time_shown()
    made_by = shown("made_by.name")
    ended_at = time_shown(is_nullable=True)
    reason = text_shown()
    told = text_shown()

    def get_verdict(self, promise: Any) -> str:
        """Return what became of it until now."""
        return str(promise.verdict(at=now()).value)


class NewsToCome(Taken):
    """By when customers are told more; `text` is what they read, or why the time moves."""

    by = serializers.DateTimeField()
    text = words(longest=LONGEST)


class NewsTold(Taken):
    """What is new, in words for customers, and by when they hear more."""

    told = words(longest=LONGEST_TOLD, is_needed=True)
    next_by = serializers.DateTimeField(required=False, allow_null=True, default=None)


class WhyTakenBack(Taken):
    """Why, as customers read it."""

    reason = words(longest=LONGEST, is_needed=True)


class PriorityWish(Taken):
    """A priority against the rule, and why; 1 is urgent."""

    priority = serializers.IntegerField(min_value=1, max_value=4)
    reason = words(longest=200, is_needed=True)


class GroundShape(Shown):
    """One reason of a priority: a figure that counts from another one on."""

    measure = text_shown()
    figure = number_shown()
    counts_from = number_shown()
    priority = number_shown()


class PriorityShape(Shown):
    """The priority of a problem and why it is so; `reason` stands where a person decided."""

    priority = number_shown()
    severity = number_shown()
    grounds = GroundShape(many=True)
    decided_by = serializers.CharField(allow_null=True)
    reason = text_shown()


class HitRateShape(Shown):
    """Of dates said this sure whose truth is known: how many came true, and the likely share."""

    confidence = text_shown()
    known = number_shown()
    by_latest = number_shown()
    by_expected = number_shown()
    share = serializers.FloatField(read_only=True, allow_null=True)
    least = serializers.FloatField(read_only=True)
    most = serializers.FloatField(read_only=True)


class KeepingShape(Shown):
    """How right dates were in the last year, and what became of those that customers were told."""

    hit_rates = HitRateShape(many=True)
    kept = number_shown()
    moved_in_time = number_shown()
    broken = number_shown()
    withdrawn = number_shown()
    running = number_shown()


class FixNextFilters(Taken):
    """Whose problems: the short name of the department that has them now; without one all."""

    department = words(longest=80)


class CandidateShape(Shown):
    """An open problem and what another week of it costs; spans in seconds of work."""

    number = number_shown()
    title = text_shown()
    department = text_shown()
    priority = number_shown()
    customers = number_shown()
    contacts = number_shown()
    contacts_least = number_shown()
    contacts_most = number_shown()
    breaking = number_shown()
    upset = number_shown()
    work_seconds = number_shown()
    cost = number_shown(is_nullable=True)


class RankingShape(Shown):
    """Open problems, dearest first; `currency` is empty where nobody counts money."""

    results = CandidateShape(many=True)
    currency = text_shown()
    is_cut = yes_shown()


class ThresholdsOf(Taken):
    """From which figure on a priority holds: 1 urgent, 2 high, 3 normal; null never."""

    def get_fields(self) -> dict[str, Any]:
        """Return a field for each priority."""
        fields = {
            level: serializers.IntegerField(
                min_value=1, max_value=10**6, required=False, allow_null=True, default=None
            )
            for level in RAISED_TO
        }
        speak_plainly(fields.values())
        return fields


class ProblemPolicyWish(Taken):
    """What is so of all problems; what is not sent stays. Spans are in seconds."""

    news_within_seconds = span_taken(is_nullable=True)
    news_text = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    ladder = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_NUMBER
    )
    follows_impact = serializers.BooleanField(required=False)
    thresholds = serializers.DictField(
        child=ThresholdsOf(),
        required=False,
        help_text=f"By measure: {', '.join(MEASURES)}. One that is not named never counts.",
    )
    work_per_contact_seconds = span_taken()
    work_per_broken_promise_seconds = span_taken()
    work_per_upset_customer_seconds = span_taken()
    cost_per_hour = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=10**6
    )
    currency = serializers.CharField(required=False, allow_blank=True, max_length=3)


class ProblemPolicyShape(Shown):
    """What is so of all problems; spans in seconds."""

    news_within_seconds = number_shown(is_nullable=True)
    news_text = text_shown()
    ladder = number_shown(is_nullable=True)
    follows_impact = yes_shown()
    thresholds = serializers.DictField(read_only=True)
    work_per_contact_seconds = number_shown()
    work_per_broken_promise_seconds = number_shown()
    work_per_upset_customer_seconds = number_shown()
    cost_per_hour = number_shown(is_nullable=True)
    currency = text_shown()
