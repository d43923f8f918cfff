"""Takes true mails in and prints what they cost, as JSON: run beside a database with fsync on."""

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from smtplib import SMTP
from threading import Barrier
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from servicedesk.devservices.processes import on_one_machine
from servicedesk.mail.guarding import close_reader
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from tests.benchmarks.measuring import percentile
from tests.benchmarks.stack import watch_of_this_process
from tests.mail.listening import mail_door
from tests.mail.true_mails import TRUE_MAILS, raw_mail
from workflow.starter import new_tenant
from workflow.tenancy.scope import tenant_scope

WARM_UP = 20


@dataclass(frozen=True)
class Share:
    """What one reader took in: seconds from its first mail to its last, and milliseconds of each."""

    seconds: float
    each: list[float]
    processor: float
    parser: float


def main(number: int) -> None:
    """Measure and print."""
    call_command("migrate", database="owner", verbosity=0)
    sys.stdout.write(json.dumps(measured(number)) + "\n")


def measured(number: int) -> dict[str, float]:
    """Return milliseconds: of a whole mail, the slowest of 100, processor, answer at the door.

    `together` is that of a mail where as many threads of a process read at once as `make up` has.
    """
    with connection.cursor() as at:
        at.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        durable = at.fetchone()
    if durable != ("on", "on"):
        raise RuntimeError("This database does not write what it promises to have written.")
    tenant = new_tenant(f"b{uuid4().hex[:10]}", name="Bench", hosts=[], timezone="UTC", at=now())
    with tenant_scope(tenant.pk):
        alone = share_of(samples(WARM_UP + number))
    readers = readers_of_the_stack()
    together = seconds_together(tenant.pk, number=number, readers=readers)
    with tenant_scope(tenant.pk):
        cases = RawMail.objects.filter(outcome="case").count()
    sent = WARM_UP + number + readers * (WARM_UP + number // readers)
    if cases < sent * 0.9:
        raise RuntimeError(f"Only {cases} of {sent} mails became cases.")
    return {
        "whole": alone.seconds / number * 1000,
        "slowest": percentile(alone.each, 0.99),
        "processor": alone.processor / number,
        "parser": alone.parser / number * 1000,
        "readers": readers,
        "together": together / (number // readers * readers) * 1000,
        "door": at_the_door(
            samples(number), address=f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"
        ),
    }


def share_of(mails: list[bytes]) -> Share:
    """Take mails in, within the tenant's scope; the first are not counted."""
    taken_in(mails[:WARM_UP])
    close_reader()
    watch = watch_of_this_process()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, spent = time.perf_counter(), watch.now()
    each = taken_in(mails[WARM_UP:])
    seconds, processor = time.perf_counter() - began, watch.now() - spent
    close_reader()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    parser = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return Share(seconds, each, processor, parser)


def readers_of_the_stack() -> int:
    """Return in how many threads of one process `make up` reads mail."""
    table = on_one_machine(bind="", port=0, live_port=0, smtp_port=0)
    for process in table:
        options = dict(word.split("=", 1) for word in process.command if "=" in word)
        if "mail" in options.get("--queues", "").split(",") and options["--pool"] == "threads":
            return int(options["--concurrency"])
    raise RuntimeError("Nobody reads mail.")


def seconds_together(tenant_id: int, *, number: int, readers: int) -> float:
    """Return in how many seconds so many threads of one process share so many mails."""
    everybody = Barrier(readers + 1)

    def read_share() -> None:
        with tenant_scope(tenant_id), closing(connection):
            mails = samples(WARM_UP + number // readers)
            taken_in(mails[:WARM_UP])
            everybody.wait()
            taken_in(mails[WARM_UP:])

    with ThreadPoolExecutor(readers) as pool:
        shares = [pool.submit(read_share) for _reader in range(readers)]
        everybody.wait()
        began = time.perf_counter()
        for share in shares:
            share.result()
        return time.perf_counter() - began


def taken_in(mails: list[bytes]) -> list[float]:
    """Store and read mails; returns the milliseconds of each."""
    took = []
    for raw in mails:
        began = time.perf_counter()
        receive_mail(raw, at=now())
        took.append((time.perf_counter() - began) * 1000)
    return took


def at_the_door(mails: list[bytes], *, address: str) -> float:
    """Return the milliseconds after which a mail server has its answer, over one connection."""
    with mail_door() as door, SMTP("127.0.0.1", door.port, timeout=60) as client:
        began = time.perf_counter()
        for raw in mails:
            client.sendmail("ingrid@example.org", [address], raw)
        return (time.perf_counter() - began) / len(mails) * 1000


def samples(number: int) -> list[bytes]:
    """Return true mails in turn, each from another sender and under another Message-ID."""
    good = [
        raw_mail(folder, name)
        for folder, table in TRUE_MAILS.items()
        for name, expected in table.items()
        if expected.verdict == "accepted"
    ]
    return [renamed(good[place % len(good)]) for place in range(number)]


def renamed(raw: bytes) -> bytes:
    """Return a mail with another identity and sender, so that it is not known already."""
    head, blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    own = uuid4().hex
    named = [f"Message-ID: <{own}@example.org>", f"From: Somebody <{own}@example.org>"]
    kept: list[bytes] = []
    for row in head.split(b"\n"):
        if row[:1] in b" \t":
            if kept:
                kept.append(row)
        elif not row.lower().startswith(
            (b"message-id:", b"from:", b"in-reply-to:", b"references:")
        ):
            kept.append(row)
    return b"\n".join([*(line.encode() for line in named), *kept]) + blank + body
