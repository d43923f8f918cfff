"""Celery: the executor. The truth is in PostgreSQL; a message here only wakes a worker."""

import gc
import logging
import os
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.signals import (
    celeryd_init,
    task_postrun,
    task_prerun,
    worker_before_create_process,
    worker_init,
    worker_ready,
)
from django.conf import settings
from django.db import close_old_connections
from kombu import Queue
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from servicedesk.thread_limits import ThreadLimits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
# The migration before every start has made Django's checks; they would load each page into a worker.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

QUEUES = ("urgent", "mail", "default", "bulk", "webhooks")
NEWS = "default"
# No longer than the longest task: a message of a killed worker comes back after it.
VISIBLE_AGAIN_AFTER_SECONDS = 600
TASK_SECONDS = 60
# In kilobytes, with what is shared: a child that has grown beyond it ends after its task.
LARGEST_CHILD = 250_000
# Celery would end each connection before and after every task: to make one anew costs more than most
# tasks do, and its plans are gone. Django looks after them, as it does between requests.
KEEPS_CONNECTIONS = 1_000_000_000
# What nobody waits for at a screen: a worker that hears nothing else leaves the processor to pages.
PATIENT = frozenset({"bulk", "webhooks"})
STEPS_BACK = 10

log = logging.getLogger(__name__)

app = Celery("servicedesk")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://",
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue=NEWS,
    task_create_missing_queues=False,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=LARGEST_CHILD,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    accept_content=["json"],
    task_serializer="json",
    task_soft_time_limit=50,
    task_time_limit=TASK_SECONDS,
    timezone="UTC",
    broker_transport_options={
        "visibility_timeout": VISIBLE_AGAIN_AFTER_SECONDS,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "health_check_interval": 30,
        "global_keyprefix": "celery:",
        # A worker takes from each of its queues in turn: a storm in one holds up no other.
        "queue_order_strategy": "round_robin",
        # A request never waits for a broker that is gone.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
    },
)
app.conf["CELERY_DB_REUSE_MAX"] = KEEPS_CONNECTIONS
app.autodiscover_tasks(["workflow.outbox", "servicedesk.upkeep"], related_name="tasks")


@celeryd_init.connect
def step_back(options: dict[str, Any], **_: Any) -> None:
    """Lower the priority of a worker of patient queues; its children have the same."""
    if PATIENT.issuperset(options.get("queues") or QUEUES):
        os.nice(STEPS_BACK)


@worker_init.connect
def look_at_the_walls(**_: Any) -> None:
    """Refuse to work on a database that does not keep tenants apart."""
    # Apps are loaded by now, and were not when this module was.
    from workflow.tenancy.checks import refuse_unsafe_database  # noqa: PLC0415

    refuse_unsafe_database()


@task_prerun.connect
def look_after_connections(task: Any, **_: Any) -> None:
    """Before a task end connections that are old or broken; others are tried by their first query."""
    if not task.request.is_eager:
        close_old_connections()


@worker_before_create_process.connect
def share_memory(**_: Any) -> None:
    """Leave what is loaded to every child: what the collector never looks at is never copied."""
    gc.collect()
    gc.freeze()


@worker_ready.connect
def keep_limits(sender: Any, **_: Any) -> None:
    """Keep the limits of tasks where the pool cannot: it has threads and no processes."""
    if not sender.pool.signal_safe:
        limits = ThreadLimits(seconds=TASK_SECONDS, kilobytes=LARGEST_CHILD)
        task_prerun.connect(limits.begin, weak=False)
        task_postrun.connect(limits.end, weak=False)


def wake_worker(queue: str) -> None:
    """Nudge a worker of a queue; that the broker is gone is no matter, tick looks by itself."""
    with suppress(OSError, RedisError, KombuError):
        wake_worker_or_fail(queue)


def wake_worker_or_fail(queue: str) -> None:
    """Nudge a worker of a queue; the effects of one that no worker hears are done beside the news.

    Raises:
        OSError, RedisError, KombuError: the broker cannot be reached.
    """
    if queue == NEWS:
        app.send_task("workflow.relay_news", queue=NEWS, retry=False)
    else:
        heard = queue if queue in QUEUES else NEWS
        app.send_task("workflow.carry_out_effects", args=[queue], queue=heard, retry=False)
