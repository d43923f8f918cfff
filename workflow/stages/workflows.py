"""Which workflows there are, which problem takes which, and in which order they are asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, lock, not_there, remember, required_name
from workflow.conditions import (
    BadCondition,
    condition_to_data,
    evaluate,
    facts_named_by,
    parse_condition,
)
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.writable import is_writable

MOST_WORKFLOWS = 50
LONGEST_NAME = 80


class NeverPublished(Refusal):
    """A workflow without a published version takes no problem."""

    code = "never_published"


class StillNeeded(Refusal):
    """The workflow that takes the rest cannot be switched off."""

    code = "still_needed"


class WasPublished(Refusal):
    """A workflow that was published once is switched off, never removed."""

    code = "was_published"


def workflow_for(facts: Mapping[str, object]) -> Workflow | None:
    """Return the workflow that a new problem takes, with its published version, or None; one query.

    The first active one whose condition fits, else the default one. Without either the problem
    follows the standard way. One without a condition is taken by nothing but as the default.
    """
    return the_one_for(facts, active_workflows())


def active_workflows() -> list[Workflow]:
    """Return the workflows that take problems, with what counts, as they are asked; one query."""
    return list(
        Workflow.objects.filter(is_active=True, version__isnull=False)
        .select_related("version")
        .order_by("position", "id")
    )


def the_one_for(facts: Mapping[str, object], workflows: Sequence[Workflow]) -> Workflow | None:
    """Return which of some workflows takes a problem of these facts, or None."""
    for workflow in workflows:
        if (
            workflow.applies_when
            and evaluate(parse_condition(workflow.applies_when), facts).matched
        ):
            return workflow
    return next((workflow for workflow in workflows if workflow.is_default), None)


@transaction.atomic
def add_workflow(*, name: str, actor: Actor, at: datetime) -> Workflow:
    """Add a workflow behind the others; no problem takes it until a draft is published.

    Raises:
        BadSetting, NameTaken: see there.
    """
    actor.require(Permission.CONFIGURE)
    workflows = lock_workflows()
    if len(workflows) >= MOST_WORKFLOWS:
        raise BadSetting(
            _("There are %(count)d workflows already.") % {"count": MOST_WORKFLOWS},
            next_step=_("Change one of them instead."),
        )
    workflow = Workflow.objects.create(
        name=free_name(name, workflow_id=None),
        position=max((one.position for one in workflows), default=0) + 1,
    )
    remember(workflow, actor=actor, at=at, changes={"what": "workflow", "is_new": True})
    return workflow


def free_name(name: str, *, workflow_id: int | None) -> str:
    """Return a name that no other workflow has; one query.

    Raises:
        BadSetting, NameTaken: it is empty, or there is one.
    """
    name = required_name(name, longest=LONGEST_NAME)
    if Workflow.objects.filter(name__iexact=name).exclude(pk=workflow_id or 0).exists():
        raise NameTaken(
            _("There is a workflow “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    return name


@transaction.atomic
def move_workflow(*, workflow_id: int, by: int, actor: Actor, at: datetime) -> None:
    """Let a workflow be asked earlier (-1) or later (1); at the end nothing changes.

    Raises:
        NotThere: it was removed.
    """
    actor.require(Permission.CONFIGURE)
    workflows = lock_workflows()
    place = next((one for one, found in enumerate(workflows) if found.pk == workflow_id), None)
    if place is None:
        raise not_there()
    other = place + by
    if not 0 <= other < len(workflows):
        return
    workflows[place], workflows[other] = workflows[other], workflows[place]
    for position, workflow in enumerate(workflows, start=1):
        if workflow.position != position:
            workflow.position = position
            workflow.save(update_fields=["position"])
    changes: dict[str, ChangeValue] = {"position": other + 1, "position_was": place + 1}
    remember(workflows[other], actor=actor, at=at, changes={"what": "workflow", **changes})


@transaction.atomic
def set_applies_when(
    *,
    workflow_id: int,
    condition: Mapping[str, Any],
    known_facts: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> Workflow:
    """Say which new problems take a workflow; an empty condition fits none.

    `known_facts` are the facts of a problem by code.

    Raises:
        NotThere: it was removed.
        BadCondition: the condition cannot be read, or asks for what is no fact of a problem.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    kept = read_condition(condition, known_facts=known_facts)
    if kept != workflow.applies_when:
        workflow.applies_when = kept
        workflow.save(update_fields=["applies_when"])
        changes: dict[str, ChangeValue] = {"what": "workflow", "applies_when": bool(kept)}
        remember(workflow, actor=actor, at=at, changes=changes)
    return workflow


def read_condition(
    condition: Mapping[str, Any], *, known_facts: Mapping[str, str]
) -> dict[str, object]:
    """Return a condition as it is stored; empty stays empty.

    Raises:
        BadCondition: it cannot be read, or asks for what is no fact of a problem.
    """
    if not condition:
        return {}
    tree = parse_condition(condition)
    if not is_writable(condition):
        raise BadCondition(
            _("The condition holds a character that nobody can read."),
            next_step=_("Write it anew."),
        )
    unknown = sorted(facts_named_by(tree) - known_facts.keys())
    if unknown:
        raise BadCondition(
            _("“%(fact)s” is nothing that is known of a problem.") % {"fact": unknown[0]},
            next_step=_("Ask for one of: %(facts)s.") % {"facts": ", ".join(known_facts)},
        )
    return condition_to_data(tree)


@transaction.atomic
def set_default(*, workflow_id: int, is_default: bool, actor: Actor, at: datetime) -> Workflow:
    """Let a workflow take every problem that no other takes, or no longer.

    Without a default one such problems follow the standard way.

    Raises:
        NotThere: it was removed.
        NeverPublished: nothing of it is published.
    """
    actor.require(Permission.CONFIGURE)
    workflows = lock_workflows()
    chosen = next((one for one in workflows if one.pk == workflow_id), None)
    if chosen is None:
        raise not_there()
    if is_default and (chosen.version_id is None or not chosen.is_active):
        raise NeverPublished(
            _("No version of %(name)s counts now.") % {"name": chosen.name},
            next_step=_("Publish one and switch the workflow on first."),
        )
    # The former default first: there is never more than one.
    for workflow in workflows:
        if workflow.is_default and (workflow is chosen) != is_default:
            keep_default(workflow, is_default=False, actor=actor, at=at)
    if is_default and not chosen.is_default:
        keep_default(chosen, is_default=True, actor=actor, at=at)
    return chosen


@transaction.atomic
def set_key(*, workflow_id: int, is_key: bool, actor: Actor, at: datetime) -> Workflow:
    """Mark a workflow as one that matters most to customers, or no longer; reports score those.

    Raises:
        NotThere: it was removed.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    if workflow.is_key != is_key:
        workflow.is_key = is_key
        workflow.save(update_fields=["is_key"])
        changes: dict[str, ChangeValue] = {
            "what": "workflow", "is_key": is_key, "is_key_was": not is_key,
        }  # fmt: skip
        remember(workflow, actor=actor, at=at, changes=changes)
    return workflow


def keep_default(workflow: Workflow, *, is_default: bool, actor: Actor, at: datetime) -> None:
    """Store whether a workflow takes the rest, and remember it."""
    workflow.is_default = is_default
    workflow.save(update_fields=["is_default"])
    changes: dict[str, ChangeValue] = {"takes_rest": is_default, "takes_rest_was": not is_default}
    remember(workflow, actor=actor, at=at, changes={"what": "workflow", **changes})


@transaction.atomic
def set_active(*, workflow_id: int, is_active: bool, actor: Actor, at: datetime) -> Workflow:
    """Let new problems take a workflow, or none any more; those in flight stay on their version.

    Raises:
        NotThere: it was removed.
        StillNeeded: it takes what no other takes.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    if workflow.is_default and not is_active:
        raise StillNeeded(
            _("%(name)s takes every problem that no other workflow takes.")
            % {"name": workflow.name},
            next_step=_("Let another one, or none, take the rest first."),
        )
    if workflow.is_active != is_active:
        workflow.is_active = is_active
        workflow.save(update_fields=["is_active"])
        changes: dict[str, ChangeValue] = {"active": is_active, "active_was": not is_active}
        remember(workflow, actor=actor, at=at, changes={"what": "workflow", **changes})
    return workflow


@transaction.atomic
def remove_workflow(*, workflow_id: int, actor: Actor, at: datetime) -> None:
    """Remove a workflow that never counted, with its draft.

    Raises:
        NotThere: it was removed already.
        WasPublished: problems may have followed it, and their journeys name it.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    versions = WorkflowVersion.objects.filter(workflow=workflow)
    if versions.filter(published_at__isnull=False).exists():
        raise WasPublished(
            _("%(name)s was published: journeys of problems name it.") % {"name": workflow.name},
            next_step=_("Switch it off instead: no new problem takes it then."),
        )
    remember(workflow, actor=actor, at=at, changes={"what": "workflow", "removed": True})
    versions.delete()
    workflow.delete()


def lock_workflows() -> list[Workflow]:
    """Return all workflows in the order in which they are asked, locked."""
    return list(Workflow.objects.select_for_update(of=("self",)).order_by("position", "id"))
