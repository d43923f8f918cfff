"""Shapes of what the matching may do, and of how right it was."""

from rest_framework import serializers

from cases.states import Channel
from problems.matching_policies import LEAST_PRECISION, MOST_PRECISION, DoorMode
from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number_shown,
    text_shown,
    version_field,
    yes_shown,
)

MODES = [mode.value for mode in DoorMode]


class DoorWish(Taken):
    """How far the matching goes with what comes by a channel."""

    channel = choice(*(channel.value for channel in Channel))
    mode = choice(*MODES)


class MatchingWish(Taken):
    """What the matching may do.

    Without `doors` each stays as it is; with them, those that are not named go their usual way.
    """

    links_alone = serializers.BooleanField()
    wanted_precision = serializers.IntegerField(
        min_value=LEAST_PRECISION,
        max_value=MOST_PRECISION,
        help_text="How many of 100 automatic links have to be right.",
    )
    doors = serializers.ListField(child=DoorWish(), max_length=len(Channel), required=False)
    version = version_field()


class DoorShape(Shown):
    """How far the matching goes with what comes by a channel."""

    channel = text_shown()
    mode = text_shown()


class StateShape(Shown):
    """The matcher: whether it answers, the version of its model ("" without one) and why it has none."""

    answers = yes_shown()
    model = text_shown()
    missing = text_shown()
    backlog = number_shown()


class BinShape(Shown):
    """Suggestions of about the same certainty: what was said, and what was true (0 to 1 or null)."""

    begins = number_shown()
    decided = number_shown()
    said = serializers.FloatField(read_only=True, allow_null=True)
    was = serializers.FloatField(read_only=True, allow_null=True)


class MatchingProofShape(Shown):
    """What decisions on first suggestions of one source (`model`, `words`) show.

    `links_from` is the certainty (0 to 1) from which on automatic links are proven, or null.
    """

    source = text_shown()  # type: ignore[assignment]
    decided = number_shown()
    right = number_shown()
    error = serializers.FloatField(read_only=True, allow_null=True)
    links_from = serializers.SerializerMethodField()
    bins = BinShape(many=True, read_only=True)

    def get_links_from(self, proof: object) -> float | None:
        """Return from which certainty on automatic links are proven."""
        threshold = getattr(proof, "threshold", None)
        return threshold.score / 1000 if threshold is not None else None


class MonthShape(Shown):
    """How the matching did in a month; shares from 0 to 1, null without anything to count."""

    begins_on = serializers.DateField(read_only=True)
    decided = number_shown()
    precision = serializers.FloatField(read_only=True, allow_null=True)
    links = number_shown()
    recall = serializers.FloatField(read_only=True, allow_null=True)


class RejectedShape(Shown):
    """How often suggestions were rejected for a reason; "similar" is one, "" was none."""

    reason = text_shown()
    times = number_shown()


class LearnedShape(Shown):
    """How many lessons of a kind the last seven days brought."""

    kind = text_shown()
    times = number_shown()


class MatchingShape(Shown):
    """What the matching may do, how it is, and how right it was in the last 180 days."""

    links_alone = yes_shown()
    wanted_precision = number_shown()
    doors = DoorShape(many=True, read_only=True)
    state = StateShape(read_only=True)
    proofs = MatchingProofShape(many=True, read_only=True)
    months = MonthShape(many=True, read_only=True)
    rejected = RejectedShape(many=True, read_only=True)
    learned = LearnedShape(many=True, read_only=True)
    automatic_standing = number_shown()
    automatic_taken_back = number_shown()
    version = number_shown()
