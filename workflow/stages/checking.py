"""Look at a drawn workflow and say what is wrong with it, while it is drawn. Pure.

A fault keeps a draft from being published, a warning does not.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from workflow.stages.checking_pieces import STAGE_CHECKS, STEP_CHECKS, connected
from workflow.stages.definition import Definition, StepKind
from workflow.stages.world import Finding, Manned, World

__all__ = ["CHECKS", "Finding", "Manned", "World", "check"]

MOST_STAGES = 60
MOST_STEPS = 300


def check(definition: Definition, *, world: World) -> list[Finding]:
    """Return everything that is wrong, faults first; costs one walk over the drawing each."""
    found = [finding for look in CHECKS for finding in look(definition, world)]
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
    for name in repeated(stage.name.strip().casefold() for stage in definition.stages):
        same = [stage for stage in definition.stages if stage.name.strip().casefold() == name]
        yield Finding(
            "name_twice",
            _("Two stages are called “%(name)s”.") % {"name": same[0].name},
            _("Name them so that people can tell them apart."),
            stages=tuple(stage.key for stage in same),
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
            _("“%(stage)s” is the first stage, but no new problem can stand there.")
            % {"stage": start.name},
            _("Begin with a stage of the state %(state)s.")
            % {"state": world.state_name(world.begins_in)},
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
                _("Choose one of: %(states)s.") % {"states": world.state_names(world.transitions)},
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
    """A stage that a problem never leaves, or a circle without a way out.

    A stage that only leads into one of them is not told: whoever mends that one mends it too.
    """
    ends = {stage.key for stage in definition.stages if stage.state in world.ends_in}
    if not ends:
        yield Finding(
            "no_end",
            _("No stage ends a problem."),
            _("Add a stage of the state %(state)s.")
            % {"state": world.state_name(next(iter(world.ends_in), ""))},
        )
        return
    on_the_way = definition.leads_to(ends)
    stuck = [stage for stage in definition.stages if stage.key not in on_the_way]
    for stage in stuck:
        if next(definition.ways_from(stage.key), None) is None:
            yield Finding(
                "dead_end",
                _("Nothing leads out of “%(stage)s”.") % {"stage": stage.name},
                _("Draw a step from it to the stage that follows."),
                stages=(stage.key,),
            )
    for circle in circles(definition, [stage.key for stage in stuck]):
        names = [stage.name for stage in definition.stages if stage.key in circle]
        yield Finding(
            "loop_without_exit",
            _("In “%(stages)s” a problem goes round in a circle for ever.")
            % {"stages": "”, “".join(names)},
            _("Draw a step out of the circle."),
            stages=tuple(circle),
        )


def circles(definition: Definition, keys: Iterable[str]) -> Iterator[list[str]]:
    """Return the circles in which a problem could go round for ever, each once."""
    ahead = {
        key: {
            there
            for step in definition.ways_from(key)
            if definition.stage(step.end) is not None
            for there in definition.reachable(step.end)
        }
        for key in keys
    }
    told: set[str] = set()
    for key, reached in ahead.items():
        if key in reached and key not in told:
            circle = [other for other in ahead if other in reached and key in ahead[other]]
            told.update(circle)
            yield circle


def uncovered(definition: Definition, world: World) -> Iterator[Finding]:
    """A state that no stage belongs to."""
    covered = {stage.state for stage in definition.stages}
    for state in world.covered:
        if state not in covered:
            yield Finding(
                "state_not_covered",
                _("No stage belongs to the state “%(state)s”.")
                % {"state": world.state_name(state)},
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
                % {
                    "state": world.state_name(begin.state),
                    "states": world.state_names(follows) or _("nothing"),
                },
                steps=(step.key,),
            )
        if step.begin == step.end:
            yield Finding(
                "step_to_itself",
                _("“%(step)s” leads from a stage to itself.") % {"step": step.name},
                _("Connect it to another stage, or take it out."),
                steps=(step.key,),
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
                % {"step": step.name, "state": world.state_name(end.state)},
                _("Call it a step back if its time is to count as a detour."),
                is_fault=False,
                steps=(step.key,),
            )
        if step.kind is StepKind.BACK and rank_end > rank_begin:
            yield Finding(
                "back_leads_forward",
                _("“%(step)s” is called back but leads on to %(state)s.")
                % {"step": step.name, "state": world.state_name(end.state)},
                _("Call it forward, or its time counts as a detour."),
                is_fault=False,
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
    backwards,
    *STAGE_CHECKS,
    *STEP_CHECKS,
)
