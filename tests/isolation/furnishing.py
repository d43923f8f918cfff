"""What stands at the doors of a tenant that is visited."""

from datetime import datetime
from typing import Any

from cases.intake.form_settings import save_web_form
from cases.intake.hooks import save_hook
from cases.models import CallDirection, CallOutcome, FormSubmission
from cases.phone import Told, log_call
from customers.joining import join_contacts
from customers.models import Contact
from problems.drawable import world_of_problems
from problems.models import Problem
from servicedesk.belongings import EVERYTHING
from servicedesk.mail.acting import errand_about
from servicedesk.mail.addresses import errand_word
from servicedesk.mail.mailboxes import Mailbox
from servicedesk.sealing import seal
from servicedesk.webhooks.signing import new_secret
from tests.make import make_actor, make_contact, make_user
from workflow.branding import default_brand
from workflow.people.actors import Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.beginning import begin_workflow_with
from workflow.stages.starters import starter_with
from workflow.stages.versions import definition_of, publish_draft, start_draft


def decision_of(problem: Problem, *, at: datetime) -> str:
    """Return the signed word with which a lead decides about a problem."""
    lead = make_user(Role.LEAD)
    problem.refresh_from_db()
    return errand_word(errand_about(problem, user_id=lead.pk, at=at))


def doors_of(contact: Contact, problem: Problem, *, at: datetime) -> dict[str, dict[str, Any]]:
    """Return the parameters of web forms, held ones too, channels, decisions, a call without a case."""
    admin, agent = make_actor(Role.ADMIN), make_user(Role.AGENT)
    form = save_web_form(
        web_form_id=None,
        name="Contact us",
        heading="",
        thanks="",
        origins="",
        request_type=None,
        actor=admin,
        at=at,
    )
    hook = save_hook(
        hook_id=None,
        name="Chat",
        channel="chat",
        vouches=False,
        sealed_secret=seal(new_secret()),
        actor=admin,
        at=at,
    )
    call = log_call(
        contact=contact,
        number="",
        direction=CallDirection.IN,
        outcome=CallOutcome.ANSWERED,
        told=Told(subject="Opening hours"),
        agent=agent,
        actor=actor_for_user(agent, source=Source.AGENT),
        began_at=at,
        at=at,
    )
    held = FormSubmission.objects.create(
        web_form=form,
        nonce="x",
        state="held",
        email="stranger@example.org",
        subject="Cheap loans",
        text="Cheap loans.",
        reasons="phrases",
        network="x",
        said="x",
        received_at=at,
    )
    joining = join_contacts(
        kept_id=contact.pk,
        joined_id=make_contact(at=at).pk,
        are_one=True,
        belongings=EVERYTHING,
        actor=actor_for_user(agent, source=Source.AGENT),
        at=at,
    )
    mailbox = Mailbox.objects.create(
        address="help@company.example",
        brand=default_brand(),
        department=Department.objects.get(is_customer_service=True),
    )
    return {
        **{f"api:wording_{part}": {"kind": "answer"} for part in ("mail", "default", "try")},
        "api:part": {"pk": joining.pk},
        "api:mailbox_active": {"pk": mailbox.pk},
        "api:mailbox_test": {"pk": mailbox.pk},
        "api:web_form_active": {"pk": form.pk},
        "api:release_form": {"pk": held.pk},
        "api:reject_form": {"pk": held.pk},
        "api:inbound_channel_active": {"pk": hook.pk},
        "api:inbound_channel_secret": {"pk": hook.pk},
        "doors": {},
        "doors:form": {"key": form.key},
        "doors:hook": {"key": hook.key},
        "doors:decide": {"token": decision_of(problem, at=at)},
        "agent:call_open_case": {"call_id": call.pk},
    }


def workflow_of(*, at: datetime) -> dict[str, dict[str, Any]]:
    """Publish a workflow, begin its next draft, and return the parameters of its addresses."""
    admin = make_actor(Role.ADMIN)
    drawing = starter_with("plain").definition
    draft = begin_workflow_with(drawing, name="Plain way", actor=admin, at=at)
    world = world_of_problems()
    version = publish_draft(version_id=draft.pk, world=world, actor=admin, at=at)
    begun = definition_of(version)
    start_draft(workflow_id=draft.workflow_id, definition=begun, actor=admin, at=at)
    found = {"workflow_id": draft.workflow_id, "pk": draft.workflow_id}
    pages = ("", "_file", "_try", "_draft", "_in_flight", "_stages", "_steps")
    programs = (
        "", "_move", "_publish", "_versions", "_file", "_check", "_try", "_draft",
        "_in_flight",
    )  # fmt: skip
    return {
        **{f"settings:workflow{part}": found for part in pages},
        "settings:workflow_stage": {**found, "key": "assess"},
        "settings:workflow_step": {**found, "key": "route"},
        **{f"api:workflow{part}": found for part in programs},
    }
