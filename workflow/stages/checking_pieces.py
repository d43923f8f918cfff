"""Look at the single stages and steps of a drawn workflow: who, what, how long, in which words. Pure."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from workflow.conditions import facts_named_by
from workflow.stages.definition import (
    Act,
    ActionKind,
    Definition,
    MayTake,
    Owner,
    Stage,
    Step,
)
from workflow.stages.world import Finding, World

LONGEST_TARGET = timedelta(days=366)
FIRST_SEVERITY, LAST_SEVERITY = 1, 4


def connected(definition: Definition) -> Iterator[tuple[Step, Stage, Stage]]:
    """Return the steps whose ends are there, with both stages."""
    for step in definition.steps:
        begin, end = definition.stage(step.begin), definition.stage(step.end)
        if begin is not None and end is not None:
            yield step, begin, end


# ---- stages ----------------------------------------------------------------------------------


def without_owner(definition: Definition, world: World) -> Iterator[Finding]:
    """A stage whose department is not there, or where nobody works."""
    for stage in definition.stages:
        if stage.owner is not Owner.DEPARTMENT:
            continue
        department = world.departments.get(stage.department)
        if department is None or not department.is_active:
            yield Finding(
                "no_owner",
                _("“%(stage)s” belongs to a department that is not there: “%(department)s”.")
                % {"stage": stage.name, "department": stage.department},
                _("Choose a department that is open."),
                stages=(stage.key,),
            )
        elif not department.has_members:
            yield Finding(
                "nobody_there",
                _("Nobody works in %(department)s, which has “%(stage)s”.")
                % {"department": department.name, "stage": stage.name},
                _("Add people to it, or choose another department."),
                stages=(stage.key,),
            )


def targets_out_of_range(definition: Definition, world: World) -> Iterator[Finding]:
    """A target of nothing, or of years; a stage without any."""
    for stage in definition.stages:
        if stage.state in world.ends_in:
            continue
        if stage.within is None:
            yield Finding(
                "no_target",
                _("“%(stage)s” has no time limit of its own.") % {"stage": stage.name},
                _("The department's own target counts. Set one if this stage needs another."),
                is_fault=False,
                stages=(stage.key,),
            )
        elif not timedelta(0) < stage.within <= LONGEST_TARGET:
            yield Finding(
                "bad_target",
                _("The time limit of “%(stage)s” makes no sense.") % {"stage": stage.name},
                _("Use a span from a minute to a year."),
                stages=(stage.key,),
            )


def unspoken(definition: Definition, world: World) -> Iterator[Finding]:
    """A stage in which customers are told nothing."""
    for stage in definition.stages:
        if not stage.public or not stage.public_words.strip():
            yield Finding(
                "no_public_wording",
                _("Customers read nothing while a problem is in “%(stage)s”.")
                % {"stage": stage.name},
                _("Choose the stage that they see and write a sentence for them."),
                is_fault=False,
                stages=(stage.key,),
            )
        elif stage.public not in world.customer_stages:
            yield Finding(
                "unknown_customer_stage",
                _("Customers cannot see “%(public)s”, as “%(stage)s” says.")
                % {"public": stage.public, "stage": stage.name},
                _("Choose one of: %(stages)s.")
                % {"stages": ", ".join(str(one) for one in world.customer_stages.values())},
                stages=(stage.key,),
            )


def unknown_fields(definition: Definition, world: World) -> Iterator[Finding]:
    """A required field that a problem does not have."""
    for stage in definition.stages:
        for name in stage.needs:
            if name not in world.fields:
                yield unknown_field(name, where=stage.name, stages=(stage.key,))
    for step in definition.steps:
        for name in step.needs:
            if name not in world.fields:
                yield unknown_field(name, where=step.name, steps=(step.key,))


def unknown_field(
    name: str, *, where: str, stages: tuple[str, ...] = (), steps: tuple[str, ...] = ()
) -> Finding:
    """Return what to say of a field that is not there."""
    return Finding(
        "unknown_field",
        _("“%(where)s” asks for “%(name)s”, which a problem does not have.")
        % {"where": where, "name": name},
        _("Choose one of the fields of a problem."),
        stages=stages,
        steps=steps,
    )


# ---- steps -----------------------------------------------------------------------------------


def nobody_may(definition: Definition, world: World) -> Iterator[Finding]:
    """A step that nobody may take."""
    for step in definition.steps:
        if not step.may_take:
            yield Finding(
                "nobody_may",
                _("Nobody may take “%(step)s”.") % {"step": step.name},
                _("Say who may: the department, the assignee, its head or a lead."),
                steps=(step.key,),
            )
        elif not any(is_there(who, step, definition, world) for who in step.may_take):
            yield Finding(
                "nobody_may",
                _("Nobody may take “%(step)s”: nobody has the role that it asks for.")
                % {"step": step.name},
                _("Give somebody the role, or let others take it."),
                steps=(step.key,),
            )


def is_there(who: MayTake, step: Step, definition: Definition, world: World) -> bool:
    """Whether there is somebody of a kind who could take a step."""
    if who is MayTake.LEAD:
        return world.roles.get("lead", 0) > 0
    if who is not MayTake.HEAD:
        return True
    begin = definition.stage(step.begin)
    department = world.departments.get(begin.department) if begin else None
    if begin is None or begin.owner is not Owner.DEPARTMENT or department is None:
        return any(one.has_head for one in world.departments.values() if one.is_active)
    return department.has_head


def bad_approvals(definition: Definition, world: World) -> Iterator[Finding]:
    """An approval that nobody can give, or by somebody who is not here."""
    for step in definition.steps:
        approval = step.approval
        if approval is None:
            continue
        if not 0 <= approval.quorum <= 100:
            yield Finding(
                "bad_quorum",
                _("“%(step)s” asks for %(quorum)s %% of the approvers.")
                % {"step": step.name, "quorum": approval.quorum},
                _("Use a share from 0 (they are told) to 100 (all agree)."),
                steps=(step.key,),
            )
        asked = sum(world.roles.get(role, 0) for role in approval.roles)
        asked += sum(person in world.people for person in approval.people)
        if asked == 0:
            yield Finding(
                "quorum_of_nobody",
                _("“%(step)s” needs an approval, but there is nobody to give it.")
                % {"step": step.name},
                _("Name a role that somebody has, or people."),
                steps=(step.key,),
            )
        for person in (*approval.people, *approval.substitutes):
            if person not in world.people:
                yield Finding(
                    "unknown_person",
                    _("“%(step)s” asks %(person)s, who does not work here.")
                    % {"step": step.name, "person": person},
                    _("Take them out, or ask somebody else."),
                    steps=(step.key,),
                )
        if approval.within is not None and not timedelta(0) < approval.within <= LONGEST_TARGET:
            yield Finding(
                "bad_target",
                _("The time for the approval of “%(step)s” makes no sense.") % {"step": step.name},
                _("Use a span from a minute to a year."),
                steps=(step.key,),
            )


def unknown_facts(definition: Definition, world: World) -> Iterator[Finding]:
    """A condition that asks for what nobody knows of a problem."""
    for step in definition.steps:
        for fact in sorted(facts_named_by(step.condition) - world.facts.keys()):
            yield Finding(
                "unknown_fact",
                _("The condition of “%(step)s” asks for “%(fact)s”, which no problem has.")
                % {"step": step.name, "fact": fact},
                _("Ask for one of: %(facts)s.") % {"facts": ", ".join(world.facts)},
                steps=(step.key,),
            )


def bad_acts(definition: Definition, world: World) -> Iterator[Finding]:
    """Something that cannot happen by itself, since it names what is not there."""
    for step in definition.steps:
        for act in step.acts:
            wrong = WRONG_ACTS[act.kind](act, world) if act.kind in WRONG_ACTS else ""
            if wrong:
                yield Finding(
                    "bad_act",
                    _("After “%(step)s”: %(wrong)s.") % {"step": step.name, "wrong": wrong},
                    _("Complete it, or take it out."),
                    steps=(step.key,),
                )


def wrong_task(act: Act, world: World) -> str:
    """Say what is wrong with a task; empty if nothing is."""
    department = world.departments.get(act.get("department"))
    if department is None or not department.is_active:
        return _("the task goes to a department that is not there")
    if not act.get("title").strip():
        return _("the task has no title")
    minutes = act.get("within_minutes")
    return _("the time for the task is no number") if minutes and not minutes.isdecimal() else ""


def wrong_telling(act: Act, world: World) -> str:
    """Say what is wrong with telling somebody; empty if nothing is."""
    if act.get("department"):
        return "" if act.get("department") in world.departments else _("nobody there can be told")
    return "" if act.get("to") in world.notified else _("nobody is named who shall be told")


def wrong_setting(act: Act, world: World) -> str:
    """Say what is wrong with setting a field; empty if nothing is."""
    value = act.get("value").strip()
    if act.get("field") not in world.settable:
        return _("it is not said which field shall be set")
    if not value:
        return _("it is not said to what the field shall be set")
    severities = [str(one) for one in range(FIRST_SEVERITY, LAST_SEVERITY + 1)]
    if act.get("field") == "severity" and value not in severities:
        return _("a severity is a number from 1 to 4")
    return ""


WRONG_ACTS: dict[ActionKind, Callable[[Act, World], str]] = {
    ActionKind.TASK: wrong_task,
    ActionKind.NOTIFY: wrong_telling,
    ActionKind.SET_FIELD: wrong_setting,
}
Look = Callable[[Definition, World], Iterator[Finding]]
STAGE_CHECKS: tuple[Look, ...] = (without_owner, targets_out_of_range, unknown_fields, unspoken)
STEP_CHECKS: tuple[Look, ...] = (nobody_may, bad_approvals, unknown_facts, bad_acts)
