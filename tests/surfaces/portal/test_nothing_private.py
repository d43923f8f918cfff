# ruff: noqa: S608 - tables and columns come from the models, never from outside
"""Whatever state a problem is in, nothing private of any record reaches a customer.

Every text of every table is replaced by a mark of its own, in a tenant that has rows everywhere.
What is for this customer then gets its words back. A mark on a page, in the projection or in an
answer of the interface is a leak, and names the column and the row that it came from.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, models, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from cases.models import Case
from cases.passes import make_pass
from knowledge.own_problems import others_known, problems_of_customer
from problems.models import Problem
from problems.models.estimate import Confidence, Estimate
from problems.projection import issue_of, issues_of
from problems.states import Outcome, ProblemState
from servicedesk.env import database_settings
from tests.isolation.crowd import plain_values, tell_story
from tests.make import DAY, HOUR, make_case, make_contact, make_tenant
from tests.surfaces.signing_in import client_at, signed_in_contact
from workflow.people.authentication import issue_token
from workflow.people.permissions import Role
from workflow.tenancy.checks import tenant_models
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

AT = datetime.now(UTC).replace(microsecond=0) - 3 * DAY
MARK = re.compile(r"ZQ(\d+)Z(\d+)QZ")
SHORTEST = 16
# One network may follow sixty links a minute; hundreds of states are looked at faster.
NETWORKS = cycle(f"198.18.{part}.7" for part in range(250))
# What steers the program and is no text, by the name of the column.
CODES = {
    "timezone", "kind", "subject_kind", "action", "fingerprint", "subscriber", "key", "digest",
    "scopes", "account", "network", "slug", "password", "code", "method_code", "stage_key",
    "step_key", "next_stage_key", "content_type", "occasion", "message", "rule", "model",
    "sent_by", "caller", "prefix", "domain", "to_state", "mail_id", "nonce", "origins", "kinds",
    "sealed_secret", "sealed_password", "sealed_previous", "message_key", "asked", "language",
}  # fmt: skip
# Where the words of the tenant for everybody stand.
FOR_EVERYBODY = {
    "Wording.text", "Wording.subject", "Department.public_name", "Product.name", "Brand.name",
}  # fmt: skip
# Which must bear a mark, or the test would prove nothing: one of each sort of secret.
SECRETS = {
    "Problem.title", "Problem.statement", "Problem.root_cause", "Problem.fix", "Note.text",
    "Evidence.text", "Leg.reason", "CaseLink.note", "User.name", "Department.name", "Contact.name",
    "ContactAddress.value", "Organisation.name", "Message.text", "Case.subject", "Case.category",
    "Task.text", "Change.plan", "Cause.words", "Broadcast.text", "Affected.excuse",
    "Statement.text", "Entry.actor_label", "PhoneCall.text", "Review.answer", "Scope.region",
    "Estimate.reason", "Problem.solution", "Problem.workaround", "Problem.public_cause",
}  # fmt: skip


@dataclass
class Planted:
    """A customer's case and problem in a world of marks."""

    tenant: Tenant
    case: Case
    problem: Problem
    columns: list[tuple[str, str, str]]
    signed_in: Client
    by_link: Client
    token: str

    def name_of(self, mark: tuple[str, str]) -> str:
        """Return the model and column that a mark came from."""
        return f"{self.columns[int(mark[0])][2]}"


@contextmanager
def as_administrator() -> Iterator[Any]:
    """Let the product's connection be the administrator's for a time; nothing of it stays."""
    ours = dict(connection.settings_dict)
    admin = database_settings(os.environ["DATABASE_ADMIN_URL"])
    connection.close()
    connection.settings_dict.update({key: admin[key] for key in ("HOST", "USER", "PASSWORD")})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
            transaction.set_rollback(True)
    finally:
        connection.close()
        connection.settings_dict.update(ours)


def texts() -> list[tuple[str, str, str]]:
    """Return table, column and name of everything that holds text and is no code."""
    return [
        (model._meta.db_table, str(field.column), f"{model.__name__}.{field.name}")
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField)
        and not field.choices
        and (field.max_length or SHORTEST) >= SHORTEST
        and field.name not in CODES
        and f"{model.__name__}.{field.name}" not in FOR_EVERYBODY
    ]


def plant(cursor: Any, tenant: Tenant) -> list[tuple[str, str, str]]:
    """Put a mark in place of every text; return the columns, by the number in their marks."""
    columns = texts()
    for number, (table, column, _name) in enumerate(columns):
        marked = f"UPDATE {table} SET {column} = 'ZQ{number}Z' || id || 'QZ' WHERE tenant_id = %s"
        try:
            with transaction.atomic():
                cursor.execute(marked, [tenant.pk])
        except IntegrityError:
            # Some texts have to stay empty for now.
            cursor.execute(f"{marked} AND {column} <> ''", [tenant.pk])
    return columns


GIVEN_BACK = (
    "UPDATE cases_case SET subject = 'Charged twice', wanted_outcome = '' WHERE id = %(case)s",
    "UPDATE customers_contact SET name = 'Ingrid' WHERE id = %(contact)s",
    (
        "UPDATE cases_message SET text = 'Words', quoted = '' "
        "WHERE case_id = %(case)s AND direction <> 'note'"
    ),
    (
        "UPDATE cases_participant SET name = 'Amir', address = 'amir@example.org' "
        "WHERE case_id = %(case)s"
    ),
    (
        "UPDATE cases_attachment SET name = 'a.txt' WHERE message_id IN "
        "(SELECT id FROM cases_message WHERE case_id = %(case)s AND direction <> 'note')"
    ),
    (
        "UPDATE cases_casepromise SET text = 'Soon', reason = '' WHERE clock_id IN "
        "(SELECT id FROM cases_caseclock WHERE case_id = %(case)s)"
    ),
    (
        "UPDATE problems_problempromise SET text = 'More', told = 'News', reason = 'Moved' "
        "WHERE problem_id = %(problem)s AND kind = 'news'"
    ),
    "UPDATE knowledge_article SET title = 'Known' WHERE state = 'published'",
    (
        "UPDATE knowledge_articleversion SET body = 'Known' WHERE article_id IN "
        "(SELECT id FROM knowledge_article WHERE state = 'published')"
    ),
)


def fill_what_takes_a_plain_row(*, at: datetime) -> None:
    """Put a row in each table that the story left empty and that takes one as it is."""
    for model in tenant_models():
        if not model.objects.exists():
            with suppress(Error), transaction.atomic():
                model.objects.create(**plain_values(model, at=at))


@pytest.fixture(scope="module")
def tenant_of_marks(django_db_setup: None, django_db_blocker: Any) -> Iterator[Tenant]:
    """A tenant with rows in every table, the customer's among others'."""
    with django_db_blocker.unblock():
        tenant = make_tenant()
        with tenant_scope(tenant.pk):
            tell_story(at=AT)
            fill_what_takes_a_plain_row(at=AT + DAY)
        yield tenant
        connection.close()


@pytest.fixture
def world(tenant_of_marks: Tenant, django_db_blocker: Any) -> Iterator[Planted]:
    """The world of marks, in which the customer's own words are there."""
    with django_db_blocker.unblock(), tenant_scope(tenant_of_marks.pk):
        problem = Problem.objects.filter(links__kind="confirmed", notes__isnull=False).first()
        assert problem is not None
        case = problem.links.filter(kind="confirmed").earliest("pk").case
        with as_administrator() as cursor, tenant_scope(tenant_of_marks.pk):
            yield planted_world(cursor, tenant_of_marks, case=case, problem=problem)


def planted_world(cursor: Any, tenant: Tenant, *, case: Case, problem: Problem) -> Planted:
    """Plant the marks, give the customer's own words back, and open every door of the customer."""
    other = make_case(contact=make_contact(at=AT), at=AT)
    case.links.model.objects.create(
        case=other, problem=problem, kind="confirmed", note="secret", created_at=AT
    )
    for is_public in (False, True):
        Estimate.objects.create(
            problem=problem,
            expected_on=(AT + 9 * DAY).date(),
            latest_on=(AT + (9 + is_public) * DAY).date(),
            confidence=Confidence.MEDIUM,
            reason="why",
            is_public=is_public,
            at=AT + HOUR,
        )
    signed_in, by_link = signed_in_contact(tenant, case.contact), client_at(tenant)
    token = issue_token(role=Role.CONTACT, label="x", at=AT, contact_id=case.contact_id)
    word = make_pass(case_id=case.pk, contact_id=case.contact_id, at=datetime.now(UTC))
    by_link.get(f"/help/open/{word}/")
    columns = plant(cursor, tenant)
    ids = {"case": case.pk, "contact": case.contact_id, "problem": problem.pk}
    for statement in GIVEN_BACK:
        cursor.execute(statement, ids)
    return Planted(tenant, case, problem, columns, signed_in, by_link, token)


@dataclass(frozen=True)
class Draw:
    """One state that a problem and its link may be in."""

    state: ProblemState
    outcome: Outcome
    link: str
    is_cause_found: bool
    has_workaround: bool
    is_known_error: bool
    are_public: tuple[bool, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether the problem ended by a fix."""
        is_over = self.state in (ProblemState.RESOLVED, ProblemState.CLOSED)
        return is_over and self.outcome is Outcome.FIX_APPLIED

    @property
    def allowed(self) -> set[str]:
        """What of the problem itself may be read in this state."""
        return {
            *(["Problem.public_cause"] if self.is_cause_found else []),
            *(["Problem.workaround"] if self.has_workaround else []),
            *(["Problem.solution"] if self.is_fixed else []),
        }


DRAWS = st.builds(
    Draw,
    state=st.sampled_from(ProblemState),
    outcome=st.sampled_from(Outcome),
    link=st.sampled_from(["confirmed", "suggested", "rejected", "similar"]),
    is_cause_found=st.booleans(),
    has_workaround=st.booleans(),
    is_known_error=st.booleans(),
    are_public=st.tuples(st.booleans(), st.booleans()),
)


def put(cursor: Any, world: Planted, draw: Draw) -> None:
    """Put the problem into a state, whatever way may have led there.

    Raises:
        IntegrityError: the database holds no such state.
    """
    is_over = draw.state in (ProblemState.RESOLVED, ProblemState.CLOSED)
    moment = {True: AT + HOUR, False: None}
    cursor.execute(
        "UPDATE problems_problem SET state = %s, outcome = %s, resolved_at = %s, fixed_at = %s,"
        " root_cause_found_at = %s, workaround_at = %s, known_error_at = %s WHERE id = %s",
        [
            draw.state.value,
            draw.outcome.value if is_over else "",
            moment[is_over],
            moment[is_over],
            moment[draw.is_cause_found],
            moment[draw.has_workaround],
            moment[draw.is_known_error],
            world.problem.pk,
        ],
    )
    cursor.execute(
        "UPDATE problems_caselink SET kind = %s WHERE problem_id = %s AND case_id = %s",
        [draw.link, world.problem.pk, world.case.pk],
    )
    found = Estimate.objects.filter(problem=world.problem).order_by("-id")[:2]
    for estimate, is_public in zip(found, draw.are_public, strict=True):
        cursor.execute(
            "UPDATE problems_estimate SET is_public = %s WHERE id = %s", [is_public, estimate.pk]
        )


def everything_shown(world: Planted) -> dict[str, str]:
    """Return all that the customer can get, by where."""
    case = Case.objects.select_related("contact__organisation").get(pk=world.case.pk)
    contact, number, now = case.contact, case.number, datetime.now(UTC)
    own = problems_of_customer(contact, at=now)
    shown = {
        "projection": repr(issue_of(case, contact_id=contact.pk)),
        "list": repr(issues_of([case])),
        "own problems": repr(own),
        "others": repr(others_known(contact, without=[], at=now)),
    }
    pages = ["/help/", "/help/issues/", "/help/known/", f"/help/issues/{number}/"]
    pages += [f"/help/known/{one.number}/" for one in own]
    for page in pages:
        shown[page] = text_of(world.signed_in.get(page))
    by_link = world.by_link.get(f"/help/linked/{number}/", REMOTE_ADDR=next(NETWORKS))
    shown["by link"] = text_of(by_link)
    bearer = {"authorization": f"Bearer {world.token}"}
    for address in (f"cases/{number}/progress", f"cases/{number}/links", "own-problems"):
        shown[address] = text_of(client_at(world.tenant).get(f"/api/v1/{address}", headers=bearer))
    return shown


def text_of(answer: Any) -> str:
    """Return what was answered, which has to be a page."""
    assert answer.status_code == 200, (answer.status_code, answer.content[:300])
    return str(answer.content.decode())


def leaks_in(world: Planted, shown: dict[str, str], *, draw: Draw) -> set[tuple[str, str]]:
    """Return where a mark stands that must not stand there, and which."""
    public = set(Estimate.objects.filter(is_public=True).values_list("pk", flat=True))
    leaks = set()
    for where, text in shown.items():
        for mark in MARK.findall(text):
            name, row = world.name_of(mark), int(mark[1])
            is_own = row == world.problem.pk and name in draw.allowed
            if not is_own and not (name == "Estimate.reason" and row in public):
                leaks.add((where, f"{name} {row}"))
    return leaks


@settings(
    max_examples=12,
    deadline=None,
    # A leak names its column: a smaller example would tell nothing more.
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(draw=DRAWS)
def test_nothing_private_reaches_a_customer_in_any_state(world: Planted, draw: Draw) -> None:
    assert_nothing_leaks(world, draw)


@pytest.mark.full
@pytest.mark.timeout(3600)
@settings(
    max_examples=400,
    deadline=None,
    # A leak names its column: a smaller example would tell nothing more.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(draw=DRAWS)
def test_nothing_private_reaches_a_customer_in_hundreds_of_states(
    world: Planted, draw: Draw
) -> None:
    assert_nothing_leaks(world, draw)


def assert_nothing_leaks(world: Planted, draw: Draw) -> None:
    """Put the problem into a state, look through every door, and take it back."""
    with connection.cursor() as cursor:
        place = transaction.savepoint()
        try:
            put(cursor, world, draw)
        except IntegrityError:
            transaction.savepoint_rollback(place)
            assume(False)
        shown = everything_shown(world)
        leaks = leaks_in(world, shown, draw=draw)
        transaction.savepoint_rollback(place)
    assert leaks == set()


OPEN = Draw(
    state=ProblemState.FIX_IN_PROGRESS,
    outcome=Outcome.FIX_APPLIED,
    link="confirmed",
    is_cause_found=True,
    has_workaround=True,
    is_known_error=True,
    are_public=(True, False),
)


def test_the_control_secrets_bear_marks_and_public_words_are_seen(world: Planted) -> None:
    with connection.cursor() as cursor:
        put(cursor, world, OPEN)
        planted = {
            name
            for table, column, name in world.columns
            if has_mark(cursor, table, column, tenant=world.tenant)
        }
    shown = everything_shown(world)
    seen = {world.name_of(mark) for text in shown.values() for mark in MARK.findall(text)}

    assert planted >= SECRETS
    assert seen == {"Problem.public_cause", "Problem.workaround", "Estimate.reason"}


def test_the_control_a_leak_is_found_and_named(world: Planted) -> None:
    shown = {"a page": Problem.objects.get(pk=world.problem.pk).root_cause}

    leaks = leaks_in(world, shown, draw=OPEN)

    assert leaks == {("a page", f"Problem.root_cause {world.problem.pk}")}


def has_mark(cursor: Any, table: str, column: str, *, tenant: Tenant) -> bool:
    """Whether a column holds a mark in any row of the tenant."""
    cursor.execute(
        f"SELECT EXISTS (SELECT 1 FROM {table} WHERE tenant_id = %s AND {column} LIKE 'ZQ%%')",
        [tenant.pk],
    )
    return bool(cursor.fetchone() == (True,))
