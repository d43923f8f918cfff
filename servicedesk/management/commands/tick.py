"""The tick: finds due work twice a second and wakes the workers; role sweeper.

It does the work itself only while Redis cannot be reached. Any number of ticks may run.
"""

import logging
import signal
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.utils.timezone import now
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from servicedesk.celery import NEWS, app, wake_worker_or_fail
from servicedesk.mail.fetching import fetch_due_mailboxes
from servicedesk.mail.receiving import read_unread_mails
from servicedesk.upkeep.approvals import ask_on_everywhere
from servicedesk.upkeep.arrivals import note_arrivals_everywhere
from servicedesk.upkeep.broadcasts import tell_everywhere
from servicedesk.upkeep.closing import close_quiet_cases_everywhere
from servicedesk.upkeep.due import Due, find_due
from servicedesk.upkeep.fixes import look_after_fixes_everywhere
from servicedesk.upkeep.forgetting import (
    forget_old_digests_everywhere,
    forget_old_imports_everywhere,
    forget_old_offers_everywhere,
)
from servicedesk.upkeep.impact import follow_impact_everywhere
from servicedesk.upkeep.reaching import reach_everywhere
from servicedesk.upkeep.renewing import renew_public_holidays_everywhere
from servicedesk.upkeep.repairing import repair_everywhere
from servicedesk.upkeep.sweeping import sweep_all_clocks
from servicedesk.upkeep.watching import raise_attention_everywhere
from servicedesk.webhooks.calls import forget_old_calls_everywhere
from workflow.outbox.effects import carry_out_effects
from workflow.outbox.relay import relay_news
from workflow.tenancy.checks import refuse_unsafe_database

log = logging.getLogger(__name__)

EACH_SECONDS = 0.5
CLOSE_EACH = timedelta(hours=1)


class Command(BaseCommand):
    """Runs until it is told to stop."""

    help = "Find due work and wake the workers."
    # The migration before every start has made them; they would load each page into this process.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let a test or an operator look once."""
        parser.add_argument("--once", action="store_true", help="look once, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look twice a second."""
        refuse_unsafe_database()
        stopping = Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            stopping.set()

        if not options["once"]:
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
        closed_at = datetime.min.replace(tzinfo=UTC)
        while not stopping.is_set():
            try:
                closed_at = look(closed_at=closed_at)
            except (DatabaseError, InterfaceError):
                log.exception("the database does not answer; looking again")
                for connection in connections.all(initialized_only=True):
                    connection.close()
            if options["once"]:
                return
            stopping.wait(EACH_SECONDS)


def look(*, closed_at: datetime) -> datetime:
    """Look once at what is due; returns when quiet cases were closed last."""
    at = now()
    due = find_due(at=at)
    is_hour = at - closed_at >= CLOSE_EACH
    if not are_woken(due, is_hour=is_hour):
        log.warning("Redis cannot be reached; doing the work here")
        work_here(due, is_hour=is_hour, at=at)
    return at if is_hour else closed_at


def are_woken(due: Due, *, is_hour: bool) -> bool:
    """Wake workers for what is due; answer whether Redis took it."""
    try:
        wake(due, is_hour=is_hour)
    except (OSError, RedisError, KombuError):
        return False
    return True


def wake(due: Due, *, is_hour: bool) -> None:
    """Wake workers for what is due."""
    if due.news:
        wake_worker_or_fail(NEWS)
    for queue in due.queues:
        wake_worker_or_fail(queue)
    for is_due, task, queue in (
        (due.clocks, "servicedesk.sweep_clocks", "urgent"),
        (due.mails, "servicedesk.read_mails", "mail"),
        (due.mailboxes, "servicedesk.fetch_mailboxes", "bulk"),
        (due.approvals, "servicedesk.ask_on", "urgent"),
        (due.radars, "servicedesk.look_for_patterns", "bulk"),
        (due.scopes, "servicedesk.reach_customers", "bulk"),
        (due.broadcasts, "servicedesk.tell", "bulk"),
    ):
        if is_due:
            app.send_task(task, queue=queue, retry=False)
    if is_hour:
        app.send_task("servicedesk.close_quiet_cases", queue="bulk", retry=False)
        app.send_task("servicedesk.raise_attention", queue="bulk", retry=False)
        app.send_task("servicedesk.look_after_fixes", queue="bulk", retry=False)
        app.send_task("servicedesk.note_arrivals", queue="bulk", retry=False)
        app.send_task("servicedesk.follow_impact", queue="bulk", retry=False)
        app.send_task("servicedesk.repair", queue="default", retry=False)
        app.send_task("servicedesk.forget_webhook_calls", queue="bulk", retry=False)
        app.send_task("servicedesk.forget_digests", queue="bulk", retry=False)
        app.send_task("servicedesk.forget_offers", queue="bulk", retry=False)
        app.send_task("servicedesk.forget_imports", queue="bulk", retry=False)
        app.send_task("servicedesk.forget_links", queue="bulk", retry=False)
        app.send_task("servicedesk.renew_public_holidays", queue="bulk", retry=False)


def work_here(due: Due, *, is_hour: bool, at: datetime) -> None:
    """Do what is due in this process; radars wait for a worker, which has the memory for it."""
    for is_due, work in (
        (due.clocks, sweep_all_clocks),
        (due.news, relay_news),
        (due.mails, read_unread_mails),
        (due.approvals, ask_on_everywhere),
        (due.scopes, reach_everywhere),
        (due.broadcasts, tell_everywhere),
    ):
        if is_due:
            work(at=at)
    for queue in due.queues:
        carry_out_effects(queue=queue, clock=now, sent_by="tick", for_seconds=5)
    if due.mailboxes:
        # One at a time: a server that does not answer must not hold up everything else for long.
        fetch_due_mailboxes(at=at, at_most=1)
    if is_hour:
        work_of_the_hour_here(at=at)


def work_of_the_hour_here(*, at: datetime) -> None:
    """Do in this process what is done once an hour."""
    close_quiet_cases_everywhere(at=at)
    raise_attention_everywhere(at=at)
    look_after_fixes_everywhere(at=at)
    note_arrivals_everywhere(at=at)
    follow_impact_everywhere(at=at)
    repair_everywhere(at=at)
    forget_old_calls_everywhere(at=at)
    forget_old_digests_everywhere(at=at)
    forget_old_imports_everywhere(at=at)
    forget_old_offers_everywhere(at=at)
    renew_public_holidays_everywhere(at=at)
