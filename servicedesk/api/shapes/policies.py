"""Shapes of versions of service levels: drafts, checks, previews, simulations, files."""

from datetime import timedelta
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
    words,
    yes_shown,
)
from workflow.clocks.models import Recurrence
from workflow.clocks.policy_content import METRICS, Policy, Promise, policy_of
from workflow.clocks.yaml_nodes import LONGEST_FILE

METRIC_CODES = [metric.value for metric in METRICS]
LONGEST_SECONDS = 366 * 24 * 3600
FINGERPRINT = "The fingerprint that was read; the change is refused if the draft is another now."


def tree(says: str) -> serializers.JSONField:
    """Return a field for a condition in JSON; an empty object is none."""
    return serializers.JSONField(default=dict, help_text=says)


class PromiseField(Taken):
    """How long something may take at a priority: seconds of opening hours, or working days."""

    metric = choice(*METRIC_CODES)
    priority = serializers.IntegerField(min_value=1, max_value=4)
    seconds = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=LONGEST_SECONDS
    )
    days = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=1000,
        help_text="Working days; they go before seconds.",
    )
    recurrence = choice(*Recurrence.values, default=Recurrence.NONE.value)
    conditions = tree("Conditions for start, stop, cancel, pause, resume, reset; else as usual.")
    calendar = number(is_needed=False, says="Opening hours of this target alone.")
    ladder = number(is_needed=False, says="Id of a ladder; the usual one without.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a target without a length, and conditions that are no object."""
        if attrs["seconds"] is None and attrs["days"] is None:
            raise serializers.ValidationError({"seconds": ["Send seconds or days."]})
        if not isinstance(attrs["conditions"], dict):
            raise serializers.ValidationError({"conditions": ["Send an object."]})
        return attrs


class PolicyWish(Taken):
    """What a draft says: the targets given are all it has."""

    calendar = number(says="Id of opening hours.")
    applies_when = tree('Such as {"fact": "category", "is": "billing"}; none without.')
    note = words(longest=200, says="Why it changes.")
    targets = PromiseField(many=True)
    fingerprint = words(longest=64, says=FINGERPRINT)

    def validate_applies_when(self, value: Any) -> Any:
        """Refuse what is no object."""
        if not isinstance(value, dict):
            raise serializers.ValidationError("Send an object.")
        return value


class PromiseShape(Shown):
    """One target of a version."""

    metric = text_shown()
    priority = number_shown()
    seconds = serializers.SerializerMethodField()
    days = serializers.IntegerField(source="within_days", read_only=True, allow_null=True)
    recurrence = text_shown()
    conditions = serializers.JSONField(read_only=True)
    calendar = serializers.IntegerField(source="calendar_id", read_only=True, allow_null=True)
    ladder = serializers.IntegerField(source="ladder_id", read_only=True, allow_null=True)

    def get_seconds(self, promise: Promise) -> float:
        """Return the seconds of opening hours."""
        return promise.within / timedelta(seconds=1)


class VersionShape(Shown):
    """A version of a service level: draft, published or retired."""

    number = number_shown()
    state = text_shown()
    calendar = serializers.IntegerField(source="calendar_id", read_only=True)
    applies_when = serializers.JSONField(read_only=True)
    note = text_shown()
    created_at = time_shown()
    published_at = time_shown(is_nullable=True)
    retired_at = time_shown(is_nullable=True)
    fingerprint = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()

    def get_fingerprint(self, version: Any) -> str:
        """Return a hash of all it says; its targets are prefetched."""
        return policy_of(version).fingerprint

    def get_targets(self, version: Any) -> list[dict[str, Any]]:
        """Return its targets in the order in which people read them."""
        policy: Policy = policy_of(version)
        return list(PromiseShape(policy.promises, many=True).data)


class Renaming(Taken):
    """Another name."""

    name = words(longest=80, is_needed=True)


class Publishing(Taken):
    """Whether clocks that run move to the new version."""

    moves_clocks = serializers.BooleanField(default=False)
    fingerprint = words(longest=64, says=FINGERPRINT)


class FindingShape(Shown):
    """One thing that is wrong with a draft, or may be."""

    code = text_shown()
    sentence = text_shown()
    is_error = yes_shown()
    place = text_shown()


class CheckShape(Shown):
    """What the checks find, and what is other than now, in words."""

    may_be_published = yes_shown()
    findings = FindingShape(many=True, read_only=True)
    changes = serializers.ListField(child=serializers.CharField(), read_only=True)
    running_clocks = number_shown()


class ComparedShape(Shown):
    """One target of one case, today and with the draft."""

    metric = text_shown()
    cycle = number_shown()
    due_today = time_shown(is_nullable=True)
    due_then = time_shown(is_nullable=True)
    verdict_today = text_shown()
    verdict_then = text_shown()


class DraftPreviewShape(Shown):
    """One real case."""

    case = number_shown()
    targets = ComparedShape(many=True, read_only=True)


class PreviewsShape(Shown):
    """Five real cases."""

    results = DraftPreviewShape(many=True, read_only=True)


class SideShape(Shown):
    """How clocks went: kept, missed, going on, and the share that was kept."""

    met = number_shown()
    missed = number_shown()
    open = number_shown()
    attainment = number_shown(is_nullable=True)


class CellShape(Shown):
    """One metric at a priority, today and with the draft."""

    metric = text_shown()
    priority = number_shown()
    today = SideShape(read_only=True)
    then = SideShape(read_only=True)


class WokenShape(Shown):
    """How often a person would have been woken."""

    name = text_shown()
    today = number_shown()
    then = number_shown()


class WorstShape(Shown):
    """A case or problem that would be missed by much; `over` is in seconds."""

    case = number_shown(is_nullable=True)
    problem = text_shown()
    metric = text_shown()
    due_today = time_shown(is_nullable=True)
    due_then = time_shown(is_nullable=True)
    was_missed = yes_shown()
    over = number_shown()


class SimulationShape(Shown):
    """Last month by the rules of a draft: waiting, running, done or refused."""

    state = text_shown()
    is_stale = yes_shown()
    asked_at = time_shown()
    finished_at = time_shown(is_nullable=True)
    found = number_shown()
    planned = number_shown()
    done = number_shown()
    refused = text_shown()
    changed = number_shown()
    problems = number_shown()
    targets = CellShape(many=True, read_only=True)
    woken = WokenShape(many=True, read_only=True)
    worst = WorstShape(many=True, read_only=True)


class FileFilters(Taken):
    """Which version; what is published without."""

    number = number(is_needed=False, says="Number of the version.")


class PolicyFileShape(Shown):
    """Service levels as YAML."""

    yaml = text_shown()


class FileWish(Taken):
    """Service levels as YAML; each becomes a draft."""

    yaml = words(longest=LONGEST_FILE, is_needed=True)


class DraftedShape(Shown):
    """A draft that a file made."""

    service_level = serializers.IntegerField(source="service_level_id", read_only=True)
    name = shown("service_level.name")
    number = number_shown()


class DraftedListShape(Shown):
    """The drafts that a file made."""

    results = DraftedShape(many=True, read_only=True)


class Versions(Listing):
    """How versions are asked for."""
