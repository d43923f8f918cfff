"""Shapes of the time after a fix."""

from rest_framework import serializers

from problems.preventing import LONGEST_RESULT, LONGEST_TEXT
from problems.reviewing import LONGEST
from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number_shown,
    text_shown,
    time_shown,
    yes_shown,
)
from servicedesk.api.shapes.fields import words as text_of

SO_FAR = "How many so far, as long as the days are not over."


class IntervalShape(Shown):
    """The likeliest number, and between which two it lies in 95 of 100 cases."""

    likely = serializers.FloatField(read_only=True)
    low = serializers.FloatField(read_only=True)
    high = serializers.FloatField(read_only=True)


class FixShape(Shown):
    """Whether a fix holds: what came before and after it, counted in contacts and customers."""

    state = serializers.CharField(read_only=True, help_text="watched, held, came_back or reopened.")
    fixed_at = time_shown()
    began_at = time_shown()
    counts_from = time_shown()
    ends_at = time_shown()
    ended_at = time_shown(is_nullable=True)
    in_doubt_at = time_shown(is_nullable=True)
    most_customers = number_shown()
    customers = number_shown()
    contacts_after = number_shown()
    reopened_by_customers = number_shown()
    within_30_days = serializers.IntegerField(read_only=True, help_text=SO_FAR)
    within_90_days = serializers.IntegerField(read_only=True, help_text=SO_FAR)
    are_30_days_over = yes_shown()
    are_90_days_over = yes_shown()
    contacts_before = number_shown()
    seconds_before = number_shown()
    avoided = IntervalShape(read_only=True, allow_null=True)


class WatchShape(FixShape):
    """The same with the open cases that look like it and that nobody has decided on."""

    undecided_cases = number_shown()
    undecided_expected = serializers.FloatField(read_only=True)


class PreventionShape(Shown):
    """What somebody does so that a problem never comes again; `owner` is a mail address."""

    number = number_shown()
    kind = text_shown()
    text = text_shown()
    owner = text_shown()
    due_on = serializers.DateField(read_only=True)
    state = serializers.CharField(read_only=True, help_text="open, done or dropped.")
    result = text_shown()
    created_at = time_shown()
    ended_at = time_shown(is_nullable=True)


class PreventionWish(Taken):
    """Something to be done so that a problem never comes again."""

    kind = choice("corrective", "preventive", default="preventive")
    text = text_of(longest=LONGEST_TEXT, is_needed=True)
    owner = serializers.EmailField(help_text="The address of a colleague.")
    due_on = serializers.DateField()


class PreventionChange(Taken):
    """What changes of it."""

    text = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    owner = serializers.EmailField(required=False)
    due_on = serializers.DateField(required=False)


class PreventionResult(Taken):
    """What was done."""

    result = text_of(longest=LONGEST_RESULT, is_needed=True)


class DropReason(Taken):
    """Why it is not done."""

    reason = text_of(longest=LONGEST_RESULT, is_needed=True)


class PublicReviewShape(Shown):
    """Why it happened, as customers concerned may read it."""

    what_happened = text_shown()
    why = text_shown()
    what_we_did = text_shown()
    what_we_prevent = text_shown()
    approved_at = time_shown()


class ReviewShape(Shown):
    """One edition of a review."""

    edition = number_shown()
    state = serializers.CharField(read_only=True, help_text="draft, asked, approved or withdrawn.")
    what_happened = text_shown()
    why = text_shown()
    what_we_did = text_shown()
    what_we_prevent = text_shown()
    answer = text_shown()
    written_at = time_shown()
    decided_at = time_shown(is_nullable=True)


class ReviewWish(Taken):
    """What customers shall read."""

    what_happened = text_of(longest=LONGEST, is_needed=True)
    why = text_of(longest=LONGEST, is_needed=True)
    what_we_did = text_of(longest=LONGEST, is_needed=True)
    what_we_prevent = text_of(longest=LONGEST)


class ReviewVerdict(Taken):
    """What becomes of a review; to decline or withdraw it needs a reason."""

    verdict = choice("ask", "approve", "decline", "withdraw")
    reason = text_of(longest=LONGEST)


class MonthsAsked(Taken):
    """Which months a report tells of, written as 2026-03; without them it is the last three."""

    since = text_of(longest=7, says="The first month.")
    until = text_of(longest=7, says="The last month.")


class RepeatsShape(Shown):
    """How often customers wrote again within 30 days, and how many customers there were."""

    contacts = number_shown()
    customers = number_shown()


class SatisfactionShape(Shown):
    """How customers felt as agents heard it, from 1 (upset) to 5 (delighted)."""

    mean = serializers.FloatField(read_only=True, allow_null=True)
    customers = number_shown()
    content = number_shown()


class AroundFixShape(Shown):
    """Repeats and satisfaction before and after."""

    repeats_before = RepeatsShape(read_only=True)
    repeats_after = RepeatsShape(read_only=True)
    satisfaction_before = SatisfactionShape(read_only=True)
    satisfaction_after = SatisfactionShape(read_only=True)


class ToldFixShape(FixShape, AroundFixShape):
    """One fix in the report."""

    problem = number_shown()


class FixReportShape(AroundFixShape):
    """What the fixes of some months did."""

    since = time_shown()
    until = time_shown()
    has_more = yes_shown()
    avoided = IntervalShape(read_only=True, allow_null=True)
    fixes = ToldFixShape(many=True, read_only=True)


class WatchRulesShape(Shown):
    """How fixes are watched."""

    grace_days = number_shown()
    watch_days = number_shown()
    most_customers = number_shown()
    reopens_alone = yes_shown()


class WatchRulesWish(Taken):
    """What changes of how fixes are watched."""

    grace_days = serializers.IntegerField(required=False, min_value=0, max_value=10**6)
    watch_days = serializers.IntegerField(required=False, min_value=0, max_value=10**6)
    most_customers = serializers.IntegerField(required=False, min_value=0, max_value=10**6)
    reopens_alone = serializers.BooleanField(required=False)
