"""What the load driver asks is answered as it expects: each scenario, by each of its visitors."""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils.timezone import now

from cases.models import Case, Message
from servicedesk.seeding.seeding import Plan, seed
from tests.benchmarks import scenarios
from tests.benchmarks.doors import open_doors
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

CASES = 400


@dataclass
class Session:
    """A session as the driver has it: cookies and headers of one visitor, right answers only."""

    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    place: int = 0

    def get(self, path: str, want: int = 200, contains: bytes = b"") -> bytes:
        """Return a page that holds what it should."""
        answer = self.client().get(path)
        assert answer.status_code == want, (path, answer.content[:500])
        assert contains in answer.content, (path, contains)
        return answer.content

    def post(self, path: str, body: dict[str, str], want: int = 302) -> None:
        """Send a form that is taken."""
        answer = self.client().post(path, body)
        assert answer.status_code == want, (path, answer.content[-1500:])

    def client(self) -> Client:
        """Return a browser with these cookies that forges nothing."""
        client = Client(enforce_csrf_checks=True, HTTP_HOST=self.headers["Host"])
        client.cookies.load(self.cookies)
        return client


@pytest.fixture(scope="module")
def seeded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    """A small tenant that was seeded, and its doors, in a transaction that ends with the module."""
    file = tmp_path_factory.mktemp("doors") / "doors.json"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("BENCH_DOORS", str(file))
        with transaction.atomic():
            seed(Plan(prefix=f"size{CASES}", cases=CASES), at=now(), say=lambda _line: None)
            tenant = Tenant.objects.get(slug=f"size{CASES}-1")
            file.write_text(json.dumps(asdict(open_doors(tenant.slug))), encoding="utf-8")
            yield tenant
            transaction.set_rollback(True)
        for connection in connections.all(initialized_only=True):
            connection.close()


def run(name: str) -> None:
    """Run a scenario once for each of its eight visitors."""
    role, scenario = scenarios.SCENARIOS[name]
    chance = random.Random(99)  # noqa: S311 - the same load every time
    context = SimpleNamespace(tickets=CASES)
    for index in range(8):
        session = Session()
        scenarios.login(session, role, index)
        scenario(session, chance, context)


def test_every_scenario_is_answered_as_the_driver_expects(seeded: Tenant) -> None:
    for name in scenarios.SCENARIOS:
        run(name)


def test_what_the_scenarios_write_is_written(seeded: Tenant) -> None:
    with tenant_scope(seeded.pk):
        cases, messages = Case.objects.count(), Message.objects.count()

    run("e_create")
    run("f_reply")

    with tenant_scope(seeded.pk):
        assert Case.objects.count() == cases + 8
        assert Message.objects.count() == messages + 16


def test_the_list_is_followed_to_a_later_page(seeded: Tenant) -> None:
    scenarios.deep.clear()

    run("b_page100")

    assert scenarios.deep[0].startswith("/q/open/?")


def test_a_filter_that_is_not_understood_is_noticed(
    seeded: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(scenarios.doors(), "people", [10**12])

    with pytest.raises(RuntimeError, match="not understood"):
        run("b_filter")
