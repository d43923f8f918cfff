"""Takes true mails in and prints what they cost, as JSON: run beside a database with fsync on."""

import json
import resource
import sys
import time
from smtplib import SMTP
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

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


def main(number: int) -> None:
    """Measure and print."""
    call_command("migrate", database="owner", verbosity=0)
    sys.stdout.write(json.dumps(measured(number)) + "\n")


def measured(number: int) -> dict[str, float]:
    """Return milliseconds: of a whole mail, the slowest of 100, processor, answer at the door."""
    with connection.cursor() as at:
        at.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        durable = at.fetchone()
    if durable != ("on", "on"):
        raise RuntimeError("This database does not write what it promises to have written.")
    tenant = new_tenant(f"b{uuid4().hex[:10]}", name="Bench", hosts=[], timezone="UTC", at=now())
    mails = samples(WARM_UP + number)
    with tenant_scope(tenant.pk):
        taken_in(mails[:WARM_UP])
        close_reader()
        watch = watch_of_this_process()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        began, spent = time.perf_counter(), watch.now()
        each = taken_in(mails[WARM_UP:])
        seconds, cpu = time.perf_counter() - began, watch.now() - spent
        close_reader()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        parser = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        cases = RawMail.objects.filter(outcome="case").count()
    if cases < len(mails) * 0.9:
        raise RuntimeError(f"Only {cases} of {len(mails)} mails became cases.")
    return {
        "whole": seconds / number * 1000,
        "slowest": percentile(each, 0.99),
        "processor": cpu / number,
        "parser": parser / number * 1000,
        "door": at_the_door(
            samples(number), address=f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"
        ),
    }


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
