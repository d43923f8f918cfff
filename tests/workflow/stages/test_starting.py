"""A new tenant begins with the workflows that it wants, as drafts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.make import AT
from workflow.stages.definition import ActionKind
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.starters import STARTERS, NoSuchStarter
from workflow.stages.versions import definition_of
from workflow.starter import begin_workflows
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def create(slug: str, *codes: str) -> str:
    """Create a tenant by the command and return what it says."""
    said = StringIO()
    options = [f"--workflow={code}" for code in codes]
    call_command("new_tenant", slug, "--admin-email=a@example.org", *options, stdout=said)
    return said.getvalue()


def test_a_new_tenant_is_offered_workflows_and_gets_those_that_it_wants(db: None) -> None:
    offered = create("plain-tenant")
    drawn = create("drawing-tenant", "product_defect", "logistics")

    assert all(code in offered for code in STARTERS)
    assert "Drafts under Settings, Workflows: Product defect, Logistics" in drawn
    with tenant_scope(Tenant.objects.get(slug="plain-tenant").pk):
        assert not Workflow.objects.exists()
    with tenant_scope(Tenant.objects.get(slug="drawing-tenant").pk):
        drafts = list(WorkflowVersion.objects.order_by("id"))
        assert [draft.state for draft in drafts] == ["draft", "draft"]
        steps = definition_of(drafts[0]).steps
        assert ActionKind.TASK in {act.kind for step in steps for act in step.acts}


def test_what_is_no_starter_is_refused(tenant: Tenant) -> None:
    with pytest.raises(CommandError):
        create("other-tenant", "dancing")
    with pytest.raises(NoSuchStarter):
        begin_workflows(tenant, codes=["dancing"], at=AT)
