"""Workflows and their versions as they are stored: drafts, publishing, order, who takes what."""

from dataclasses import replace
from typing import Any

import pytest

from tests.make import AT, HOUR, make_actor
from tests.workflow.stages.drawing import WORLD, plain, stage, with_stages
from workflow.amending import BadSetting, NameTaken, NotThere
from workflow.conditions import BadCondition
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.stages.files import BadWorkflowFile
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.versions import (
    ChangedMeanwhile,
    DraftExists,
    HasFaults,
    NotADraft,
    change_draft,
    definition_of,
    discard_draft,
    publish_draft,
    start_draft,
)
from workflow.stages.workflows import (
    NeverPublished,
    StillNeeded,
    WasPublished,
    add_workflow,
    move_workflow,
    remove_workflow,
    set_active,
    set_applies_when,
    set_default,
    workflow_for,
)

FACTS = {"category": "Category"}
SYSTEM = Actor.system("test")


@pytest.fixture
def admin(tenant: Any) -> Actor:
    return make_actor(Role.ADMIN)


def begin(name: str = "Defects", *, actor: Actor = SYSTEM) -> WorkflowVersion:
    """Add a workflow with a draft of the plain drawing."""
    workflow = add_workflow(name=name, actor=actor, at=AT)
    return start_draft(workflow_id=workflow.pk, definition=plain(), actor=actor, at=AT)


def published(name: str = "Defects", *, actor: Actor = SYSTEM) -> Workflow:
    """Add a workflow with a published version."""
    draft = begin(name, actor=actor)
    return publish_draft(version_id=draft.pk, world=WORLD, actor=actor, at=AT).workflow


def test_a_draft_is_published_and_never_changed_again(admin: Actor) -> None:
    draft = begin(actor=admin)
    other = with_stages(plain(), stage("assess", within=2 * HOUR))

    changed = change_draft(
        version_id=draft.pk, definition=other, actor=admin, at=AT, expected_edition=1
    )
    first = publish_draft(
        version_id=draft.pk,
        world=WORLD,
        actor=admin,
        at=AT + HOUR,
        note="First",
        expected_edition=2,
    )

    assert changed.edition == 2
    assert (first.state, first.published_at, first.published_by_id, first.note) == (
        WorkflowState.PUBLISHED,
        AT + HOUR,
        admin.user_id,
        "First",
    )
    assert definition_of(first).stages == other.stages
    with pytest.raises(NotADraft):
        change_draft(version_id=first.pk, definition=plain(), actor=admin, at=AT)
    with pytest.raises(NotADraft):
        publish_draft(version_id=first.pk, world=WORLD, actor=admin, at=AT)


def test_the_next_version_retires_the_one_before_and_may_rename_the_workflow(admin: Actor) -> None:
    workflow = published(actor=admin)
    draft = start_draft(workflow_id=workflow.pk, definition=plain(), actor=admin, at=AT)
    change_draft(
        version_id=draft.pk, definition=replace(plain(), name="Faults"), actor=admin, at=AT
    )
    assert Workflow.objects.get().name == "Defects"

    second = publish_draft(version_id=draft.pk, world=WORLD, actor=admin, at=AT + HOUR)

    assert Workflow.objects.get().version == second
    assert Workflow.objects.get().name == "Faults"
    former = WorkflowVersion.objects.get(number=1)
    assert (former.state, former.retired_at) == (WorkflowState.RETIRED, AT + HOUR)


def test_a_draft_with_faults_is_not_published_and_says_what_to_do(admin: Actor) -> None:
    draft = begin(actor=admin)
    change_draft(
        version_id=draft.pk,
        definition=with_stages(plain(), stage("lost", "root_cause")),
        actor=admin,
        at=AT,
    )

    with pytest.raises(HasFaults) as refusal:
        publish_draft(version_id=draft.pk, world=WORLD, actor=admin, at=AT)

    assert {one.code for one in refusal.value.findings} == {"unreachable", "dead_end"}
    assert "No step leads to “Lost”." in refusal.value.sentence
    assert "Draw a step to it" in refusal.value.next_step
    assert Workflow.objects.get().version is None


def test_one_draft_at_a_time_and_nobody_writes_over_another(admin: Actor) -> None:
    draft = begin(actor=admin)

    with pytest.raises(DraftExists):
        start_draft(workflow_id=draft.workflow_id, definition=plain(), actor=admin, at=AT)
    with pytest.raises(ChangedMeanwhile):
        change_draft(
            version_id=draft.pk, definition=plain(), actor=admin, at=AT, expected_edition=7
        )
    with pytest.raises(ChangedMeanwhile):
        publish_draft(version_id=draft.pk, world=WORLD, actor=admin, at=AT, expected_edition=7)
    discard_draft(version_id=draft.pk, actor=admin, at=AT)
    with pytest.raises(NotThere):
        discard_draft(version_id=draft.pk, actor=admin, at=AT)


def test_names_are_needed_and_not_taken_and_drawings_can_be_stored(admin: Actor) -> None:
    draft = begin(actor=admin)

    with pytest.raises(NameTaken):
        add_workflow(name="defects", actor=admin, at=AT)
    with pytest.raises(BadSetting):
        add_workflow(name=" ", actor=admin, at=AT)
    with pytest.raises(BadWorkflowFile):
        change_draft(
            version_id=draft.pk,
            definition=with_stages(plain(), stage("no/key", "assess")),
            actor=admin,
            at=AT,
        )


def test_only_those_who_configure_may_draw(tenant: Any) -> None:
    draft = begin()
    lead = make_actor(Role.LEAD)

    with pytest.raises(NotPermitted):
        add_workflow(name="Other", actor=lead, at=AT)
    with pytest.raises(NotPermitted):
        change_draft(version_id=draft.pk, definition=plain(), actor=lead, at=AT)
    with pytest.raises(NotPermitted):
        publish_draft(version_id=draft.pk, world=WORLD, actor=lead, at=AT)
    with pytest.raises(NotPermitted):
        set_default(workflow_id=draft.workflow_id, is_default=True, actor=lead, at=AT)


def test_the_first_that_fits_takes_a_problem_then_the_one_for_the_rest(admin: Actor) -> None:
    rest, money = published("Rest", actor=admin), published("Money", actor=admin)
    assert workflow_for({"category": "billing"}) is None
    set_default(workflow_id=rest.pk, is_default=True, actor=admin, at=AT)
    set_applies_when(
        workflow_id=money.pk,
        condition={"fact": "category", "is": "billing"},
        known_facts=FACTS,
        actor=admin,
        at=AT,
    )

    assert workflow_for({"category": "billing"}) == money
    assert workflow_for({"category": "parcel"}) == rest
    set_active(workflow_id=money.pk, is_active=False, actor=admin, at=AT)
    assert workflow_for({"category": "billing"}) == rest
    set_default(workflow_id=rest.pk, is_default=False, actor=admin, at=AT)
    assert workflow_for({"category": "billing"}) is None


def test_a_condition_asks_only_for_what_is_known(admin: Actor) -> None:
    workflow = published(actor=admin)

    with pytest.raises(BadCondition) as refusal:
        set_applies_when(
            workflow_id=workflow.pk,
            condition={"fact": "weather", "is": "rain"},
            known_facts=FACTS,
            actor=admin,
            at=AT,
        )

    assert "“weather”" in refusal.value.sentence
    assert "category" in refusal.value.next_step
    with pytest.raises(BadCondition):
        set_applies_when(
            workflow_id=workflow.pk,
            condition={"fact": "category", "is": "a\x00"},
            known_facts=FACTS,
            actor=admin,
            at=AT,
        )


def test_only_what_counts_takes_the_rest_and_it_is_not_switched_off(admin: Actor) -> None:
    draft, first, other = begin("New"), published("First"), published("Other")

    with pytest.raises(NeverPublished):
        set_default(workflow_id=draft.workflow_id, is_default=True, actor=admin, at=AT)
    set_default(workflow_id=first.pk, is_default=True, actor=admin, at=AT)
    with pytest.raises(StillNeeded):
        set_active(workflow_id=first.pk, is_active=False, actor=admin, at=AT)
    set_default(workflow_id=other.pk, is_default=True, actor=admin, at=AT)

    assert list(Workflow.objects.filter(is_default=True)) == [other]


def test_workflows_are_asked_in_their_order(admin: Actor) -> None:
    first, second = published("First"), published("Second")

    move_workflow(workflow_id=second.pk, by=-1, actor=admin, at=AT)
    move_workflow(workflow_id=second.pk, by=-1, actor=admin, at=AT)

    assert list(Workflow.objects.order_by("position")) == [second, first]


def test_what_was_published_once_is_never_removed(admin: Actor) -> None:
    draft, other = begin("New"), published("Other")

    remove_workflow(workflow_id=draft.workflow_id, actor=admin, at=AT)

    with pytest.raises(WasPublished):
        remove_workflow(workflow_id=other.pk, actor=admin, at=AT)
    assert list(Workflow.objects.all()) == [other]


def test_the_change_log_holds_numbers_and_no_text(admin: Actor) -> None:
    draft = begin(actor=admin)
    change_draft(
        version_id=draft.pk,
        definition=with_stages(plain(), stage("assess", public_words="Secret words")),
        actor=admin,
        at=AT,
    )
    change_draft(
        version_id=draft.pk,
        definition=with_stages(plain(), stage("assess", public_words="Secret words", x=1, y=2)),
        actor=admin,
        at=AT,
    )

    told = [entry.changes for entry in Entry.objects.filter(subject_kind="workflow").order_by("id")]

    assert told == [
        {"what": "workflow", "is_new": True},
        {"what": "workflow", "draft": 1, "stages": 6, "ways": 7},
        {"what": "workflow", "draft": 1, "edition": 2, "changes": 2, "stages": 6, "ways": 7},
    ]
