"""What the demo's story leaves empty: a receiver of webhooks, doors, mails that became nothing."""

from datetime import datetime

from customers.file_imports import hand_in
from customers.models import Contact
from problems.models import Problem
from servicedesk.mail.receiving import receive_mail
from servicedesk.simulating.pieces import ask_simulation
from servicedesk.webhooks.subscriptions import add_webhook
from tests.isolation.furnishing import doors_of
from tests.make import make_actor
from workflow.clocks.models import ServiceLevel
from workflow.clocks.policies import start_draft
from workflow.people.permissions import Role

OF_A_MACHINE = b"""From: "Chat for teams" <no-reply@chat.example>
To: support@desk.example
Subject: Confirm your e-mail address
Message-ID: <confirm-1@chat.example>
Auto-Submitted: auto-generated

Your confirmation code is 482-113. Enter it to join the workspace.
"""

OF_CUSTOMERS = b"email,name\nnew-customer@example.org,Ada Lindqvist\nnobody,Somebody\n"


def furnish(*, at: datetime) -> None:
    """Put something to see on the pages that the story passes by."""
    doors_of(Contact.objects.earliest("pk"), Problem.objects.earliest("pk"), at=at)
    add_webhook(
        name="Warehouse",
        url="https://receiver.example/hooks",
        kinds={"case.opened", "problem.resolved"},
        actor=make_actor(Role.ADMIN),
        at=at,
        resolver=lambda *_: ["93.184.216.34"],
    )
    level = ServiceLevel.objects.get(is_default=True)
    draft = start_draft(service_level_id=level.pk, actor=make_actor(Role.ADMIN), at=at)
    ask_simulation(version=draft, actor=make_actor(Role.ADMIN), at=at)
    hand_in(
        sort="contacts",
        content=OF_CUSTOMERS,
        file_name="customers.csv",
        actor=make_actor(Role.ADMIN),
        at=at,
    )
    for mail in (b"", OF_A_MACHINE):
        receive_mail(mail, at=at)
