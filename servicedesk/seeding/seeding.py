"""Fill tenants with invented cases: many, quickly, and the same every time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connections, transaction
from django.db.utils import OperationalError

from cases.models import BlockedBy, Case, CaseClock, CaseClockMark, Message
from cases.numbering import last_number, next_numbers
from problems.models import Affected, CaseLink
from servicedesk.seeding.company import Company, company_for, seeded_tenant
from servicedesk.seeding.loading import load, patiently
from servicedesk.seeding.stories import Story, evidence_of, stories
from servicedesk.seeding.words import Writer
from workflow.history.models import Entry
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

BATCH = 2_000
SAID_EVERY = 10  # batches

Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is wanted: how many tenants, cases in all and messages for each case."""

    prefix: str = "seed"
    tenants: int = 1
    cases: int
    messages: int = 5
    seed: int = 1
    password: str = ""

    def sizes(self) -> list[tuple[str, int]]:
        """Return short name and number of cases of each tenant: the second has half of the first."""
        weights = [1 / (place + 1) for place in range(self.tenants)]
        sizes = [int(self.cases * weight / sum(weights)) for weight in weights]
        sizes[0] += self.cases - sum(sizes)
        return [(f"{self.prefix}-{place + 1}", size) for place, size in enumerate(sizes)]


def seed(plan: Plan, *, at: datetime, say: Say) -> None:
    """Bring every tenant of a plan to its number of cases; what is there already stays.

    Each batch of 2,000 cases is one transaction: cut off, it goes on where it stood.

    Raises:
        NotSeeded: a tenant of such a name was not made by this command.
    """
    writer = Writer(plan.seed)
    for place, (slug, size) in enumerate(plan.sizes()):
        tenant = seeded_tenant(slug, seed=plan.seed, password=plan.password, at=at)
        fill(tenant, size=size, plan=plan, seed=plan.seed + place, writer=writer, at=at, say=say)


def fill(
    tenant: Tenant,
    *,
    size: int,
    plan: Plan,
    seed: int,
    writer: Writer,
    at: datetime,
    say: Say,
) -> None:
    """Add the cases that a tenant lacks, and say how quickly."""
    with tenant_scope(tenant.pk):
        company = company_for(size, seed=seed, at=at)
        begin, first = monotonic(), last_number("case") + 1
        for count, numbers in enumerate(batches(first, size), start=1):
            made = stories(
                numbers,
                of=size,
                company=company,
                messages=plan.messages,
                writer=writer,
                seed=seed,
                at=at,
            )
            store(list(made), company=company, at=at)
            if count % SAID_EVERY == 0 or numbers.stop > size:
                rate = (numbers.stop - first) / (monotonic() - begin)
                say(f"{tenant.slug}: {numbers.stop - 1:,} of {size:,} cases, {rate:,.0f} a second")


def batches(first: int, last: int) -> Iterator[range]:
    """Return the numbers from first to last in ranges that one transaction can bear."""
    for begin in range(first, last + 1, BATCH):
        yield range(begin, min(begin + BATCH, last + 1))


@transaction.atomic
def store(told: list[Story], *, company: Company, at: datetime) -> None:
    """Insert cases with messages, history, clocks and links; about thirty statements."""
    patiently()
    next_numbers("case", count=len(told))
    ids = store_cases(told, company=company)
    store_words(told, ids=ids)
    store_waiting(told, ids=ids)
    store_links(told, ids=ids, at=at)


def store_cases(told: list[Story], *, company: Company) -> dict[int, int]:
    """Insert the cases; return their ids by number."""
    columns = (
        "number", "subject", "state", "state_version", "channel", "priority", "contact_id",
        "organisation_id", "product_id", "category", "service_level_id", "owner_id", "queue_id",
        "next_look_at", "needs_attention", "first_contact_at", "opened_at", "last_message_at",
        "resolved_at", "closed_at",
    )  # fmt: skip
    rows = [
        (
            one.number, one.subject, one.state.value, one.state_version, one.channel.value,
            one.priority, one.contact, one.organisation, one.product, one.category,
            company.service_level, one.owner, one.queue, one.next_look_at, one.needs_attention,
            one.opened_at, one.opened_at, one.last_message_at, one.resolved_at, one.closed_at,
        )
        for one in told
    ]  # fmt: skip
    return dict(load(Case, columns, rows, returning=("number", "id")))


def store_words(told: list[Story], *, ids: dict[int, int]) -> None:
    """Insert what was said, and what the history tells of it."""
    load(
        Message,
        ("case_id", "direction", "channel", "contact_id", "user_id", "text", "at"),
        [(ids[one.number], *message) for one in told for message in one.messages],
    )
    load(
        Entry,
        (
            "subject_kind", "subject_id", "action", "actor_kind", "actor_id", "actor_label",
            "source", "at", "changes", "to_state", "state_version",
        ),
        [("case", ids[one.number], *entry) for one in told for entry in one.entries],
    )  # fmt: skip


def store_waiting(told: list[Story], *, ids: dict[int, int]) -> None:
    """Insert the clocks that run, and what cases wait for."""
    store_clocks(told, ids=ids)
    kinds = {"pending": "customer_answer", "on_problem": "problem_fix"}
    load(
        BlockedBy,
        ("case_id", "kind", "reference", "since"),
        [
            (
                ids[one.number],
                kinds[one.state],
                one.problem if one.state == "on_problem" else 0,
                one.last_message_at,
            )
            for one in told
            if one.state in kinds
        ],
    )


def store_clocks(told: list[Story], *, ids: dict[int, int]) -> None:
    """Insert clocks with what their history tells."""
    columns = (
        "case_id", "metric", "state", "target_id", "calendar_id", "revision", "within",
        "attached_at", "started_at", "original_due_at", "due_at", "looks", "next_look_at",
        "pauses", "warned_at", "breach_recorded_at",
    )  # fmt: skip
    rows = [
        (ids[one.number], *(getattr(clock, column) for column in columns[1:]))
        for one in told
        for clock, _marks in one.clocks
    ]
    found = load(CaseClock, columns, rows, returning=("case_id", "metric", "id"))
    stored = {(case, metric): clock for case, metric, clock in found}
    load(
        CaseClockMark,
        ("clock_id", "kind", "at", "due_at", "facts"),
        [
            (stored[ids[one.number], clock.metric], mark.kind, mark.at, mark.due_at, mark.facts)
            for one in told
            for clock, marks in one.clocks
            for mark in marks
        ],
    )


def store_links(told: list[Story], *, ids: dict[int, int], at: datetime) -> None:
    """Insert what cases hang on, with those whom a problem affects."""
    linked = [one for one in told if one.problem is not None]
    load(
        CaseLink,
        ("problem_id", "case_id", "kind", "score", "evidence", "decided_at", "created_at"),
        [
            (
                one.problem,
                ids[one.number],
                "suggested" if one.is_suggested else "confirmed",
                480,
                evidence_of(one),
                None if one.is_suggested else one.last_message_at,
                one.opened_at,
            )
            for one in linked
        ],
    )
    load(
        Affected,
        ("problem_id", "contact_id", "found", "found_at"),
        [(one.problem, one.contact, "case", at) for one in linked if not one.is_suggested],
        ignores_known=True,
    )
    load(
        Entry,
        (
            "subject_kind", "subject_id", "action", "actor_kind", "actor_id", "actor_label",
            "source", "at", "changes",
        ),
        [
            (
                "problem", one.problem, "link.confirmed", "user", one.owner or 0, "", "agent",
                one.last_message_at, {"case": ids[one.number]},
            )
            for one in linked
            if not one.is_suggested
        ],
    )  # fmt: skip


def refresh_statistics(*, say: Say) -> None:
    """Let PostgreSQL look at what is there now, as the owner; else it does so by itself later."""
    begin = monotonic()
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    except OperationalError as problem:
        say(f"The statistics were not refreshed: {problem}")
        return
    say(f"Statistics refreshed in {timedelta(seconds=round(monotonic() - begin))}.")
