"""Move problems in flight to another version of their workflow, by a map that is checked first.

Those on the standard way are moved onto a drawing in the same manner: each of its states counts as
a stage, and the workflow takes those whose facts fit it.

The state never changes and no stay ends: the open stay and its times go on under the new drawing.
Ended stays keep the version in which they were.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from problems.facts import facts_of_all
from problems.models import Leg, Problem, StepRequest
from problems.models.step_request import LIVE_REQUEST, RequestState
from problems.stages import definition_with, first_stage_in
from problems.states import OPEN_STATES, STATE_NAMES, ProblemState
from workflow.amending import lock, remember
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, Line, record_all
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.definition import Definition, Stage
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.moving import MapFault, check_map, suggested_map
from workflow.stages.workflows import active_workflows, the_one_for

# The number that stands for the standard way, from which problems move onto a drawing.
STANDARD_WAY = 0


class BadMap(Refusal):
    """The map says nothing, or something impossible, of stages with problems; `faults` holds all."""

    code = "bad_map"

    def __init__(self, faults: list[MapFault]) -> None:
        super().__init__(
            " ".join(fault.sentence for fault in faults[:3]),
            next_step=" ".join(dict.fromkeys(fault.next_step for fault in faults[:3])),
        )
        self.faults = faults


class NoSuchMove(Refusal):
    """Problems move from a published or retired version to the one that counts."""

    code = "no_such_move"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Move:
    """A move as it would be: both drawings, how many problems of each old stage, what is suggested.

    `before` is None for the standard way.
    """

    before: WorkflowVersion | None
    after: WorkflowVersion
    in_flight: Mapping[str, int]
    suggested: Mapping[str, str]

    @property
    def drawings(self) -> tuple[Definition, Definition]:
        """The old and the new drawing."""
        return drawing_before(self.before), definition_with(self.after.pk)

    def faults(self, stage_map: Mapping[str, str]) -> list[MapFault]:
        """Return why problems cannot be moved by a map; empty if they can."""
        before, after = self.drawings
        return check_map(before, after, stage_map=stage_map, in_flight=self.in_flight)


@dataclass(frozen=True, slots=True)
class Moving:
    """What of a problem its move depends on."""

    id: int
    state: str
    stage_key: str
    next_stage_key: str


def problems_by_version() -> dict[int | None, int]:
    """Return how many open problems follow each version, None for the standard way; one query."""
    return dict(
        Problem.objects.filter(state__in=OPEN_STATES)
        .order_by()
        .values_list("workflow_version_id")
        .annotate(count=Count("id"))
    )


def move_from(*, workflow_id: int, number: int) -> Move:
    """Return what moving the open problems of a version would do; four queries.

    Raises:
        NoSuchMove: there is no such version, or none to move to.
    """
    before, after = versions_of(workflow_id, number)
    moving = standard_ones(after) if before is None else list(followers_of(before))
    old, new = drawing_before(before), definition_with(after.pk)
    return Move(
        before=before,
        after=after,
        in_flight=stages_of(moving),
        suggested=suggested_map(old, new)
        | ({} if before is not None else places_in(new, states=stages_of(moving))),
    )


def drawing_before(version: WorkflowVersion | None) -> Definition:
    """Return the drawing that problems follow; for the standard way one stage to each state."""
    return definition_with(version.pk) if version is not None else standard_way()


def standard_way() -> Definition:
    """Return the standard way as stages, one to each open state and called as it is."""
    return Definition(
        name=_("The standard way"),
        start=ProblemState.NEW.value,
        steps=(),
        stages=tuple(
            Stage(key=state.value, name=str(STATE_NAMES[state]), state=state.value)
            for state in ProblemState
            if state in OPEN_STATES
        ),
    )


def places_in(new: Definition, *, states: Iterable[str]) -> dict[str, str]:
    """Return for each state where problems of it begin in a drawing."""
    found = {state: first_stage_in(new, state) for state in states}
    return {state: stage.key for state, stage in found.items() if stage is not None}


def followers_of(version: WorkflowVersion, *, is_locked: bool = False) -> Iterator[Moving]:
    """Yield the open problems that follow a version, in order; one query."""
    rows = Problem.objects.filter(workflow_version=version, state__in=OPEN_STATES).order_by("id")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    for row in rows.values_list("id", "state", "stage_key", "next_stage_key"):
        yield Moving(*row)


def standard_ones(version: WorkflowVersion, *, is_locked: bool = False) -> list[Moving]:
    """Return the open problems on the standard way that a version's workflow would take, in order.

    They would take it if they were opened now. Five queries, however many problems.
    """
    rows = (
        Problem.objects.filter(workflow_version__isnull=True, state__in=OPEN_STATES)
        .select_related("product")
        .order_by("id")
    )
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    problems = list(rows)
    facts, choice = facts_of_all(problems), active_workflows()
    return [
        Moving(problem.pk, problem.state, problem.state, "")
        for problem in problems
        if (taken := the_one_for(facts[problem.pk], choice)) is not None
        and taken.pk == version.workflow_id
    ]


def versions_of(workflow_id: int, number: int) -> tuple[WorkflowVersion | None, WorkflowVersion]:
    """Return the version that problems are in and the one that counts; two queries.

    `STANDARD_WAY` names the standard way, which has no version.

    Raises:
        NoSuchMove: there is no such version, or none to move to.
    """
    workflow = Workflow.objects.select_related("version").filter(pk=workflow_id).first()
    before = (
        WorkflowVersion.objects.filter(workflow_id=workflow_id, number=number)
        .exclude(state=WorkflowState.DRAFT)
        .first()
    )
    if before is None and number != STANDARD_WAY:
        raise NoSuchMove(
            _("There is no version %(number)d that problems could follow.") % {"number": number},
            next_step=_("Choose a version that was published."),
        )
    if workflow is None or workflow.version is None:
        raise NoSuchMove(
            _("No version of this workflow counts."), next_step=_("Publish a draft first.")
        )
    if workflow.version == before:
        raise NoSuchMove(
            _("Version %(number)d is the one that counts.") % {"number": number},
            next_step=_("Publish a draft first, then move what is under way."),
        )
    return before, workflow.version


@transaction.atomic
def move_problems(
    *, workflow_id: int, number: int, stage_map: Mapping[str, str], actor: Actor, at: datetime
) -> int:
    """Let all open problems of a version follow the one that counts; return how many.

    All move or none. Approvals that are asked for are withdrawn, since their step may be gone;
    whoever wants it asks again. About ten queries for any number of problems, and three for
    each stage.

    Raises:
        NotPermitted: the actor may not configure.
        NoSuchMove: there is no such version, or none to move to.
        BadMap: a stage with problems has no answer, or one of another state.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    before, after = versions_of(workflow_id, number)
    if before is None:
        moving = standard_ones(after, is_locked=True)
    else:
        moving = list(followers_of(before, is_locked=True))
    old, new = drawing_before(before), definition_with(after.pk)
    faults = check_map(old, new, stage_map=stage_map, in_flight=stages_of(moving))
    if faults:
        raise BadMap(faults)
    places = {piece.id: place_of(piece, new, stage_map=stage_map) for piece in moving}
    for place in sorted(set(places.values())):
        ids = [piece.id for piece in moving if places[piece.id] == place]
        put(ids, place, new=new, version=after)
    StepRequest.objects.filter(problem__in=list(places), state__in=LIVE_REQUEST).update(
        state=RequestState.WITHDRAWN, due_at=None, decided_at=at
    )
    versions = (before.number if before is not None else STANDARD_WAY, after.number)
    record_all(
        [told_of(piece, places[piece.id], versions=versions) for piece in moving],
        actor=actor,
        at=at,
    )
    facts: dict[str, ChangeValue] = {
        "moved": len(moving),
        "version": after.number,
        "version_was": versions[0],
    }
    remember(workflow, actor=actor, at=at, changes={"what": "workflow", **facts})
    return len(moving)


def stages_of(moving: Sequence[Moving]) -> Counter[str]:
    """Return how many problems stand in each stage, or wait for a yes that leads to it."""
    found = Counter(piece.stage_key for piece in moving if piece.stage_key)
    found.update(piece.next_stage_key for piece in moving if piece.next_stage_key)
    return found


def place_of(piece: Moving, new: Definition, *, stage_map: Mapping[str, str]) -> tuple[str, str]:
    """Return where a problem stands under the new drawing, and where acceptance leads.

    One that stood in no stage, since the old drawing had none for its state, stands in the first
    of its state.
    """
    if piece.stage_key:
        stage_key = stage_map[piece.stage_key]
    else:
        first = first_stage_in(new, piece.state)
        stage_key = first.key if first is not None else ""
    return stage_key, stage_map.get(piece.next_stage_key, "")


def put(
    ids: Sequence[int], place: tuple[str, str], *, new: Definition, version: WorkflowVersion
) -> None:
    """Let problems and their open stays stand in a stage of another version; three queries.

    A stay keeps the step that led to it if the new drawing has it too.
    """
    stage_key, next_stage_key = place
    Problem.objects.filter(pk__in=ids).update(
        workflow_version=version,
        stage_key=stage_key,
        next_stage_key=next_stage_key,
        version=F("version") + 1,
    )
    open_stays = Leg.objects.filter(problem__in=ids, left_at__isnull=True)
    open_stays.exclude(step_key__in=[step.key for step in new.ways_to(stage_key)]).update(
        step_key=""
    )
    open_stays.update(workflow_version=version, stage_key=stage_key)


def told_of(piece: Moving, place: tuple[str, str], *, versions: tuple[int, int]) -> Line:
    """Return the history line of one problem: version and stage, as they were and are."""
    before, after = versions
    changes: dict[str, ChangeValue] = {"workflow_version": after, "workflow_version_was": before}
    if before == STANDARD_WAY:
        changes |= {"stage": place[0]}
    elif place[0] != piece.stage_key:
        changes |= {"stage": place[0], "stage_was": piece.stage_key}
    return Line(
        action=Action.PROBLEM_MOVED,
        subject_kind=str(Problem._meta.model_name),
        subject_id=piece.id,
        changes=changes,
    )
