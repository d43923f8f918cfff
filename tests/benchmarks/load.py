"""A load on the whole program: agents, customers, programs and mail, so many requests a second.

Starts everything that `make up` starts on seeded data, on loopback, and asks at fixed moments:
a late answer does not slow the asking down, and its waiting counts. BENCH_RATE (50 a second),
BENCH_SECONDS (300), BENCH_SIZES (the largest tenant is asked), PORT. Seeded days ago, thousands of
clocks have run out since: the load begins when that is swept and told, or after BENCH_REST (900 s).
"""

import http.client
import json
import os
import queue
import random
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import urlencode

import django

from servicedesk.env import PROJECT_FOLDER, read_environment
from tests.benchmarks.doors import Doors, open_doors
from tests.benchmarks.measuring import Measurement, number_from, percentile
from tests.benchmarks.memory import megabytes

CLIENTS = 24
STARTS_WITHIN = 180.0
WARM_UP_RATE, WARM_UP_SECONDS = 25, 40
SETTLES_WITHIN = 60.0
# 0 errors, an answer within 300 ms for 95 of 100, news heard within 5 s, 600 MB in all but for the
# matcher, which has 500 MB for itself.
SLOWEST_MS, OLDEST_SECONDS, LARGEST_MB, LARGEST_MATCHER_MB = 300.0, 5.0, 600.0, 500.0


@dataclass
class Outcome:
    """What became of the requests: milliseconds by name, what went wrong, megabytes by part."""

    spent: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    matcher: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str, milliseconds: float, error: str = "") -> None:
        """Keep one answer."""
        with self.lock:
            self.spent.setdefault(name, []).append(milliseconds)
            if error:
                self.errors.append(f"{name}: {error}")

    def note_memory(self, now: dict[str, float]) -> None:
        """Keep the most that the matcher held, and the parts when all others together held most."""
        others = {part: held for part, held in now.items() if part != "matcher"}
        self.matcher = max(self.matcher, now["matcher"])
        self.memory = max(self.memory, others, key=lambda parts: sum(parts.values()))


class Client:
    """One connection, used by one thread; opened anew when the server has closed it."""

    def __init__(self, doors: Doors, *, port: int, smtp_port: int, number: int) -> None:
        self.doors = doors
        self.port, self.smtp_port = port, smtp_port
        self.chance = random.Random(number)  # noqa: S311 - the same load every time
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(
        self,
        method: str,
        path: str,
        *,
        cookies: str = "",
        body: dict[str, str] | None = None,
        token: str = "",
        wanted: tuple[int, ...] = (200,),
    ) -> None:
        """Ask once; another status than wanted is an error."""
        headers = {"Host": self.doors.host, "Accept-Encoding": "identity"}
        if cookies:
            headers["Cookie"] = cookies
        payload = None
        if token:
            headers |= {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            payload = json.dumps(body) if body is not None else None
        elif body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            payload = urlencode({**body, "csrfmiddlewaretoken": self.doors.csrf})
        try:
            self.connection.request(method, path, payload, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            # The server may close a connection that rests; a browser asks again, too.
            self.connection.close()
            self.connection.request(method, path, payload, headers)
            answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in wanted:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text[:200]!r}")

    # ---- what people, programs and mail servers do ------------------------------------------

    def agent(self, path: str) -> None:
        """Let one of the agents open a page."""
        self.ask("GET", path, cookies=self.chance.choice(self.doors.agents))

    def queue(self) -> None:
        self.agent(self.chance.choice(["/q/mine/", "/q/open/", "/q/unassigned/", "/q/attention/"]))

    def case(self) -> None:
        self.agent(f"/c/{self.chance.choice(self.doors.numbers)}/")

    def search(self) -> None:
        self.agent("/search/?q=zephyrquartz")

    def reply(self) -> None:
        self.ask(
            "POST",
            f"/c/{self.chance.choice(self.doors.numbers)}/reply/",
            cookies=self.chance.choice(self.doors.agents),
            body={"body": "We are looking into it. " * 8, "visibility": "note"},
            wanted=(302,),
        )

    def open_case(self) -> None:
        self.ask(
            "POST",
            "/c/new/",
            cookies=self.chance.choice(self.doors.agents),
            body={
                "contact_email": f"customer{self.chance.randrange(100)}@seed.example.org",
                "contact_name": "Ingrid Solheim",
                "subject": "The card reader shows a blank screen",
                "body": "It stopped working on Monday. " * 10,
                "channel": "phone",
                "priority": "normal",
            },
            wanted=(302,),
        )

    def own_list(self) -> None:
        self.ask("GET", "/help/", cookies=self.chance.choice(self.doors.customers))

    def own_issue(self) -> None:
        place = self.chance.randrange(len(self.doors.customers))
        number = self.chance.choice(self.doors.own_issues[place])
        self.ask("GET", f"/help/issues/{number}/", cookies=self.doors.customers[place])

    def api_list(self) -> None:
        self.ask("GET", "/api/v1/cases?limit=25", token=self.doors.token)

    def api_case(self) -> None:
        path = f"/api/v1/cases/{self.chance.choice(self.doors.numbers)}"
        self.ask("GET", path, token=self.doors.token)

    def mail(self) -> None:
        """Let a mail server hand over a mail of a customer."""
        message = EmailMessage()
        message["From"] = f"customer{self.chance.randrange(100)}@seed.example.org"
        message["To"] = f"support@{self.doors.host.partition('.')[0]}.reply.localhost"
        message["Subject"] = "The parcel never arrived"
        message["Message-ID"] = f"<{self.chance.getrandbits(64):x}@seed.example.org>"
        message.set_content("It should have been here on Monday. " * 8)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as server:
            server.send_message(message)


MIX: dict[str, int] = {
    "queue": 22, "case": 22, "search": 3, "reply": 6, "open_case": 4, "own_list": 12,
    "own_issue": 12, "api_list": 6, "api_case": 9, "mail": 4,
}  # fmt: skip


Waiting = queue.Queue[tuple[str, float] | None]


def serve(client: Client, waiting: Waiting, outcome: Outcome) -> None:
    """Ask what is due until there is no more; the time counts from when it was due."""
    while (job := waiting.get()) is not None:
        name, due = job
        error = ""
        try:
            act: Callable[[], None] = getattr(client, name)
            act()
        except Exception as problem:  # noqa: BLE001 - an error is a result here
            error = repr(problem)[:300]
        outcome.note(name, (time.perf_counter() - due) * 1000, error)


def run_load(
    doors: Doors, *, rate: int, seconds: int, port: int, smtp_port: int, supervisor: int
) -> Outcome:
    """Ask `rate` times a second at fixed moments and return what came of it."""
    outcome, waiting = Outcome(), Waiting()
    clients = [
        Client(doors, port=port, smtp_port=smtp_port, number=number) for number in range(CLIENTS)
    ]
    threads = [threading.Thread(target=serve, args=(one, waiting, outcome)) for one in clients]
    for thread in threads:
        thread.start()
    chance = random.Random(7)  # noqa: S311 - the same load every time
    names = chance.choices(list(MIX), weights=list(MIX.values()), k=rate * seconds)
    pause, begin = threading.Event(), time.perf_counter()
    for place, name in enumerate(names):
        due = begin + place / rate
        pause.wait(max(0.0, due - time.perf_counter()))
        waiting.put((name, due))
        if place % (rate * 5) == 0:
            outcome.note_memory(megabytes(supervisor))
    for _thread in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return outcome


def oldest_news(slug: str, *, since: datetime) -> tuple[float, int]:
    """Return after how many seconds 99 of 100 news were heard, and how many are not heard yet."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is set up by then

    from workflow.tenancy.models import Tenant  # noqa: PLC0415
    from workflow.tenancy.scope import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.get(slug=slug)
    with tenant_scope(tenant.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM"
            " d.done_at - e.published_at)), 0), count(*) FILTER (WHERE d.state = 'pending')"
            " FROM workflow_outboxevent e JOIN workflow_delivery d"
            " ON d.tenant_id = e.tenant_id AND d.event_id = e.id"
            " WHERE e.tenant_id = %s AND e.published_at >= %s",
            [tenant.pk, since],
        )
        oldest, pending = cursor.fetchone()
    return float(oldest), int(pending)


def wait_for(port: int) -> None:
    """Wait until the pages answer.

    Raises:
        TimeoutError: they do not.
    """
    end, pause = time.monotonic() + STARTS_WITHIN, threading.Event()
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        pause.wait(0.5)
    raise TimeoutError("The program did not start.")


def undone() -> int:
    """Return how much the program has still to do by itself: clocks that ran out, news untold."""
    from cases.models import CaseClock  # noqa: PLC0415 - Django is set up by then
    from workflow.outbox.models import Delivery  # noqa: PLC0415
    from workflow.tenancy.models import Tenant  # noqa: PLC0415
    from workflow.tenancy.scope import tenant_scope  # noqa: PLC0415

    at, left = datetime.now(UTC), 0
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            left += Delivery.objects.filter(state="pending", due_at__lte=at).count()
            left += CaseClock.objects.filter(state="running", next_look_at__lte=at).count()
    return left


def wait_for_rest(within: float) -> int:
    """Wait until the program has nothing of its own to do; returns what is left after `within`."""
    end, pause = time.monotonic() + within, threading.Event()
    while (left := undone()) and time.monotonic() < end:
        pause.wait(2.0)
    return left


def wait_for_mail_door(port: int) -> None:
    """Wait until mail is taken.

    Raises:
        TimeoutError: it is not.
    """
    end, pause = time.monotonic() + STARTS_WITHIN, threading.Event()
    while time.monotonic() < end:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
                server.noop()
            return
        except OSError:
            pause.wait(0.5)
    raise TimeoutError("Nobody takes mail.")


def lines_of(outcome: Outcome, *, oldest: float, pending: int) -> list[Measurement]:
    """Return the table."""
    everything = [one for spent in outcome.spent.values() for one in spent]
    lines = [
        Measurement(
            name=name,
            figure=f"{len(spent)} x {percentile(spent, 0.5):.0f} / {percentile(spent, 0.95):.0f}"
            f" / {percentile(spent, 0.99):.0f} ms",
        )
        for name, spent in sorted(outcome.spent.items())
    ]
    slow = percentile(everything, 0.95)
    return [
        *lines,
        Measurement(name="p50, all", figure=f"{percentile(everything, 0.5):.0f} ms"),
        Measurement(name="p95, all", figure=f"{slow:.0f} ms", ratio=slow, goal=SLOWEST_MS),
        Measurement(name="p99, all", figure=f"{percentile(everything, 0.99):.0f} ms"),
        Measurement(
            name="errors",
            figure=str(len(outcome.errors)),
            ratio=len(outcome.errors),
            goal=0,
            gate=0,
        ),
        Measurement(
            name="news heard after, p99",
            figure=f"{oldest:.2f} s",
            ratio=oldest,
            goal=OLDEST_SECONDS,
        ),
        Measurement(name="news not heard at the end", figure=str(pending)),
        Measurement(
            name="memory without the matcher (PSS)",
            figure=", ".join(f"{part} {held:.0f}" for part, held in outcome.memory.items()) + " MB",
            ratio=sum(outcome.memory.values()),
            goal=LARGEST_MB,
        ),
        Measurement(
            name="memory of the matcher (PSS)",
            figure=f"{outcome.matcher:.0f} MB",
            ratio=outcome.matcher,
            goal=LARGEST_MATCHER_MB,
        ),
    ]


def main() -> int:
    """Start the program, load it, print the table; return 1 after errors."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()
    from tests.benchmarks.seeded import seeded, sizes  # noqa: PLC0415 - Django is set up by then

    environment = read_environment(os.environ)
    tenant = seeded(sizes()[-1])
    program = subprocess.Popen(
        [sys.executable, "-m", "servicedesk.devservices", "up"],
        cwd=PROJECT_FOLDER,
        env={**os.environ, "DEMO": "0"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(environment.port)
        wait_for_mail_door(environment.smtp_port)
        doors = open_doors(tenant.slug)
        left = wait_for_rest(number_from("BENCH_REST", 900))
        sys.stdout.write(f"left undone when the load began: {left}\n")
        # A process that has just started reads its templates and code first, and each connection to
        # the database makes the plans that it keeps.
        run_load(
            doors,
            rate=WARM_UP_RATE,
            seconds=WARM_UP_SECONDS,
            port=environment.port,
            smtp_port=environment.smtp_port,
            supervisor=program.pid,
        )
        since = datetime.now(UTC)
        outcome = run_load(
            doors,
            rate=number_from("BENCH_RATE", 50),
            seconds=number_from("BENCH_SECONDS", 300),
            port=environment.port,
            smtp_port=environment.smtp_port,
            supervisor=program.pid,
        )
        oldest, pending = oldest_news(tenant.slug, since=since)
        pause, end = threading.Event(), time.monotonic() + SETTLES_WITHIN
        while pending and time.monotonic() < end:
            pause.wait(1.0)
            oldest, pending = oldest_news(tenant.slug, since=since)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(timeout=60)
    sys.stdout.write("\nrequests, and p50 / p95 / p99 of each\n")
    lines = lines_of(outcome, oldest=oldest, pending=pending)
    for line in lines:
        sys.stdout.write(line.as_line().rstrip() + "\n")
    for error in outcome.errors[:10]:
        sys.stdout.write(f"  {error}\n")
    return 1 if any(line.verdict == "FAIL" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
