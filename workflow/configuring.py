"""How work is organised: departments, routing rules, service levels. Every change is remembered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from workflow.amending import (
    BadSetting,
    NameTaken,
    lock,
    not_there,
    refuse_bad_span,
    remember,
    required_name,
)
from workflow.clocks.models import Calendar, Ladder, Metric, PolicyVersion, ServiceLevel
from workflow.clocks.policies import publish_draft, start_draft
from workflow.clocks.policy_content import Policy, Promise, policy_of
from workflow.clocks.service_levels import add_service_level, rename_service_level
from workflow.conditions import parse_condition
from workflow.history.recording import ChangeValue, differences, facts_of
from workflow.lengths import bytes_of, one_line
from workflow.people.actors import Actor
from workflow.people.models import HUES, Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.routing.models import RoutingRule

MOST_RULES = 200
# In bytes: all rules of a tenant are read for each problem.
LONGEST_RULE = 100_000
UP, DOWN = -1, 1
DEPARTMENT_FACTS = (
    "hue", "calendar", "acknowledge_within", "stage_within", "fix_within", "ladder"
)  # fmt: skip


class DepartmentHasWork(Refusal):
    """A department with open problems, or customer service itself, cannot be closed."""

    code = "department_has_work"


# ---- departments -----------------------------------------------------------------------------


@transaction.atomic
def save_department(
    *,
    department_id: int | None,
    name: str,
    public_name: str,
    hue: str,
    calendar: Calendar,
    acknowledge_within: timedelta,
    stage_within: timedelta,
    actor: Actor,
    at: datetime,
    fix_within: timedelta | None = None,
    ladder: Ladder | None = None,
) -> Department:
    """Add a department, or change one. Stays that are open keep the due time they got.

    Without a name for customers they read the name inside. Without `fix_within` nothing is asked
    of the whole way to the fix; without a ladder the tenant's default counts.

    Raises:
        BadSetting, NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    name = required_name(name, longest=80)
    refuse_bad_span(acknowledge_within)
    refuse_bad_span(stage_within)
    if fix_within is not None:
        refuse_bad_span(fix_within)
    others = Department.objects.exclude(pk=department_id) if department_id else Department.objects
    if others.filter(name__iexact=name).exists():
        raise NameTaken(
            _("There is a department “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    department = (
        lock(Department.objects, department_id)
        if department_id is not None
        else Department(slug=free_slug(name))
    )
    before, old_name = facts_of(department, *DEPARTMENT_FACTS), department.name
    department.name = name
    department.public_name = one_line(public_name, longest=80) or name
    department.hue = hue if hue in HUES else HUES[0]
    department.calendar = calendar
    department.acknowledge_within = acknowledge_within
    department.stage_within = stage_within
    department.fix_within = fix_within
    department.ladder = ladder
    department.save()
    remember(
        department,
        actor=actor,
        at=at,
        changes={
            "what": "department",
            "is_new": department_id is None,
            "renamed": old_name not in ("", name),
            **differences(before, facts_of(department, *DEPARTMENT_FACTS)),
        },
    )
    return department


def free_slug(name: str) -> str:
    """Return a short name for addresses that no department has yet; one query."""
    wanted = slugify(name)[:50] or "department"
    taken = set(Department.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def set_department_active(
    *, department_id: int, is_active: bool, open_problems: int, actor: Actor, at: datetime
) -> Department:
    """Close a department for new work, or open it again.

    `open_problems` is how many it has now, which the caller asks for.

    Raises:
        DepartmentHasWork: it has open problems, or is customer service.
    """
    actor.require(Permission.CONFIGURE)
    department = lock(Department.objects, department_id)
    if not is_active and department.is_customer_service:
        raise DepartmentHasWork(
            _("Everything that has no other place goes to customer service."),
            next_step=_("Keep it active; change its name if you like."),
        )
    if not is_active and open_problems:
        raise DepartmentHasWork(
            _("%(department)s still has open problems: %(count)d.")
            % {"department": department.name, "count": open_problems},
            next_step=_("Hand them over first."),
        )
    was_active, department.is_active = department.is_active, is_active
    department.save(update_fields=["is_active"])
    changes: dict[str, ChangeValue] = {"active": is_active, "active_was": was_active}
    remember(department, actor=actor, at=at, changes={"what": "department", **changes})
    return department


# ---- routing rules ---------------------------------------------------------------------------


@transaction.atomic
def save_rule(
    *,
    rule_id: int | None,
    name: str,
    condition: object,
    department: Department,
    actor: Actor,
    at: datetime,
    above: int | None = None,
) -> RoutingRule:
    """Add a rule behind the others, or above the one of an id, or change one.

    Raises:
        BadCondition: the condition cannot be read.
        BadSetting: there are too many rules, or the condition is too long.
    """
    actor.require(Permission.CONFIGURE)
    parse_condition(condition)
    name = required_name(name, longest=120)
    if rule_id is not None:
        rule = lock(RoutingRule.objects, rule_id)
    else:
        rules = lock_rules()
        if len(rules) >= MOST_RULES:
            raise BadSetting(
                _("There are %(count)d rules already.") % {"count": MOST_RULES},
                next_step=_("Join some of them, or remove those that never match."),
            )
        rule = RoutingRule(position=rules[-1].position + 1 if rules else 1)
    if rule.condition != condition:
        refuse_long_condition(condition)
    before = facts_of(rule, "department")
    has_new_condition = rule_id is not None and rule.condition != condition
    renamed = rule_id is not None and rule.name != name
    rule.name, rule.condition, rule.department = name, condition, department
    rule.save()
    if rule_id is None and above is not None:
        place = next((at for at, one in enumerate(rules) if one.pk == above), len(rules))
        number([*rules[:place], rule, *rules[place:]])
    remember(
        rule,
        actor=actor,
        at=at,
        changes={
            "what": "rule",
            "is_new": rule_id is None,
            "renamed": renamed,
            "condition": has_new_condition,
            **differences(before, facts_of(rule, "department")),
        },
    )
    return rule


def refuse_long_condition(condition: object) -> None:
    """Refuse a condition that is too long to be read for each problem.

    Raises:
        BadSetting: see the sentence.
    """
    size = bytes_of(condition)
    if size > LONGEST_RULE:
        raise BadSetting(
            _("This condition is %(size)d bytes long; %(most)d are allowed.")
            % {"size": size, "most": LONGEST_RULE},
            next_step=_("Ask for fewer values, or divide it into several rules."),
        )


@transaction.atomic
def set_rule_active(*, rule_id: int, is_active: bool, actor: Actor, at: datetime) -> RoutingRule:
    """Switch a rule off, or on again."""
    actor.require(Permission.CONFIGURE)
    rule = lock(RoutingRule.objects, rule_id)
    was_active, rule.is_active = rule.is_active, is_active
    rule.save(update_fields=["is_active"])
    changes: dict[str, ChangeValue] = {"active": is_active, "active_was": was_active}
    remember(rule, actor=actor, at=at, changes={"what": "rule", **changes})
    return rule


@transaction.atomic
def move_rule(*, rule_id: int, by: int, actor: Actor, at: datetime) -> None:
    """Let a rule be asked earlier (UP) or later (DOWN); at the end of the list nothing changes.

    Raises:
        NotThere: the rule was removed.
    """
    actor.require(Permission.CONFIGURE)
    rules = lock_rules()
    place = next((place for place, rule in enumerate(rules) if rule.pk == rule_id), None)
    if place is None:
        raise not_there()
    other = place + by
    if not 0 <= other < len(rules):
        return
    rules[place], rules[other] = rules[other], rules[place]
    number(rules)
    changes: dict[str, ChangeValue] = {"position": other + 1, "position_was": place + 1}
    remember(rules[other], actor=actor, at=at, changes={"what": "rule", **changes})


@transaction.atomic
def remove_rule(*, rule_id: int, actor: Actor, at: datetime) -> None:
    """Take a rule away; what it routed keeps its way.

    Raises:
        NotThere: it was removed already.
    """
    actor.require(Permission.CONFIGURE)
    rules = lock_rules()
    rule = next((rule for rule in rules if rule.pk == rule_id), None)
    if rule is None:
        raise not_there()
    remember(rule, actor=actor, at=at, changes={"what": "rule", "removed": True})
    rule.delete()
    number([other for other in rules if other is not rule])


def lock_rules() -> list[RoutingRule]:
    """Return all rules in their order, locked."""
    return list(RoutingRule.objects.select_for_update().order_by("position", "id"))


def number(rules: list[RoutingRule]) -> None:
    """Write the order of rules down; the unique position is checked at the end."""
    for position, rule in enumerate(rules, start=1):
        if rule.position != position:
            rule.position = position
            rule.save(update_fields=["position"])


# ---- service levels --------------------------------------------------------------------------


@transaction.atomic
def save_service_level(
    *,
    service_level_id: int | None,
    name: str,
    calendar: Calendar,
    targets: Mapping[tuple[Metric, int], timedelta],
    actor: Actor,
    at: datetime,
) -> ServiceLevel:
    """Add a service level, or change one, in one go: a draft that is published at once.

    The targets given are all it has. Whom it fits stays, and what a target says besides its span.
    Promises that run keep what they were started with.

    Raises:
        BadSetting, NameTaken, NotThere, DraftExists, HasErrors: see `workflow.clocks.policies`.
    """
    actor.require(Permission.CONFIGURE)
    for span in targets.values():
        refuse_bad_span(span)
    level = (
        rename_service_level(service_level_id=service_level_id, name=name, actor=actor, at=at)
        if service_level_id is not None
        else add_service_level(name=name, actor=actor, at=at)
    )
    before = published_policy(level)
    draft = start_draft(
        service_level_id=level.pk,
        policy=Policy(
            calendar_id=calendar.pk,
            applies_when=before.applies_when if before else {},
            promises=tuple(
                replace(
                    (before.promise(*key) if before else None)
                    or Promise(metric=key[0], priority=key[1]),
                    within=within,
                    within_days=None,
                )
                for key, within in targets.items()
            ),
        ),
        actor=actor,
        at=at,
    )
    return publish_draft(version_id=draft.pk, actor=actor, at=at).service_level


def published_policy(level: ServiceLevel) -> Policy | None:
    """Return what a service level promises now, or None; two queries."""
    version = PolicyVersion.objects.filter(pk=level.version_id or 0).first()
    return policy_of(version) if version is not None else None
