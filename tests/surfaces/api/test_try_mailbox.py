"""A program asks whether a mailbox can be fetched: a real IMAP server lets it in, or does not."""

from collections.abc import Iterator
from ipaddress import ip_network
from time import monotonic
from typing import Any

import pytest

from servicedesk.limits import connection as redis_of_limits
from servicedesk.mail.trying import BUDGET_SECONDS, TRIES
from tests.mail.dovecot import PASSWORD, PROGRAM, Dovecot, dovecot
from tests.processes import free_port
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.branding import default_brand
from workflow.people.models import Department
from workflow.people.permissions import Role

pytestmark = [pytest.mark.imap, pytest.mark.usefixtures("_reachable")]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """The IMAP server, for all tests of this module."""
    assert PROGRAM.exists(), "Install Debian's dovecot-imapd."
    with dovecot() as running:
        yield running


@pytest.fixture
def _reachable(server: Dovecot, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the server's certificate, let its network be called, count no earlier tries."""
    monkeypatch.setenv("SSL_CERT_FILE", server.certificate)
    settings.OUTBOUND_ALLOWED = (ip_network("127.0.0.0/8"),)
    for key in redis_of_limits().scan_iter("limit:*mailbox-test*"):
        redis_of_limits().delete(key)


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def added_by(admin: Caller, server: Dovecot, **more: Any) -> str:
    """Add a mailbox at the server by program and return where it is tried."""
    wish = {
        "address": "help@company.example",
        "brand": default_brand().pk,
        "department": Department.objects.get(is_customer_service=True).slug,
        "incoming": "imap",
        "host": "127.0.0.1",
        "port": server.tls_port,
        "username": "help",
        "password": PASSWORD,
    }
    added = admin.post("mailboxes/", wish | more)
    assert added.status_code == 201, added.content
    return f"mailboxes/{added.json()['id']}/test/"


def test_a_program_hears_that_the_server_lets_us_in(admin: Caller, server: Dovecot) -> None:
    tried = admin.post(added_by(admin, server))

    assert tried.status_code == 200
    assert (tried.json()["works"], tried.json()["fault"]) == (True, "")
    assert tried.json()["says"] == "The server let us in and the folder is there."


@pytest.mark.parametrize(
    ("more", "fault", "says"),
    [
        ({"password": "wrong"}, "refused", "The server refused user name or password."),
        ({"folder": "Nowhere"}, "folder", "The server has no such folder."),
    ],
)
def test_a_program_hears_how_far_it_came(
    admin: Caller, server: Dovecot, more: dict[str, str], fault: str, says: str
) -> None:
    tried = admin.post(added_by(admin, server, **more)).json()

    assert (tried["works"], tried["fault"], tried["says"]) == (False, fault, says)


def test_a_closed_port_and_an_inner_host_are_one_answer_after_one_time(
    admin: Caller, server: Dovecot
) -> None:
    closed = added_by(admin, server, port=free_port())
    inner = added_by(admin, server, address="other@company.example", host="192.168.0.1", port=993)
    answers, took = [], []

    for place in (closed, inner):
        began = monotonic()
        answers.append(admin.post(place).json())
        took.append(monotonic() - began)

    assert [one["fault"] for one in answers] == ["unreachable"] * 2
    assert answers[0]["says"] == answers[1]["says"]
    assert all(BUDGET_SECONDS <= seconds < BUDGET_SECONDS + 3 for seconds in took)


def test_a_program_cannot_try_again_and_again(admin: Caller, server: Dovecot) -> None:
    place = added_by(admin, server)

    answers = [admin.post(place) for _try in range(TRIES + 1)]

    assert [one.status_code for one in answers] == [200] * TRIES + [429]
    assert_problem_document(answers[-1], 429, "too_many_tests")


def test_only_who_configures_may_try(tenant: Any, admin: Caller, server: Dovecot) -> None:
    place = added_by(admin, server)

    for role in (Role.AGENT, Role.LEAD, Role.HEAD, Role.READER):
        assert_problem_document(caller_as(tenant, role).post(place), 403, "not_permitted")
