"""Shapes of merges and splits of problems."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
)

MOST_CASES = 500


class MergeWish(Taken):
    """The problem that goes on, and why both are one."""

    into = number(says="Number of the problem that goes on.")
    reason = words(longest=4000, is_needed=True)


class SplitWish(Taken):
    """Which cases become a problem of their own."""

    cases = serializers.ListField(
        child=number(), min_length=1, max_length=MOST_CASES, help_text="Numbers of linked cases."
    )
    title = words(longest=200, is_needed=True)
    statement = words(longest=20_000, says="As that of the problem, if it is empty.")
    reason = words(longest=4000, is_needed=True)


class ReshapingShape(Shown):
    """A merge or split: what went from `problem` to `into`."""

    id = number_shown()
    kind = text_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    into = serializers.IntegerField(source="into.number", read_only=True)
    reason = text_shown()
    cases = number_shown()
    customers = number_shown()
    done_at = time_shown()
    done_by = shown("done_by.name")
    undone_at = time_shown(is_nullable=True)
    undone_by = shown("undone_by.name")


class FanOutShape(Shown):
    """One thing that reached many, and how it is taken back."""

    code = serializers.ChoiceField(
        choices=["broadcast", "cases", "merge", "split", "scope"], read_only=True
    )
    kind = text_shown()
    reference = serializers.IntegerField(
        read_only=True, help_text="Number of the broadcast or the other problem, id of the scope."
    )
    at = time_shown()
    by = text_shown()
    count = number_shown()
    way_back = serializers.CharField(
        read_only=True, help_text="stop, reopen, take_back, end_scope; empty if there is none."
    )
