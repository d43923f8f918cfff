"""Somebody who does anything to anything, to the organisation too, and workers that die meanwhile."""

import json
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from cases.importing import Line, import_lines
from cases.models import CaseClock
from problems.models import ProblemClock, TaskClock
from servicedesk.mail.receiving import receive_mail
from tests.chaos.acts_on_drawings import ActsOnDrawings
from tests.chaos.acts_on_people import ADMIN, ActsOnPeople
from tests.make import make_actor, make_department
from tests.problems.drawing import publish
from tests.proof.wandering import Wanderer, acts_of
from workflow.clocks.sweeping import look_at
from workflow.outbox.relay import due_lines, relay_line
from workflow.people.permissions import Role
from workflow.stages.files import read
from workflow.tenancy.models import Tenant


class WorkerDied(BaseException):
    """Ends a worker's transaction as a kill does: nothing of it stays."""


class Havoc(ActsOnDrawings, Wanderer):
    """Does one random act after the other, most of them on cases and problems."""

    def __init__(self, tenant: Tenant, *, seed: int) -> None:
        super().__init__(tenant, seed=seed)
        release = make_department("Release")
        self.departments.append(release)
        self.members[release.pk] = make_actor(Role.MEMBER, department=release)
        publish()
        usual = self.acts
        unusual = [
            (name, getattr(self, name)) for name in acts_of(ActsOnPeople, ActsOnDrawings, Havoc)
        ]
        # Most of what happens is work.
        self.acts = [*usual, *usual, *unusual]
        self.killed = 0

    def import_bad_data(self) -> object:
        """Import lines of which some are none."""
        good = {
            "external_id": f"old-{self.random.randint(1, 50)}",
            "contact_email": "old@example.org",
            "subject": "Long ago",
            "body": "It was so.",
            "opened_at": "2024-02-30T10:00:00Z"
            if self.random.random() < 0.3
            else "2024-02-03T10:00:00Z",
            "channel": self.random.choice(["mail", "pigeon"]),
            "product": self.random.choice(["Card", "\u202e", ""]),
        }
        texts = [
            json.dumps(good),
            "{",
            "[]",
            json.dumps({**good, "contact_email": "nobody"}),
            "\x00",
        ]
        chosen = self.random.sample(texts, k=3)
        lines = [Line(number=place, text=text) for place, text in enumerate(chosen, start=1)]
        return import_lines(lines, actor=ADMIN, at=now())

    def take_bad_mail(self) -> object:
        """Take a mail that is none, or half of one."""
        if self.random.random() < 0.8:
            return None  # Each one is read by a guarded process, which takes its time.
        raw = self.random.randbytes(self.random.randint(0, 300))
        return receive_mail(raw, at=now())

    def read_a_bad_file(self) -> object:
        """Read a drawing from a file that holds none."""
        text = self.random.choice(
            ["", "format: 99", "a: [", "name: x\nstages: 3", "&a [*a]", "- 1", "\x00"]
        )
        return read(text)

    def kill_a_worker(self) -> object:
        """Let a worker die in the middle of a sweep or a delivery: all of it comes again."""
        try:
            with transaction.atomic():
                self.half_of_a_work()
                raise WorkerDied
        except WorkerDied:
            self.killed += 1
        return None

    def half_of_a_work(self) -> None:
        """Do what a worker does, up to the moment before it is committed."""
        model: Any = self.random.choice([CaseClock, ProblemClock, TaskClock])
        clock = model.objects.filter(state="running", next_look_at__isnull=False).first()
        if clock is not None and clock.next_look_at is not None and self.random.random() < 0.5:
            look_at(model, clock.pk, at=clock.next_look_at)
            return
        lines = [
            line for line in due_lines(at=now(), limit=1000) if line.tenant_id == self.tenant.pk
        ]
        if lines:
            relay_line(lines[0], at=now())
