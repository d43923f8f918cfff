"""Look at a drawn workflow and say what is wrong with it, while it is drawn. Pure.

A fault keeps a draft from being published, a warning does not.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _

from workflow.stages.definition import Definition, Owner, Stage, Step, StepKind

MOST_STAGES = 60
MOST_STEPS = 300
LONGEST_TARGET = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what is so, what to do."""

    code: str
    sentence: str
    next_step: str
    is_fault: bool = True
    stages: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a definition may name: states with the states that may follow, departments, fields.

    `transitions` maps each state, in their order, to those that a step may lead to; `states`
    names them. `departments` maps slugs; `fields` (what may be asked for), `facts` (of conditions),
    `settable` (fields that a step may set), `notified` (whom it may tell) and `customer_stages` map
    codes to names. `people` are the addresses of those who work here, `roles` counts who has a
    role.
    """

    transitions: Mapping[str, Collection[str]]
    begins_in: str
    ends_in: Collection[str]
    covered: Collection[str]
    departments: Mapping[str, "Manned"]
    fields: Mapping[str, str]
    people: Collection[str] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    settable: Mapping[str, str] = field(default_factory=dict)
    notified: Mapping[str, str] = field(default_factory=dict)
    customer_stages: Mapping[str, str] = field(default_factory=dict)

    def state_name(self, state: str) -> str:
        """Return how people call a state."""
        return str(self.states.get(state, state))

    def state_names(self, states: Iterable[str]) -> str:
        """Return how people call states, in their order."""
        return ", ".join(self.state_name(one) for one in self.transitions if one in set(states))


@dataclass(frozen=True, slots=True)
class Manned:
    """What matters of a department."""

    name: str
    is_active: bool = True
    has_members: bool = True
    has_head: bool = True


def check(definition: Definition, *, world: World) -> list[Finding]:
    """Return everything that is wrong, faults first; costs one walk over the drawing each."""
    found = [finding for looks in CHECKS for finding in looks(definition, world)]
    return sorted(found, key=lambda finding: not finding.is_fault)


def too_large(definition: Definition, world: World) -> Iterator[Finding]:
    """A drawing that nobody could read."""
    if len(definition.stages) > MOST_STAGES or len(definition.steps) > MOST_STEPS:
        yield Finding(
            "too_large",
            _("This workflow has %(stages)d stages and %(steps)d steps.")
            % {"stages": len(definition.stages), "steps": len(definition.steps)},
            _("Use at most %(stages)d stages and %(steps)d steps.")
            % {"stages": MOST_STAGES, "steps": MOST_STEPS},
        )


def doubled(definition: Definition, world: World) -> Iterator[Finding]:
    """Two stages or steps of one key or name."""
    for key in repeated(stage.key for stage in definition.stages):
        yield Finding(
            "key_twice",
            _("Two stages have the key “%(key)s”.") % {"key": key},
            _("Give one of them another key."),
            stages=(key,),
        )
    for key in repeated(step.key for step in definition.steps):
        yield Finding(
            "step_key_twice",
            _("Two steps have the key “%(key)s”.") % {"key": key},
            _("Give one of them another key."),
            steps=(key,),
        )
    for name in repeated(stage.name.strip().lower() for stage in definition.stages):
        yield Finding(
            "name_twice",
            _("Two stages are called “%(name)s”.") % {"name": name},
            _("Name them so that people can tell them apart."),
            stages=tuple(s.key for s in definition.stages if s.name.strip().lower() == name),
        )


def repeated(words: Iterable[str]) -> list[str]:
    """Return what stands there more than once, in order."""
    return [word for word, count in Counter(words).items() if count > 1]


def begins_nowhere(definition: Definition, world: World) -> Iterator[Finding]:
    """No first stage, or one in which no problem begins."""
    start = definition.stage(definition.start)
    if start is None:
        yield Finding(
            "no_start",
            _("This workflow has no first stage."),
            _("Say in which stage a new problem stands."),
        )
    elif start.state != world.begins_in:
        yield Finding(
            "wrong_start",
            _("“%(stage)s” is the first stage, but a new problem cannot stand there.")
            % {"stage": start.name},
            _("Begin with a stage of the state New."),
            stages=(start.key,),
        )


def loose_ends(definition: Definition, world: World) -> Iterator[Finding]:
    """A step to or from what is not there."""
    for step in definition.steps:
        for key in (step.begin, step.end):
            if definition.stage(key) is None:
                yield Finding(
                    "loose_step",
                    _("The step “%(step)s” names the stage “%(key)s”, which is not there.")
                    % {"step": step.name, "key": key},
                    _("Connect it to a stage, or take it out."),
                    steps=(step.key,),
                )


def unknown_states(definition: Definition, world: World) -> Iterator[Finding]:
    """A stage in a state that the program does not know."""
    for stage in definition.stages:
        if stage.state not in world.transitions:
            yield Finding(
                "unknown_state",
                _("“%(stage)s” is in the state “%(state)s”, which does not exist.")
                % {"stage": stage.name, "state": stage.state},
                _("Choose one of: %(states)s.") % {"states": ", ".join(world.transitions)},
                stages=(stage.key,),
            )


def unreachable(definition: Definition, world: World) -> Iterator[Finding]:
    """A stage that no problem ever comes to."""
    if definition.stage(definition.start) is None:
        return
    reached = definition.reachable(definition.start)
    for stage in definition.stages:
        if stage.key not in reached:
            yield Finding(
                "unreachable",
                _("No step leads to “%(stage)s”.") % {"stage": stage.name},
                _("Draw a step to it, or take it out."),
                stages=(stage.key,),
            )


def dead_ends(definition: Definition, world: World) -> Iterator[Finding]:
    """A stage that a problem never leaves, or a circle without a way out."""
    ends = {stage.key for stage in definition.stages if stage.state in world.ends_in}
    if not ends:
        yield Finding(
            "no_end",
            _("No stage ends a problem."),
            _("Add a stage of the state Resolved."),
        )
        return
    on_the_way = definition.leads_to(ends)
    for stage in definition.stages:
        if stage.key in on_the_way:
            continue
        if not any(True for _step in definition.ways_from(stage.key)):
            yield Finding(
                "dead_end",
                _("Nothing leads out of “%(stage)s”.") % {"stage": stage.name},
                _("Draw a step from it to the stage that follows."),
                stages=(stage.key,),
            )
        else:
            yield Finding(
                "loop_without_exit",
                _("From “%(stage)s” a problem goes round in a circle for ever.")
                % {"stage": stage.name},
                _("Draw a step out of the circle."),
                stages=(stage.key,),
            )


def uncovered(definition: Definition, world: World) -> Iterator[Finding]:
    """A state that no stage belongs to."""
    covered = {stage.state for stage in definition.stages}
    for state in world.covered:
        if state not in covered:
            yield Finding(
                "state_not_covered",
                _("No stage belongs to the state “%(state)s”.") % {"state": state},
                _("Add a stage for it: a problem can come there."),
            )


def impossible_steps(definition: Definition, world: World) -> Iterator[Finding]:
    """A step between states that do not follow one another."""
    for step, begin, end in connected(definition):
        follows = {begin.state, *world.transitions.get(begin.state, ())}
        if begin.state in world.transitions and end.state not in follows:
            yield Finding(
                "impossible_step",
                _("“%(step)s” goes from “%(begin)s” to “%(end)s”, which no problem can do.")
                % {"step": step.name, "begin": begin.name, "end": end.name},
                _("After %(state)s may come: %(states)s.")
                % {"state": begin.state, "states": ", ".join(sorted(follows)) or _("nothing")},
                steps=(step.key,),
            )
        if step.begin == step.end:
            yield Finding(
                "step_to_itself",
                _("“%(step)s” leads from a stage to itself.") % {"step": step.name},
                _("Connect it to another stage, or take it out."),
                steps=(step.key,),
            )


def connected(definition: Definition) -> Iterator[tuple[Step, Stage, Stage]]:
    """Return the steps whose ends are there, with both stages."""
    for step in definition.steps:
        begin, end = definition.stage(step.begin), definition.stage(step.end)
        if begin is not None and end is not None:
            yield step, begin, end


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


def nobody_may(definition: Definition, world: World) -> Iterator[Finding]:
    """A step that nobody may take, or an approval by nobody."""
    for step in definition.steps:
        if not step.may_take:
            yield Finding(
                "nobody_may",
                _("Nobody may take “%(step)s”.") % {"step": step.name},
                _("Say who may: the department, the assignee, its head or a lead."),
                steps=(step.key,),
            )
        approval = step.approval
        if approval is None:
            continue
        if approval.quorum not in range(101):
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


def backwards(definition: Definition, world: World) -> Iterator[Finding]:
    """A step that is called forward and leads back, or the other way round."""
    order = {state: rank for rank, state in enumerate(world.transitions)}
    for step, begin, end in connected(definition):
        rank_begin, rank_end = order.get(begin.state, 0), order.get(end.state, 0)
        if step.kind is StepKind.FORWARD and rank_end < rank_begin:
            yield Finding(
                "forward_leads_back",
                _("“%(step)s” is called forward but leads back to %(state)s.")
                % {"step": step.name, "state": end.state},
                _("Call it a step back, so that its time is counted as a detour."),
                steps=(step.key,),
            )
        if step.kind is StepKind.BACK and rank_end > rank_begin:
            yield Finding(
                "back_leads_forward",
                _("“%(step)s” is called back but leads on to %(state)s.")
                % {"step": step.name, "state": end.state},
                _("Call it forward."),
                steps=(step.key,),
            )


CHECKS: tuple[Callable[[Definition, World], Iterator[Finding]], ...] = (
    too_large,
    doubled,
    begins_nowhere,
    loose_ends,
    unknown_states,
    unreachable,
    dead_ends,
    uncovered,
    impossible_steps,
    without_owner,
    nobody_may,
    targets_out_of_range,
    unknown_fields,
    backwards,
    unspoken,
)
