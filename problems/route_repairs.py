"""How a rule that sends problems to the wrong department could be repaired, and the repair done.

What was refused or handed on is compared with what the rule sent rightly: a statement that holds
for the former and for none of the latter tells them apart.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import service_department
from problems.facts import ProblemFacts, facts_of_all
from problems.models import Problem
from problems.route_rates import Routing, last_routings
from problems.route_trials import Comparison, Past, compare, fixed_problems, with_rule
from problems.terms import words_of
from workflow.amending import lock
from workflow.conditions import AllOf, Condition, Leaf, Not, condition_to_data, parse_condition
from workflow.configuring import save_rule
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.routing.deciding import Way, first_way, ways_in_force
from workflow.routing.models import RoutingRule

OFFERED = 3
# Facts in the order in which people trust them: what was chosen before what was written.
CHOSEN = ("product", "category", "version", "segment", "region", "channel", "brand", "pattern")
WORDS_TRIED = 40
NAME_LENGTH = 120


class RepairGone(Refusal):
    """What was suggested is not suggested any more."""

    code = "repair_gone"


@dataclass(frozen=True)
class Repair:
    """A change of the rules: a new rule above one, or an exception of it.

    `department` is where the new rule leads; None makes it an exception, after which later rules
    decide. `explains` is how many wrong routings it would have sent elsewhere.
    """

    rule: RoutingRule
    statement: Leaf
    department: Department | None
    explains: int
    comparison: Comparison

    @property
    def condition(self) -> Condition:
        """The condition to save: of the new rule, or of the rule with its exception."""
        return repaired(self.rule, self.statement, is_exception=self.department is None)

    @property
    def key(self) -> str:
        """What names this repair, as long as rule and statement are what they are."""
        said = [
            self.rule.pk,
            self.rule.condition,
            condition_to_data(self.condition),
            self.department.pk if self.department else 0,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def gain(self) -> int:
        """How many of the last fixed problems it sets right, less those it sets wrong."""
        return len(self.comparison.set_right) - len(self.comparison.set_wrong)


# ---- telling apart ---------------------------------------------------------------------------


def statements_of(facts: Mapping[str, object]) -> list[Leaf]:
    """Return what can be said of one problem in a rule: chosen values first, then words. Pure."""
    found = [
        Leaf(name, "is", value) for name in CHOSEN for value in values_of(facts.get(name)) if value
    ]
    words = words_of(str(facts.get("text", "")))[:WORDS_TRIED]
    return [*found, *(Leaf("text", "contains", (word,)) for word in words)]


def values_of(value: object) -> tuple[str, ...]:
    """Return the values of a fact that are texts. Pure."""
    several = value if isinstance(value, list | tuple) else (value,)
    return tuple(one for one in several if isinstance(one, str))


def telling_apart(
    wrong: Sequence[Mapping[str, object]], *, right: Sequence[Mapping[str, object]]
) -> list[tuple[Leaf, int]]:
    """Return statements that hold for wrong ones and for no right one, the most telling first.

    With each how many of the wrong it explains. Pure.
    """
    never = {statement for facts in right for statement in statements_of(facts)}
    counts: Counter[Leaf] = Counter()
    for facts in wrong:
        counts.update(statement for statement in statements_of(facts) if statement not in never)
    places = {name: place for place, name in enumerate((*CHOSEN, "text"))}
    return sorted(counts.items(), key=lambda item: (-item[1], places[item[0].fact]))


# ---- what is offered -------------------------------------------------------------------------


def repairs_of(rule: RoutingRule) -> list[Repair]:
    """Return up to three repairs of a rule, the best first; about a dozen queries.

    None where nothing went wrong, or nothing tells right from wrong. One that would send more of
    the last fixed problems wrong than right is left out.
    """
    routings = [one for one in last_routings() if one.rule == rule.pk]
    if not any(one.is_wrong for one in routings):
        return []
    facts = facts_of_routings(routings)
    right = [facts[one.problem_id] for one in routings if not one.is_wrong]
    past, ways = fixed_problems(), ways_in_force()
    still_wrong = [
        one
        for one in routings
        if one.is_wrong and is_caught_by(rule, facts[one.problem_id], ways=ways)
    ]
    found = [
        repair
        for department, wrong in by_better_owner(still_wrong)
        for statement, explains in telling_apart(
            [facts[one.problem_id] for one in wrong], right=right
        )[:OFFERED]
        if (
            repair := Repair(
                rule=rule,
                statement=statement,
                department=department,
                explains=explains,
                comparison=effect_of(rule, statement, department=department, past=past, ways=ways),
            )
        ).gain
        >= 0
    ]
    return sorted(found, key=lambda one: (-one.gain, -one.explains))[:OFFERED]


def is_caught_by(rule: RoutingRule, facts: ProblemFacts, *, ways: Sequence[Way]) -> bool:
    """Whether the rules of today would send this by a rule: else it is repaired already."""
    decision = first_way(ways, facts)
    return decision is not None and decision.rule_id == rule.pk


def facts_of_routings(routings: Iterable[Routing]) -> dict[int, ProblemFacts]:
    """Return the facts of the problems that a rule sent; four queries."""
    ids = {one.problem_id for one in routings}
    return facts_of_all(Problem.objects.select_related("product").filter(pk__in=ids))


def by_better_owner(
    routings: Iterable[Routing],
) -> list[tuple[Department | None, list[Routing]]]:
    """Return what went wrong by who was named instead, None where nobody was; two queries.

    Customer service is nobody, and neither is a department that was closed.
    """
    known = {one.pk: one for one in Department.objects.filter(is_active=True)}
    service = service_department().pk
    wrong: dict[int | None, list[Routing]] = defaultdict(list)
    for one in routings:
        named = one.better if one.better in known and one.better != service else None
        wrong[named].append(one)
    return [(known[key] if key is not None else None, found) for key, found in wrong.items()]


def effect_of(
    rule: RoutingRule,
    statement: Leaf,
    *,
    department: Department | None,
    past: Sequence[Past],
    ways: Sequence[Way],
) -> Comparison:
    """Return what a repair would have done to problems of the past; two queries."""
    way = Way(
        id=rule.pk if department is None else 0,
        name=rule.name,
        condition=repaired(rule, statement, is_exception=department is None),
        department=department or rule.department,
    )
    return compare(past, now=ways, drafted=with_rule(ways, way, above=rule.pk))


def repaired(rule: RoutingRule, statement: Leaf, *, is_exception: bool) -> Condition:
    """Return the condition of a rule, and besides that the statement holds, or does not. Pure."""
    own = parse_condition(rule.condition)
    parts = own.parts if isinstance(own, AllOf) else (own,)
    return AllOf((*parts, Not(statement) if is_exception else statement))


# ---- what is accepted ------------------------------------------------------------------------


@transaction.atomic
def accept_repair(*, rule_id: int, key: str, actor: Actor, at: datetime) -> RoutingRule:
    """Do what a repair says: add its rule above the other, or its exception to it.

    Raises:
        NotPermitted: the actor neither sets things up nor steers problems.
        NotThere: the rule was removed.
        RepairGone: the rule changed meanwhile, or what speaks for the repair.
    """
    if not (actor.may(Permission.CONFIGURE) or actor.may(Permission.STEER_PROBLEM)):
        raise NotPermitted(
            _("Your role does not include this."),
            next_step=_("Ask a service lead or an administrator."),
        )
    rule = lock(RoutingRule.objects, rule_id)
    repair = next((one for one in repairs_of(rule) if one.key == key), None)
    if repair is None:
        raise RepairGone(
            _("This repair is not suggested any more: the rule has changed."),
            next_step=_("Load the page again, and look at what is suggested now."),
        )
    # Who may say where a problem goes may repair what sends it: a lead sees the refusals.
    mender = replace(actor, permissions=actor.permissions | {Permission.CONFIGURE})
    is_exception = repair.department is None
    return save_rule(
        rule_id=rule.pk if is_exception else None,
        name=rule.name if is_exception else name_of(repair),
        condition=condition_to_data(repair.condition),
        department=repair.department or rule.department,
        above=None if is_exception else rule.pk,
        actor=mender,
        at=at,
    )


def name_of(repair: Repair) -> str:
    """Return what the new rule is called."""
    value = repair.statement.value
    said = value[0] if isinstance(value, tuple) else value
    return f"{repair.rule.name}: {said}"[:NAME_LENGTH]
