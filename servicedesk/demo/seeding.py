"""Tell the whole demo: both companies, once, going on where an earlier telling was cut off."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.timezone import now

from cases.models import Case
from problems.models import Problem
from servicedesk.demo.acme import ACME_STORIES, LOOSE
from servicedesk.demo.asking import ask_customers, note_feelings, share_views
from servicedesk.demo.bank import bank_stories
from servicedesk.demo.banking77 import BankMessage, sample_messages, subject_of
from servicedesk.demo.cast import Cast
from servicedesk.demo.companies import ACME, BANK, CompanyPlan
from servicedesk.demo.founding import FOUNDER, found_company
from servicedesk.demo.moments import Days
from servicedesk.demo.queue import (
    URGENT_AT_ACME,
    URGENT_AT_THE_BANK,
    call_urgently,
    import_the_rest,
    mails_come,
    work_the_queue,
)
from servicedesk.demo.stories import Act, Story
from servicedesk.demo.suspecting import begin_to_look_alike
from servicedesk.demo.telling import tell
from servicedesk.notifications.models import Notification
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.history.recording import record
from workflow.outbox.models import Delivery, DeliveryState
from workflow.outbox.relay import Line, relay_line
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

LOCK = "servicedesk.demo"
TOLD = "demo_told"
NEWS_IS_HEARD_WITHIN = 60.0
FIRST_OF_THE_BANK, FIRST_OF_ACME = 1000, 2000
Say = Callable[[str], object]


def tell_demo(*, at: datetime, say: Say) -> None:
    """Tell the demo in both companies; what was told is recognised and left alone.

    Each story is one transaction, so that it is there whole or not at all. Two that tell at once
    take turns.

    Raises:
        NotTheDemo: one of the names belongs to a tenant with real data.
    """
    with one_teller():
        tenants = [(plan, found_company(plan, at=at)) for plan in (BANK, ACME)]
        for plan, tenant in tenants:
            with tenant_scope(tenant.pk):
                if was_told(tenant):
                    say(f"{tenant.name}: the story was told before.")
                    continue
                tell_company(plan, tenant, at=at)
                mark_told(tenant, at=now())
                say(summary_of(tenant))


def tell_company(plan: CompanyPlan, tenant: Tenant, *, at: datetime) -> None:
    """Tell what happened at one company."""
    cast = Cast.of_tenant()
    days = Days(now=at, zone=ZoneInfo(plan.timezone))
    if plan.name == BANK.name:
        tell_bank(tenant, cast=cast, days=days)
    else:
        tell_acme(tenant, cast=cast, days=days)
    note_feelings(cast=cast, days=days)
    ask_customers(cast=cast, days=days)
    share_views(cast=cast, days=days)
    let_news_be_heard()


def tell_bank(tenant: Tenant, *, cast: Cast, days: Days) -> None:
    """Tell the stories of the bank, then what else its customers wrote."""
    messages = sample_messages()
    stories = bank_stories(messages)
    tell_all(stories, cast=cast, days=days, first_customer=FIRST_OF_THE_BANK)
    rest = told_beside(messages, stories)
    import_the_rest(rest, days=days)
    let_news_be_heard()
    story_of = {category_of(story, messages): story for story in stories}
    work_the_queue(rest, story_of=story_of, cast=cast, days=days)
    call_urgently(URGENT_AT_THE_BANK, days=days)
    used = {text for story in stories for text in story.texts[: customers_of(story)]}
    left = [m for m in messages if m.text not in used and m not in rest]
    mails_come(
        [(subject_of(message.text), message.text) for message in left[:: len(left) // 8][:8]],
        tenant=tenant,
        days=days,
    )
    begin_to_look_alike(days=days)


def tell_acme(tenant: Tenant, *, cast: Cast, days: Days) -> None:
    """Tell the stories of Acme, then what else its customers wrote."""
    tell_all(ACME_STORIES, cast=cast, days=days, first_customer=FIRST_OF_ACME)
    call_urgently(URGENT_AT_ACME, days=days)
    mails_come([(subject, text) for subject, text, _product in LOOSE[:9]], tenant=tenant, days=days)


def tell_all(stories: tuple[Story, ...], *, cast: Cast, days: Days, first_customer: int) -> None:
    """Tell stories one after the other, and let everybody hear of each."""
    for story in stories:
        tell(story, cast=cast, days=days, first_customer=first_customer)
        first_customer += len(story.texts)
        let_news_be_heard()


def customers_of(story: Story) -> int:
    """Return how many customers write in a story."""
    return sum(step.count for step in story.steps if step.act is Act.CASES)


def category_of(story: Story, messages: list[BankMessage]) -> str:
    """Return the category of the data set that a story took its words from."""
    return next(message.category for message in messages if message.text == story.texts[0])


def told_beside(messages: list[BankMessage], stories: tuple[Story, ...]) -> list[BankMessage]:
    """Return every second message that no story took."""
    used = {text for story in stories for text in story.texts[: customers_of(story)]}
    return [message for message in messages if message.text not in used][::2]


def let_news_be_heard() -> None:
    """Deliver the tenant's news, beside the workers if they run, until all of it is heard.

    A subscriber that fails is tried again later by the workers; the story does not wait for it.
    """
    end = monotonic() + NEWS_IS_HEARD_WITHIN
    pause = Event()
    while monotonic() < end:
        waiting = Delivery.objects.filter(state=DeliveryState.PENDING, attempts=0)
        subjects = waiting.order_by("subject").values_list("subject", flat=True).distinct()
        lines = [Line(tenant_id=tenant_of_the_scope(), subject=subject) for subject in subjects]
        if not lines:
            return
        if not sum(relay_line(line, at=now()) for line in lines):
            pause.wait(0.1)


@contextmanager
def one_teller() -> Iterator[None]:
    """Let one process tell at a time; another one waits, and then finds all told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def was_told(tenant: Tenant) -> bool:
    """Whether the story was told to its end; one query."""
    changes = Entry.objects.filter(
        subject_kind="tenant", subject_id=tenant.pk, action=Action.CONFIGURATION_CHANGED
    ).values_list("changes", flat=True)
    return any(change.get("what") == TOLD for change in changes)


@transaction.atomic
def mark_told(tenant: Tenant, *, at: datetime) -> None:
    """Remember in the history that the story was told to its end."""
    record(
        Action.CONFIGURATION_CHANGED,
        tenant,
        actor=FOUNDER,
        at=at,
        changes={"what": TOLD},
    )


def summary_of(tenant: Tenant) -> str:
    """Return what stands there now, in a line."""
    return (
        f"{tenant.name}: {Case.objects.count()} cases, {Problem.objects.count()} problems,"
        f" {Notification.objects.count()} notifications."
    )
