"""Change what a workflow draws: one draft at a time, and versions that are never changed again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import NotThere, lock, remember
from workflow.history.recording import ChangeValue
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.checking import Finding, World, check
from workflow.stages.definition import Definition
from workflow.stages.differing import differences
from workflow.stages.files import as_data, from_data
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.workflows import free_name

LONGEST_NOTE = 200


class DraftExists(Refusal):
    """A workflow has one draft at a time."""

    code = "draft_exists"


class NotADraft(Refusal):
    """What was published is never changed."""

    code = "not_a_draft"


class ChangedMeanwhile(Refusal):
    """Somebody else changed the draft since this person read it."""

    code = "changed_meanwhile"


class HasFaults(Refusal):
    """The checks found what keeps a draft from being published; `findings` holds all of them."""

    code = "has_faults"

    def __init__(self, message: str, *, next_step: str, findings: list[Finding]) -> None:
        super().__init__(message, next_step=next_step)
        self.findings = findings


def definition_of(version: WorkflowVersion) -> Definition:
    """Return what a version draws; asks nothing."""
    return from_data(version.definition)


@transaction.atomic
def start_draft(
    *, workflow_id: int, definition: Definition, actor: Actor, at: datetime, note: str = ""
) -> WorkflowVersion:
    """Begin a draft with a drawing: a starter, a file, or what is published.

    Raises:
        NotThere: the workflow was removed.
        DraftExists: there is one already.
        BadWorkflowFile: the drawing holds what cannot be stored.
    """
    actor.require(Permission.CONFIGURE)
    workflow = lock(Workflow.objects, workflow_id)
    newest = WorkflowVersion.objects.filter(workflow=workflow).order_by("-number").first()
    if newest is not None and newest.state == WorkflowState.DRAFT:
        raise DraftExists(
            _("There is a draft of %(name)s already.") % {"name": workflow.name},
            next_step=_("Go on with it, or discard it first."),
        )
    version = WorkflowVersion.objects.create(
        workflow=workflow,
        number=newest.number + 1 if newest else 1,
        state=WorkflowState.DRAFT,
        definition=stored(replace(definition, name=workflow.name)),
        note=one_line(note, longest=LONGEST_NOTE),
        created_at=at,
        created_by_id=actor.user_id,
    )
    remember(
        workflow,
        actor=actor,
        at=at,
        changes={"what": "workflow", "draft": version.number, **sizes(definition)},
    )
    return version


def draft_of(workflow: Workflow) -> WorkflowVersion | None:
    """Return the draft of a workflow, or None; one query."""
    return (
        WorkflowVersion.objects.filter(workflow=workflow, state=WorkflowState.DRAFT)
        .select_related("workflow__version")
        .first()
    )


@transaction.atomic
def change_draft(
    *,
    version_id: int,
    definition: Definition,
    actor: Actor,
    at: datetime,
    expected_edition: int | None = None,
) -> WorkflowVersion:
    """Let a draft draw something else; `edition` counts one up.

    Whether it makes sense is told by `check`: a draft may be wrong while somebody draws. Where
    stages stand on the map is kept, but no history is written of it.

    Raises:
        NotThere, NotADraft: it was discarded or published.
        ChangedMeanwhile: it is not at the edition that was read.
        BadSetting, NameTaken: the name cannot be used.
        BadWorkflowFile: the drawing holds what cannot be stored.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    refuse_stale(version, expected_edition)
    before = definition_of(version)
    workflow = version.workflow
    name = free_name(definition.name, workflow_id=workflow.pk)
    definition = replace(definition, name=name)
    if definition == before:
        return version
    version.definition = stored(definition)
    version.edition += 1
    version.save(update_fields=["definition", "edition"])
    if workflow.version_id is None and workflow.name != name:
        workflow.name = name
        workflow.save(update_fields=["name"])
    changes = differences(before, definition)
    if changes:
        facts: dict[str, ChangeValue] = {"edition": version.edition, "changes": len(changes)}
        remember(
            workflow,
            actor=actor,
            at=at,
            changes={"what": "workflow", "draft": version.number, **facts, **sizes(definition)},
        )
    return version


@transaction.atomic
def discard_draft(*, version_id: int, actor: Actor, at: datetime) -> Workflow:
    """Throw a draft away; what is published stays.

    Raises:
        NotThere, NotADraft: it was discarded or published.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    gone: dict[str, ChangeValue] = {"draft": None, "draft_was": version.number}
    remember(version.workflow, actor=actor, at=at, changes={"what": "workflow", **gone})
    version.delete()
    return version.workflow


@transaction.atomic
def publish_draft(
    *,
    version_id: int,
    world: World,
    actor: Actor,
    at: datetime,
    note: str = "",
    expected_edition: int | None = None,
) -> WorkflowVersion:
    """Let new problems follow a draft from now on; what was published before is retired.

    Problems in flight stay on their version until somebody moves them
    (`problems.migrating_stages`).

    Raises:
        NotThere, NotADraft: it was discarded, or published already.
        ChangedMeanwhile: it is not at the edition that was read.
        HasFaults: the checks found what nobody could follow.
        NameTaken: another workflow took the name meanwhile.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    refuse_stale(version, expected_edition)
    definition = definition_of(version)
    faults = [finding for finding in check(definition, world=world) if finding.is_fault]
    if faults:
        raise HasFaults(
            " ".join(fault.sentence for fault in faults[:3]),
            next_step=" ".join(dict.fromkeys(fault.next_step for fault in faults[:3])),
            findings=faults,
        )
    workflow = version.workflow
    former = workflow.version
    if former is not None:
        retire_version(former, at=at)
    version.state = WorkflowState.PUBLISHED
    version.published_at = at
    version.published_by_id = actor.user_id
    version.note = one_line(note, longest=LONGEST_NOTE) or version.note
    version.save(update_fields=["state", "published_at", "published_by", "note"])
    workflow.version = version
    workflow.name = free_name(definition.name, workflow_id=workflow.pk)
    workflow.save(update_fields=["version", "name"])
    remember(
        workflow,
        actor=actor,
        at=at,
        changes={
            "what": "workflow",
            "version": version.number,
            "version_was": former.number if former else None,
            **sizes(definition),
        },
    )
    return version


def retire_version(version: WorkflowVersion, *, at: datetime) -> None:
    """Let no new problem follow a version; those in flight still do."""
    version.state = WorkflowState.RETIRED
    version.retired_at = at
    version.save(update_fields=["state", "retired_at"])


def lock_draft(version_id: int) -> WorkflowVersion:
    """Return a draft with its workflow, both locked.

    Raises:
        NotThere: it was discarded.
        NotADraft: it was published.
    """
    found = WorkflowVersion.objects.filter(pk=version_id).values_list("workflow_id", flat=True)
    workflow_id = found.first()
    if workflow_id is None:
        raise NotThere(
            _("This draft was discarded meanwhile."), next_step=_("Load the page again.")
        )
    # The workflow before its versions: whoever publishes locks in this order too.
    workflow = (
        Workflow.objects.select_for_update(of=("self",))
        .select_related("version")
        .get(pk=workflow_id)
    )
    version = lock(WorkflowVersion.objects, version_id)
    if version.state != WorkflowState.DRAFT:
        raise NotADraft(
            _("Version %(number)d was published: it is never changed again.")
            % {"number": version.number},
            next_step=_("Begin a new draft."),
        )
    version.workflow = workflow
    return version


def refuse_stale(version: WorkflowVersion, expected_edition: int | None) -> None:
    """Refuse a change to what somebody else has changed.

    Raises:
        ChangedMeanwhile: it is not at this edition.
    """
    if expected_edition is not None and expected_edition != version.edition:
        raise ChangedMeanwhile(
            _("Somebody changed this draft while you had it open."),
            next_step=_("Load it again, look at what is new, and change it once more."),
        )


def stored(definition: Definition) -> Mapping[str, object]:
    """Return a drawing as it is stored; whatever is stored can be read again.

    Raises:
        BadWorkflowFile: it holds what a file cannot hold.
    """
    data = as_data(definition)
    from_data(data)
    return data


def sizes(definition: Definition) -> dict[str, ChangeValue]:
    """Return what a history line may say of a drawing."""
    return {"stages": len(definition.stages), "ways": len(definition.steps)}
