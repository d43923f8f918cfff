"""Shapes of how fixes were for customers."""

from rest_framework import serializers

from problems.rating import LONGEST_COMMENT
from servicedesk.api.shapes.fields import Shown, Taken, number_shown, text_shown, time_shown, words


class FeltShape(Shown):
    """How many customers said one of the five, from 1 (very bad) to 5 (very good)."""

    feeling = number_shown()
    customers = number_shown()


class RatingCommentShape(Shown):
    """What a customer wrote besides."""

    contact = number_shown()
    feeling = number_shown()
    comment = text_shown()
    at = time_shown()


class FixRatingsShape(Shown):
    """How the newest fix of a problem was for its customers; at most 50 comments, newest first."""

    customers = number_shown()
    mean = serializers.FloatField(read_only=True, allow_null=True)
    counts = FeltShape(many=True, read_only=True)
    comments = RatingCommentShape(many=True, read_only=True)


class RateFields(Taken):
    """How the fix was; a comment that is left out keeps the one of before."""

    feeling = serializers.IntegerField(min_value=1, max_value=5)
    comment = words(longest=LONGEST_COMMENT)
