"""Stages and steps of a draft as fields of a form, and back again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from servicedesk.configuration.condition_form import condition_written, fields_of
from servicedesk.configuration.frame import whole_number
from workflow.clocks.spans import NotASpan, span_in, span_written
from workflow.conditions import AllOf, BadCondition, Condition, condition_to_data, parse_condition
from workflow.stages.definition import (
    Act,
    ActionKind,
    Approval,
    MayTake,
    Owner,
    Stage,
    Step,
    StepKind,
)
from workflow.stages.words import ABOUT, SAYS

ACTS_IN_FORM = 4
LONGEST_NAME = 80
LONGEST_WORDS = 400

Fields = Mapping[str, Any]


@dataclass
class Filled:
    """A form as it was filled in: what stands in it, and what is wrong, by field."""

    data: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


# ---- stages ----------------------------------------------------------------------------------


def stage_data(stage: Stage) -> dict[str, Any]:
    """Return a stage as its form shows it."""
    return {
        "name": stage.name,
        "state": stage.state,
        "owner": stage.owner.value,
        "department": stage.department,
        "within": within_written(stage.within),
        "needs": list(stage.needs),
        "public": stage.public,
        "public_words": stage.public_words,
    }


def read_stage(posted: QueryDict, *, before: Stage) -> tuple[Stage, Filled]:
    """Return the stage that a form says; what it does not name stays as it was.

    A field that is not posted at all is left alone, so that a single one may be changed;
    `is_whole` says that every box of the form was there, ticked or not.
    """
    filled = Filled(data=stage_data(before))
    take(filled, posted, "name", "state", "owner", "department", "within", "public", "public_words")
    take_lists(filled, posted, "needs")
    data = filled.data
    department = data["department"] if data["owner"] == Owner.DEPARTMENT.value else ""
    if data["owner"] == Owner.DEPARTMENT.value and not department:
        filled.errors["department"] = _("Choose the department that has it.")
    stage = replace(
        before,
        name=name_in(filled, "name"),
        state=data["state"],
        owner=Owner(data["owner"]) if data["owner"] in set(Owner) else before.owner,
        department=department,
        within=within_in(filled, "within"),
        needs=tuple(data["needs"]),
        public=data["public"],
        public_words=text_in(filled, "public_words", longest=LONGEST_WORDS),
    )
    return stage, filled


# ---- steps -----------------------------------------------------------------------------------


def step_data(step: Step) -> dict[str, Any]:
    """Return a step as its form shows it."""
    approval = step.approval
    data: dict[str, Any] = {
        "name": step.name,
        "begin": step.begin,
        "end": step.end,
        "kind": step.kind.value,
        "may_take": [who.value for who in step.may_take],
        "needs": list(step.needs),
        "needs_reason": "1" if step.needs_reason else "",
        "quorum": str(approval.quorum) if approval else "",
        "roles": list(approval.roles) if approval else [],
        "people": list(approval.people) if approval else [],
        "substitutes": list(approval.substitutes) if approval else [],
        "approval_within": within_written(approval.within) if approval else "",
        **condition_fields(step.condition),
    }
    for place, act in enumerate(step.acts[:ACTS_IN_FORM]):
        data[f"act_{place}"] = act.kind.value
        data[f"about_{place}"] = act.get(ABOUT.get(act.kind, ""))
        data[f"says_{place}"] = act.get(SAYS.get(act.kind, ""))
    return data


def read_step(posted: QueryDict, *, before: Step) -> tuple[Step, Filled]:
    """Return the step that a form says; what it does not name stays as it was."""
    filled = Filled(data=step_data(before))
    take(filled, posted, "name", "begin", "end", "kind", "quorum", "approval_within")
    take_lists(filled, posted, "may_take", "needs", "roles", "people", "substitutes")
    if is_whole(posted):
        filled.data["needs_reason"] = posted.get("needs_reason", "")
        for name in posted:
            if name.startswith(("fact_", "operator_", "value_", "act_", "about_", "says_")):
                filled.data[name] = posted[name]
        take(filled, posted, "joined", "condition")
    data = filled.data
    step = replace(
        before,
        name=name_in(filled, "name"),
        begin=data["begin"],
        end=data["end"],
        kind=StepKind(data["kind"]) if data["kind"] in set(StepKind) else before.kind,
        may_take=tuple(MayTake(who) for who in data["may_take"] if who in set(MayTake)),
        needs=tuple(data["needs"]),
        needs_reason=bool(data["needs_reason"]),
        approval=approval_in(filled),
    )
    if is_whole(posted):
        step = replace(
            step,
            condition=condition_in(filled, before=before.condition),
            acts=acts_in(filled, before=before.acts),
        )
    return step, filled


def approval_in(filled: Filled) -> Approval | None:
    """Return the approval that a form asks for, or None."""
    data = filled.data
    if not data["quorum"]:
        return None
    quorum = whole_number(data["quorum"])
    if quorum is None:
        filled.errors["quorum"] = _("This is a whole number from 0 to 100.")
    return Approval(
        quorum=quorum or 0,
        roles=tuple(data["roles"]),
        people=tuple(data["people"]),
        substitutes=tuple(data["substitutes"]),
        within=within_in(filled, "approval_within"),
    )


def condition_fields(condition: Condition) -> dict[str, str]:
    """Return a condition as the fields of the form."""
    return {} if condition == AllOf(()) else fields_of(condition_to_data(condition))


def condition_in(filled: Filled, *, before: Condition) -> Condition:
    """Return the condition that a form says; none always holds."""
    try:
        written = condition_written(filled.data)
        return parse_condition(written) if written else AllOf(())
    except BadCondition as refusal:
        filled.errors["condition"] = str(refusal)
        return before


def acts_in(filled: Filled, *, before: tuple[Act, ...]) -> tuple[Act, ...]:
    """Return what shall happen by itself; what the form does not show of an act is kept."""
    acts = []
    for place in range(ACTS_IN_FORM):
        written = filled.data.get(f"act_{place}", "")
        if written not in set(ActionKind):
            continue
        kind = ActionKind(written)
        was = before[place] if place < len(before) and before[place].kind is kind else None
        facts = dict(was.facts) if was else {}
        if kind in ABOUT:
            facts[ABOUT[kind]] = filled.data.get(f"about_{place}", "")
        if kind in SAYS:
            facts[SAYS[kind]] = text_in(filled, f"says_{place}", longest=LONGEST_WORDS)
        acts.append(Act(kind=kind, facts=tuple((name, one) for name, one in facts.items() if one)))
    return (*acts, *before[ACTS_IN_FORM:])


# ---- fields ----------------------------------------------------------------------------------


def is_whole(posted: QueryDict) -> bool:
    """Whether a whole form was sent, so that a box that is missing was not ticked."""
    return "is_whole" in posted


def take(filled: Filled, posted: QueryDict, *names: str) -> None:
    """Take over the fields that were posted."""
    for name in names:
        if name in posted:
            filled.data[name] = str(posted[name]).strip()


def take_lists(filled: Filled, posted: QueryDict, *names: str) -> None:
    """Take over the boxes that were ticked."""
    for name in names:
        if name in posted or is_whole(posted):
            filled.data[name] = [one for one in posted.getlist(name) if one]


def name_in(filled: Filled, name: str) -> str:
    """Return a name in one line; what is wrong with it is noted."""
    found = " ".join(str(filled.data[name]).split())
    if not found:
        filled.errors[name] = _("A name is needed.")
    elif len(found) > LONGEST_NAME:
        filled.errors[name] = _("Use at most %(count)d characters.") % {"count": LONGEST_NAME}
    return found


def text_in(filled: Filled, name: str, *, longest: int) -> str:
    """Return a text; one that is too long is noted."""
    found = str(filled.data.get(name, "")).strip()
    if len(found) > longest:
        filled.errors[name] = _("Use at most %(count)d characters.") % {"count": longest}
    return found


def within_in(filled: Filled, name: str) -> timedelta | None:
    """Return a time limit, None for none; what cannot be read is noted."""
    written = str(filled.data[name]).strip()
    if not written:
        return None
    try:
        within, days = span_in(written)
    except NotASpan as refusal:
        filled.errors[name] = str(refusal)
        return None
    if days is not None:
        filled.errors[name] = _("Write it in opening hours, like 8 h.")
        return None
    return within


def within_written(span: timedelta | None) -> str:
    """Return a time limit as it stands in a field."""
    return "" if span is None else span_written(span, None)
