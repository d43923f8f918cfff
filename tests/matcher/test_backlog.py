"""Texts that nobody has read: found, read once, the linked ones first, in every tenant."""

import os
from threading import Event

import pytest

from problems.likeness.embedding import Embedder
from problems.models import CaseEmbedding
from servicedesk.matcher.backlog import Backlog
from tests.make import make_case, make_problem
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


@pytest.fixture
def backlog(embedder: Embedder) -> Backlog:
    """A backlog that nobody disturbs."""
    return Backlog(embedder, stopping=Event(), is_busy=lambda: False)


def read_cases() -> list[int]:
    """Return the cases that were read."""
    return sorted(CaseEmbedding.objects.values_list("case_id", flat=True))


def test_linked_cases_are_read_before_later_ones(tenant: Tenant, backlog: Backlog):
    linked = make_case()
    make_problem(cases=[linked])
    later = make_case()

    first = backlog.find_unread()
    backlog.read(first)

    assert first == [linked.pk]
    assert backlog.find_unread() == [later.pk]


def test_what_was_read_is_not_read_again_until_something_is_new(tenant: Tenant, backlog: Backlog):
    case = make_case()
    while backlog.read_some(tenant.pk):
        pass
    read = read_cases()

    assert read == [case.pk]
    assert backlog.unread[tenant.pk] == 0
    assert not backlog.read_some(tenant.pk)
    new = make_case()
    assert backlog.read_some(tenant.pk)
    assert read_cases() == [case.pk, new.pk]


def test_a_text_that_an_earlier_model_read_is_read_again(
    tenant: Tenant, backlog: Backlog, embedder: Embedder
):
    case = make_case()
    CaseEmbedding.objects.create(case=case, model="earlier/1", vector=b"\x00" * 768)

    backlog.read(backlog.find_unread())

    assert CaseEmbedding.objects.get(case=case).model == embedder.version


def test_the_backlog_stands_back_while_somebody_asks(embedder: Embedder):
    stopping = Event()
    asked: list[bool] = []

    def is_busy() -> bool:
        asked.append(True)
        return len(asked) < 3

    Backlog(embedder, stopping=stopping, is_busy=is_busy).stand_back()

    assert len(asked) == 3


def test_each_tenant_has_its_turn(tenant: Tenant, other_tenant: Tenant, embedder: Embedder):
    backlog = Backlog(embedder, stopping=Event(), is_busy=lambda: False, found_at_once=2)
    for _ in range(5):
        make_case()
    with tenant_scope(other_tenant.pk):
        make_case()

    backlog.read_some(tenant.pk)
    backlog.read_some(other_tenant.pk)

    assert len(read_cases()) == 2
    backlog.read_all()
    assert len(read_cases()) == 5
    with tenant_scope(other_tenant.pk):
        assert len(read_cases()) == 1


class Rests(Event):
    """An end that never comes, and how long was rested until it."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Note a rest and go on at once."""
        self.seconds.append(timeout or 0.0)
        return self.is_set()


@pytest.mark.parametrize(("at_work", "rests"), [(1_000.0, 1), (0.0, 0)])
def test_old_texts_are_read_with_rests_where_others_wait_for_the_processor(
    tenant: Tenant,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    at_work: float,
    rests: int,
):
    case = make_case()
    monkeypatch.setattr(os, "getloadavg", lambda: (at_work, 0.0, 0.0))
    stopping = Rests()

    Backlog(embedder, stopping=stopping, is_busy=lambda: False).read_some(tenant.pk)

    assert read_cases() == [case.pk]
    assert len([spent for spent in stopping.seconds if spent > 0]) == rests
