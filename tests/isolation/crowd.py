# ruff: noqa: S608 - tables and columns come from the models, never from outside
"""Many tenants with rows in every table: one told by the real actions, the others its copies."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import psycopg2
from django.db import Error, models, transaction

from cases.conversation import File, answer_case, keep_files, note_case
from cases.models import CallDirection, CallOutcome, Case, CaseClock
from cases.passes import make_pass
from cases.phone import Told, log_call
from customers.models import Entitlement, Organisation
from customers.portal_access import make_link, open_session
from knowledge.models import Feedback, Offer
from knowledge.publishing import draft_known_error
from problems.estimates import estimate_fix
from problems.fixing import add_evidence, note_problem, record_root_cause
from problems.gates import Offered
from problems.handing import accept_problem
from problems.lifecycle import open_problem
from problems.merging import merge_problems
from problems.models import Affected, FixRating, Problem
from problems.models.estimate import Confidence
from problems.problem_passes import make_pass as make_pass_to_problem
from problems.reaching import Description, add_scope
from problems.statements import About, write_statement
from problems.stepping import take_step
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.digests import Woken, tell_in_digests
from tests.isolation.after_fix_told import tell_after_fix
from tests.isolation.having import have_things
from tests.isolation.roles import admin_url
from tests.isolation.tasks_told import tell_of_tasks
from tests.make import (
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_rota,
    make_rule,
    make_tenant,
    make_user,
)
from tests.problems.drawing import publish, with_step
from tests.radar.suspected import make_pattern
from workflow.clocks.models import ServiceLevel
from workflow.outbox.relay import due_lines, relay_line
from workflow.people.actors import Actor
from workflow.people.authentication import WrongCredentials, issue_token, user_by_password
from workflow.people.models import Absence, Department
from workflow.people.permissions import Role
from workflow.stages.definition import Approval
from workflow.tenancy.checks import tenant_models
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

MAIL = b"""From: Amir Haddad <amir@example.org>
To: support@bank.example
Cc: Eva Lind <eva@example.net>
Subject: Direct debit taken twice again
Message-ID: <one@example.org>

You have taken kr 649 twice again on 16 November.
"""
# What waits in a copy must not keep the relay and the workers of other tests busy.
AT_REST = (
    "UPDATE workflow_delivery SET state = 'done' WHERE tenant_id = ANY(%(of)s)",
    "UPDATE workflow_effect SET state = 'sent' WHERE tenant_id = ANY(%(of)s)",
    "UPDATE cases_caseclock SET state = 'met' WHERE tenant_id = ANY(%(of)s)",
    "UPDATE problems_problemclock SET state = 'met' WHERE tenant_id = ANY(%(of)s)",
    "UPDATE problems_taskclock SET state = 'met' WHERE tenant_id = ANY(%(of)s)",
)
PLAIN: dict[str, Callable[[datetime], Any]] = {
    "BigIntegerField": lambda _: 1,
    "BinaryField": lambda _: b"x",
    "BooleanField": lambda _: False,
    "CharField": lambda _: "x",
    "DateField": lambda at: at.date(),
    "DateTimeField": lambda at: at,
    "DurationField": lambda _: HOUR,
    "EmailField": lambda _: "x@example.org",
    "IntegerField": lambda _: 1,
    "JSONField": lambda _: {},
    "SlugField": lambda _: "x",
    "SmallIntegerField": lambda _: 1,
    "TextField": lambda _: "x",
}


@dataclass(frozen=True)
class Crowd:
    """Tenants and their rows: `ids` maps a table to its ids by tenant."""

    tenants: list[int]
    ids: dict[str, dict[int, list[int]]]

    def strangers(self, table: str, *, to: int) -> list[int]:
        """Return the ids of a table's rows that belong to other tenants."""
        return [row for tenant, rows in self.ids[table].items() if tenant != to for row in rows]


class NoRow(LookupError):
    """The story leaves a table empty, so that nothing would be proven about it."""


def tell_story(*, at: datetime) -> None:
    """Let the current tenant live through everything that leaves a row."""
    payments = make_department("Payments")
    make_rule(payments)
    make_rota(payments)
    member = make_actor(Role.MEMBER, department=payments)
    agent = make_actor()
    sign_in_wrongly(at=at)
    Absence.objects.create(user=make_user(), begins_at=at, ends_at=at + DAY)
    buy(at=at)
    have_things(at=at)
    take_a_call(at=at)
    receive_mail(MAIL, at=at)
    relay_tenant()
    case = make_case(at=at)
    with transaction.atomic():
        answer_case(case_id=case.pk, text="We look into it.", actor=agent, at=at + HOUR)
        note_case(case_id=case.pk, text="Third time.", actor=agent, at=at + HOUR)
    enclose(at=at)
    make_pass(case_id=case.pk, contact_id=case.contact_id, at=at)
    problem = make_problem(cases=[case], at=at + 2 * HOUR)
    relay_tenant()
    make_case(at=at + 3 * HOUR)
    relay_tenant()
    investigate(problem, member=member, at=at + 3 * HOUR)
    say_a_word(problem, department=payments, member=member, at=at + 3 * HOUR)
    relay_tenant()
    with transaction.atomic():
        tell_of_tasks(problem, actor=Actor.system("test"), at=at + 4 * HOUR)
        tell_after_fix(problem, actor=Actor.system("test"), at=at + 4 * HOUR)
    relay_tenant()
    open_and_rate(problem, contact_id=case.contact_id, at=at + 4 * HOUR)
    read_about(problem, at=at + 4 * HOUR)
    miss_a_target(case, member=member, at=at + 4 * HOUR)
    wait_for_approval(department=payments, at=at + 5 * HOUR)
    make_pattern(at=at + 5 * HOUR)
    reach_and_merge(at=at + 5 * HOUR)


def open_and_rate(problem: Problem, *, contact_id: int, at: datetime) -> None:
    """Mail a link to the page of a problem, and let a customer say how its fix was."""
    make_pass_to_problem(problem_id=problem.pk, contact_id=contact_id, at=at)
    row = Affected.objects.filter(problem=problem).order_by("id")[0]
    FixRating.objects.create(affected=row, fixed_at=at, feeling=4, comment="Quick.", at=at)


def reach_and_merge(*, at: datetime) -> None:
    """Say whom a problem reaches, and let it turn out to be another one."""
    problem, survivor = make_problem(at=at), make_problem(at=at)
    with transaction.atomic():
        lead = make_actor(Role.LEAD)
        add_scope(
            problem_id=problem.pk, description=Description(region="North"), actor=lead, at=at + HOUR
        )
        merge_problems(
            problem_id=problem.pk,
            into_id=survivor.pk,
            reason="It is the same.",
            actor=lead,
            at=at + HOUR,
        )


def miss_a_target(case: Case, *, member: Actor, at: datetime) -> None:
    """Let a clock of a case wake somebody."""
    clock = CaseClock.objects.filter(case=case).order_by("id")[0]
    woken = Woken(user_id=member.user_id or 0, clock_id=clock.pk, reason="notify")
    with transaction.atomic():
        tell_in_digests([woken], model=CaseClock, at=at)


def sign_in_wrongly(*, at: datetime) -> None:
    """Leave a failed try to sign in, and a token."""
    user = make_user()
    try:
        user_by_password(email=user.email, password="no", network="127.0.0.1", at=at)
    except WrongCredentials:
        issue_token(role=Role.AGENT, label="program", at=at)


def buy(*, at: datetime) -> None:
    """Let an organisation have a right to a service level."""
    organisation = Organisation.objects.create(
        name="Solheim AS", domain="solheim.example", created_at=at
    )
    Entitlement.objects.create(
        organisation=organisation, service_level=ServiceLevel.objects.get(), begins_at=at
    )
    contact = make_contact("ingrid@solheim.example", at=at)
    make_link(contact, at=at)
    open_session(contact, word=token_hex(8), at=at, stays_for=DAY)


def take_a_call(*, at: datetime) -> None:
    """Write a call down that was answered at once."""
    agent = make_user()
    log_call(
        contact=make_contact(at=at),
        number="+47 900 11 234",
        direction=CallDirection.IN,
        outcome=CallOutcome.ANSWERED,
        told=Told(subject="Opening hours", text="When are you there?"),
        agent=agent,
        actor=make_actor(),
        began_at=at,
        at=at,
    )


def enclose(*, at: datetime) -> None:
    """Open a case with a file."""
    case = make_case(at=at)
    letter = File(name="letter.txt", content_type="text/plain", content=b"Dear all")
    with transaction.atomic():
        keep_files(case.messages.get(), [letter], at=at)


def investigate(problem: Problem, *, member: Actor, at: datetime) -> None:
    """Let the department find the cause and say when it will be gone."""
    with transaction.atomic():
        accept_problem(problem_id=problem.pk, actor=member, at=at)
        note_problem(problem_id=problem.pk, text="It is the retry job.", actor=member, at=at)
        add_evidence(problem_id=problem.pk, text="Log of the job.", actor=member, at=at)
        record_root_cause(
            problem_id=problem.pk,
            root_cause="A retry job sends the collection again.",
            public_cause="We asked for the money a second time.",
            actor=member,
            at=at,
        )
        estimate_fix(
            problem_id=problem.pk,
            expected_on=(at + DAY).date(),
            latest_on=(at + 2 * DAY).date(),
            confidence=Confidence.HIGH,
            reason="A new release.",
            is_public=True,
            actor=member,
            at=at,
        )


def wait_for_approval(*, department: Department, at: datetime) -> int:
    """Let a problem follow a drawing, whose first step somebody has to approve; return what waits."""
    make_user(Role.LEAD)
    approval = Approval(quorum=100, roles=("lead",))
    publish(with_step("send", approval=approval), applies_when={"fact": "category", "is": "drawn"})
    with transaction.atomic():
        problem = open_problem(
            title="Charged twice",
            statement="Twice.",
            category="drawn",
            product=make_product(),
            evidence="Ledger extract",
            actor=Actor.system("test"),
            at=at,
        )
        taken = take_step(
            problem_id=problem.pk,
            step_key="send",
            offered=Offered(department=department),
            actor=Actor.system("test"),
            at=at,
        )
    assert taken.request is not None
    return taken.request.pk


def say_a_word(problem: Problem, *, department: Department, member: Actor, at: datetime) -> None:
    """Let a department say its word beside its first stay."""
    leg = problem.legs.filter(department=department).earliest("position")
    write_statement(
        problem_id=problem.pk,
        position=leg.position,
        about=About.LEG,
        department=department,
        text="The extract came late.",
        actor=member,
        at=at,
    )


def read_about(problem: Problem, *, at: datetime) -> None:
    """Let a contact say that the article of a problem helped."""
    article = draft_known_error(problem_id=problem.pk, actor=Actor.system("test"), at=at)
    reader = make_contact(at=at)
    Feedback.objects.create(article=article, contact=reader, helped=True, at=at)
    Offer.objects.create(
        article=article, contact=reader, door="portal", shown_on=at.date(), shown_at=at
    )


def relay_tenant() -> None:
    """Deliver what is due for the current tenant, leaving the others alone."""
    tenant_id = tenant_of_the_scope()
    for _ in range(20):
        lines = due_lines(at=datetime.now(UTC) + timedelta(days=1), limit=100_000)
        ours = [line for line in lines if line.tenant_id == tenant_id]
        if not ours:
            return
        for line in ours:
            relay_line(line, at=datetime.now(UTC) + timedelta(days=1))


def fill_empty_tables(*, at: datetime) -> None:
    """Put a plain row in each table that the story passed by: nothing is proven without one.

    Raises:
        NoRow: a table takes no plain row, so the story has to leave one.
    """
    for model in tenant_models():
        if model.objects.exists():
            continue
        try:
            model.objects.create(**plain_values(model, at=at))
        except Error as fault:
            raise NoRow(f"Let tell_story leave a row of {model.__name__}.") from fault


def plain_values(model: type[models.Model], *, at: datetime) -> dict[str, Any]:
    """Return a value for each column that must have one."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.null or field.has_default() or field.primary_key or field.name == "tenant":
            continue
        if isinstance(field, models.ForeignKey):
            values[field.name] = field.remote_field.model._default_manager.first()
        elif field.choices:
            values[field.name] = next(iter(field.choices))[0]
        else:
            values[field.name] = PLAIN[field.get_internal_type()](at)
    return values


@contextmanager
def crowd_of(size: int) -> Iterator[Crowd]:
    """Tenants with rows in every table, committed; all of it is gone afterwards."""
    original = make_tenant()
    with tenant_scope(original.pk):
        tell_story(at=datetime.now(UTC) - 2 * DAY)
        fill_empty_tables(at=datetime.now(UTC))
    others = [make_bare_tenant() for _ in range(size - 1)]
    everybody = [original.pk, *(tenant.pk for tenant in others)]
    with closing(psycopg2.connect(admin_url())) as admin, admin.cursor() as at:
        # Copies are as whole as their original: triggers would only refuse the order of copying.
        at.execute("SET session_replication_role = replica")
        for model in tenant_models():
            copy_rows(at, model, of=original.pk, to=everybody[1:])
        for statement in AT_REST:
            at.execute(statement, {"of": everybody})
        admin.commit()
        at.execute("ANALYZE")
        admin.commit()
        found = Crowd(tenants=everybody, ids=read_ids(at, everybody))
        # No lock is held meanwhile.
        admin.commit()
        try:
            yield found
        finally:
            for model in tenant_models():
                at.execute(
                    f"DELETE FROM {model._meta.db_table} WHERE tenant_id = ANY(%s)", [everybody]
                )
            at.execute("DELETE FROM workflow_tenanthost WHERE tenant_id = ANY(%s)", [everybody])
            at.execute("DELETE FROM workflow_tenant WHERE id = ANY(%s)", [everybody])
            admin.commit()


def make_bare_tenant() -> Tenant:
    """Return a tenant without any row of its own."""
    slug = f"crowd-{token_hex(6)}"
    return Tenant.objects.create(slug=slug, name=slug, created_at=datetime.now(UTC))


def copy_rows(at: Any, model: type[models.Model], *, of: int, to: list[int]) -> None:
    """Copy the rows of one tenant to others; ids and references move by the same distance."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    moved = {
        field.column
        for field in model._meta.concrete_fields
        if field.primary_key or (field.is_relation and field.name != "tenant")
    }
    values = ", ".join(
        "copies.tenant"
        if c == "tenant_id"
        else f'"{c}" + copies.distance'
        if c in moved
        else f'"{c}"'
        for c in columns
    )
    names = ", ".join(f'"{column}"' for column in columns)
    at.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table},"
        " (SELECT tenant, place * 1000000000 AS distance"
        "  FROM unnest(%(to)s::bigint[]) WITH ORDINALITY AS a(tenant, place)) copies"
        f" WHERE {table}.tenant_id = %(of)s",
        {"of": of, "to": to},
    )


def read_ids(at: Any, tenants: list[int]) -> dict[str, dict[int, list[int]]]:
    """Return the ids of every tenant table by tenant."""
    found: dict[str, dict[int, list[int]]] = {}
    for model in tenant_models():
        table = model._meta.db_table
        at.execute(
            f"SELECT tenant_id, array_agg(id) FROM {table} WHERE tenant_id = ANY(%s) GROUP BY 1",
            [tenants],
        )
        found[table] = dict(at.fetchall())
    return found
