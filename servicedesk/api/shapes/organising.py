"""Shapes of departments, teams, service levels and routing rules."""

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
    words,
    yes_shown,
)
from workflow.clocks.models import Metric
from workflow.people.models import HUES

MINUTE = timedelta(minutes=1)
LONGEST_MINUTES = 365 * 24 * 60
METRICS = [metric.value for metric in Metric]


def minutes() -> serializers.IntegerField:
    """Return a field for opening hours, in minutes: at least one, at most a year."""
    return serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES)


class DepartmentFilters(Listing):
    """Which departments."""

    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class DepartmentWish(Taken):
    """A department: its name inside and outside, its hours and its targets."""

    name = words(longest=80, is_needed=True)
    public_name = words(longest=80, says="What customers read; the name inside without one.")
    hue = choice(*HUES, default=HUES[0])
    calendar = number(says="Id of opening hours.")
    acknowledge_minutes = minutes()
    stage_minutes = minutes()
    fix_minutes = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_MINUTES,
        required=False,
        allow_null=True,
        default=None,
        help_text="From its assignment until the fix; nothing is asked without.",
    )
    ladder = number(is_needed=False, says="Id of a ladder; the usual one without.")


class DepartmentShape(Shown):
    """Those who can fix something."""

    slug = text_shown()
    name = text_shown()
    public_name = text_shown()
    hue = text_shown()
    calendar = serializers.IntegerField(source="calendar_id", read_only=True)
    acknowledge_minutes = serializers.SerializerMethodField()
    stage_minutes = serializers.SerializerMethodField()
    fix_minutes = serializers.SerializerMethodField()
    ladder = serializers.IntegerField(source="ladder_id", read_only=True, allow_null=True)
    is_customer_service = yes_shown()
    is_active = yes_shown()

    def get_acknowledge_minutes(self, department: Any) -> int:
        """Return until when a new problem is taken on, in minutes of opening hours."""
        return int(department.acknowledge_within // MINUTE)

    def get_fix_minutes(self, department: Any) -> int | None:
        """Return until when the fix is in place, in minutes of opening hours, if that is asked."""
        within = department.fix_within
        return int(within // MINUTE) if within is not None else None

    def get_stage_minutes(self, department: Any) -> int:
        """Return how long a stage may take, in minutes of opening hours."""
        return int(department.stage_within // MINUTE)


class Closing(Taken):
    """Where the work of a department goes when it closes; problems need a reason."""

    work_to = words(longest=80, is_needed=True, says="Short name of the other department.")
    reason = words(longest=4000)


class Activity(Taken):
    """Whether something takes part from now on."""

    is_active = serializers.BooleanField()


class TeamWish(Taken):
    """A team: the members given are all it has."""

    name = words(longest=80, is_needed=True)
    department = words(longest=80, is_needed=True, says="Short name of the department.")
    members = serializers.ListField(
        child=serializers.EmailField(max_length=254),
        max_length=200,
        default=list,
        help_text="E-mail addresses of colleagues of the department.",
    )


class TeamShape(Shown):
    """Some people of a department who work together."""

    id = number_shown()
    name = text_shown()
    department = shown("department.slug")
    is_active = yes_shown()
    members = serializers.SerializerMethodField()

    def get_members(self, team: Any) -> list[str]:
        """Return the e-mail addresses of the members; they are prefetched."""
        return [member.user.email for member in team.members.all()]


class TargetField(Taken):
    """How long something may take at a priority, in minutes of opening hours."""

    metric = choice(*METRICS)
    priority = serializers.IntegerField(min_value=1, max_value=4)
    minutes = minutes()


class ServiceLevelWish(Taken):
    """A service level: the targets given are all it has."""

    name = words(longest=80, is_needed=True)
    calendar = number(says="Id of opening hours.")
    targets = TargetField(many=True)


class TargetShape(Shown):
    """One target of a service level."""

    metric = text_shown()
    priority = number_shown()
    minutes = serializers.SerializerMethodField()

    def get_minutes(self, target: Any) -> int:
        """Return the minutes of opening hours."""
        return int(target.within // MINUTE)


class ServiceLevelShape(Shown):
    """What customers are promised."""

    id = number_shown()
    name = text_shown()
    calendar = serializers.IntegerField(source="version.calendar_id", read_only=True)
    is_default = yes_shown()
    targets = TargetShape(many=True, source="version.targets.all", read_only=True)


class RuleWish(Taken):
    """A rule: where a problem goes when the condition fits."""

    name = words(longest=120, is_needed=True)
    condition = serializers.JSONField(
        help_text='Such as {"fact": "category", "is": "billing"}; all, any and not join several.'
    )
    department = words(longest=80, is_needed=True, says="Short name of the department.")


class RuleMove(Taken):
    """Where a rule goes in the order."""

    direction = choice("up", "down")


class RuleShape(Shown):
    """A condition over facts and the department it leads to; the first that fits decides."""

    id = number_shown()
    position = number_shown()
    name = text_shown()
    condition = serializers.JSONField(read_only=True)
    department = shown("department.slug")
    is_active = yes_shown()


class RuleTrial(Taken):
    """A problem that might come: where would it go?"""

    title = words(longest=200)
    statement = words(longest=20_000)
    category = words(longest=80)
    product = words(longest=120, says="Short name of a product.")
    product_version = words(longest=40)
    severity = serializers.IntegerField(min_value=1, max_value=4, default=3)


class TrialShape(Shown):
    """Where a problem would go, and why; `rule` is null where none fits."""

    department = text_shown()
    rule = serializers.IntegerField(read_only=True, allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)


class RuleDraft(Taken):
    """A rule to test before it is saved: changed if `rule` is given, else new, behind the others.

    Without a condition the rules are tested as they stand.
    """

    rule = number(is_needed=False, says="Id of the rule that it would change.")
    condition = serializers.JSONField(required=False, allow_null=True, default=None)
    department = words(longest=80, says="Short name of the department; needed with a condition.")


class DifferenceShape(Shown):
    """A fixed problem that the rules would send elsewhere; `goes_to` is null where none fits."""

    problem = text_shown()
    goes_to = serializers.CharField(read_only=True, allow_null=True)
    rule = serializers.IntegerField(read_only=True, allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    fixed_by = text_shown()


class PastTrialShape(Shown):
    """The last 500 fixed problems by the rules: how many are at the right department at once.

    `moved` are those that go another way with the draft, `set_right` and `set_wrong` which of
    them the draft sets right and wrong.
    """

    problems = number_shown()
    right = number_shown()
    unrouted = number_shown()
    moved = number_shown()
    set_right = serializers.ListField(child=serializers.CharField(), read_only=True)
    set_wrong = serializers.ListField(child=serializers.CharField(), read_only=True)
    differences = DifferenceShape(many=True, read_only=True)


class RateShape(Shown):
    """How a rule did on the last 500 problems; `wrong_share` is from 0 to 1."""

    rule = number_shown()
    routed = number_shown()
    refused = number_shown()
    handed_on = number_shown()
    wrong_share = serializers.FloatField(read_only=True)


class RepairShape(Shown):
    """A repair of a rule: its exception (`department` is null), or a new rule above it."""

    key = text_shown()
    condition = serializers.JSONField(read_only=True)
    department = serializers.CharField(read_only=True, allow_null=True)
    explains = number_shown()
    set_right = serializers.ListField(child=serializers.CharField(), read_only=True)
    set_wrong = serializers.ListField(child=serializers.CharField(), read_only=True)


class RepairWish(Taken):
    """The repair to do, by its key."""

    key = words(longest=32, is_needed=True)
