# ruff: noqa: S311 - lots are drawn for a test, not for a secret
"""Real workers, a tick, a broker and a mail server, and what shoots at them."""

import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Event
from time import monotonic
from typing import Any

import psutil
import psycopg2
import redis

from servicedesk.devservices.binaries import VALKEY, package_folder
from tests.isolation.roles import admin_url
from tests.processes import MailSink, free_port, mail_sink, manage, process, wait_for, worker

# A line for each word of each conversation would drown what a failed test says.
logging.getLogger("mail.log").setLevel(logging.WARNING)

QUEUES = ("default", "urgent", "mail")
TERMINATE_HALF = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND usename IN ('servicedesk_app', 'servicedesk_sweeper')
  AND random() < 0.5
"""
A_MINUTE_PASSES = """
UPDATE workflow_effect
SET due_at = due_at - interval '1 minute', locked_until = locked_until - interval '1 minute'
WHERE state IN ('pending', 'sending')
"""


@dataclass(frozen=True)
class Verdict:
    """What became of those who were to be told."""

    wanted: int
    lost: int
    repeats: int
    phantoms: int


def judge(wanted: set[str], sink: MailSink) -> Verdict:
    """Compare the Message-IDs that were to leave with those that came."""
    came = Counter(str(mail["Message-ID"]).strip("<>") for mail in sink.mails())
    return Verdict(
        wanted=len(wanted),
        lost=len(wanted - set(came)),
        repeats=came.total() - len(came),
        phantoms=len(set(came) - wanted),
    )


class Broker:
    """A Valkey of the test's own that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._program = next(package_folder(VALKEY).glob(VALKEY.program))
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it empty and wait until it answers."""
        self._running = subprocess.Popen(
            [
                str(self._program), "--bind", "127.0.0.1", "--port", str(self.port),
                "--save", "", "--appendonly", "no", "--loglevel", "warning",
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self.answers, why="the broker")

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def forget_everything(self) -> None:
        """Empty it."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        """Kill it, as a machine that goes away would."""
        if self._running is not None:
            self._running.kill()
            self._running.wait(10)
            self._running = None


@dataclass
class Stage:
    """The processes of the program, killed and started again by the test."""

    broker: Broker
    sink: MailSink
    stack: ExitStack
    environment: dict[str, str] = field(default_factory=dict)
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    tick: "subprocess.Popen[bytes] | None" = None
    counted: Counter[str] = field(default_factory=Counter)
    started: int = 0
    queues: tuple[str, ...] = QUEUES

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a process of the program."""
        return self.stack.enter_context(process(*command, **self.environment))

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker, in turn with two processes of its own and with two threads."""
        self.started += 1
        command = worker(*self.queues, concurrency=2, in_threads=self.started % 2 == 0)
        return self.start(*command, f"--hostname=fire{self.started}@%h")

    def start_everything(self) -> None:
        """Start two workers and the tick."""
        self.workers = [self.start_worker(), self.start_worker()]
        self.tick = self.start(*manage("tick"))

    def kill_everything(self) -> None:
        """Kill all of it at one moment."""
        for one in [*self.workers, self.tick]:
            if one is not None:
                kill_group(one)
        self.workers, self.tick = [], None

    def finish(self, *, seconds: float) -> None:
        """Wait until nothing waits any more; fail at once when nobody is left who could work."""
        wait_for(
            lambda: unsent() == 0 or not self.somebody_works(),
            seconds=seconds,
            why="everything to be sent",
        )
        assert self.somebody_works(), "The processes ended by themselves; var/test-log says why."

    def somebody_works(self) -> bool:
        """Whether a worker or the tick is alive."""
        return any(one is not None and one.poll() is None for one in [*self.workers, self.tick])

    def produce(self, tenant_id: int) -> "subprocess.Popen[bytes]":
        """Start the program that asks for notifications."""
        return self.start(sys.executable, "-m", "tests.effects.producing", str(tenant_id))

    def shoot_worker(self, *, whole: bool, random: Random) -> None:
        """Kill a child of a worker or all of it; what is gone is started again."""
        place = random.randrange(len(self.workers))
        if whole:
            kill_group(self.workers[place])
            self.counted["workers killed"] += 1
        else:
            children = psutil.Process(self.workers[place].pid).children()
            if children:
                random.choice(children).kill()
                self.counted["children killed"] += 1
        self.workers = [
            self.start_worker() if one.poll() is not None else one for one in self.workers
        ]

    def shoot_connections(self) -> None:
        """Terminate half of all connections to the database."""
        self.counted["connections terminated"] += asked(TERMINATE_HALF)

    def empty_broker(self) -> None:
        """Take everything from the broker."""
        self.broker.forget_everything()
        self.counted["broker emptied"] += 1

    def kill_broker(self) -> None:
        """Take the broker away."""
        self.broker.kill()
        self.counted["broker killed"] += 1


def kill_group(started: "subprocess.Popen[bytes]") -> None:
    """Kill a process and its children at once."""
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    started.wait(10)


@contextmanager
def stage() -> Iterator[Stage]:
    """A broker and a mail server, and a place to start processes beside them."""
    broker = Broker()
    broker.start()
    try:
        with mail_sink() as sink, ExitStack() as stack:
            environment = {"REDIS_URL": broker.url, "SMTP_URL": sink.url}
            yield Stage(broker=broker, sink=sink, stack=stack, environment=environment)
    finally:
        broker.kill()


def under_fire(scene: Stage, *, seconds: float, seed: int) -> None:
    """Shoot: a worker each 2 s, connections each 3 s, and the broker twice."""
    random = Random(seed)
    plan: list[tuple[float, Callable[[], None]]] = [
        (number * 2.0, partial(scene.shoot_worker, whole=number % 3 == 0, random=random))
        for number in range(1, int(seconds / 2) + 1)
    ]
    plan += [(number * 3.0, scene.shoot_connections) for number in range(1, int(seconds / 3) + 1)]
    plan += [
        (seconds * 0.35, scene.empty_broker),
        (seconds * 0.6, scene.kill_broker),
        (seconds * 0.75, scene.broker.start),
    ]
    began, pause = monotonic(), Event()
    for moment, shoot in sorted(plan, key=lambda planned: planned[0]):
        pause.wait(max(0.0, began + moment - monotonic()))
        shoot()


def a_minute_passes() -> None:
    """Let every lease end, with nobody alive who holds one."""
    with closing(psycopg2.connect(admin_url())) as admin, admin, admin.cursor() as at:
        at.execute(A_MINUTE_PASSES)


def asked(question: str, *values: Any) -> int:
    """Return one figure, asked as administrator: nobody terminates that connection."""
    with closing(psycopg2.connect(admin_url())) as admin, admin, admin.cursor() as at:
        at.execute(question, values)
        (figure,) = at.fetchone() or (0,)
        return int(figure)


def unsent() -> int:
    """Return how many effects still wait."""
    return asked("SELECT count(*) FROM workflow_effect WHERE state IN ('pending', 'sending')")
