"""Take secrets of mailed links out of old messages: `strip_mailed_links`; role owner.

Messages that are written now are kept without them; those of before may quote a link by which a
customer comes in. Goes through all tenants in slices, each in a transaction of its own, and may be
stopped and run again: what is stripped stays as it is. Waits a second at most for others who write,
so that nobody waits behind it for longer, and tries again after a pause; then gives up, exit 1. Ends with a count of what is left, which
should be zero; exit 1 otherwise. Raw mails are kept as they came.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections, transaction

from cases.mailed_links import without_secrets

OWNER = "owner"
SLICE = 2_000
TRIES = 20
PAUSE = 3.0  # seconds between tries: who waited behind us goes on meanwhile
# Somebody else has it: the wait was too long, or both waited for each other.
HELD = frozenset({"55P03", "40P01"})
# Whatever may hold a link, by table; the words by which messages are found follow by themselves.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "cases_message": ("text", "quoted", "html"),
    "cases_case": ("subject",),
}
# Rows of these are never changed otherwise: a trigger refuses it.
APPEND_ONLY = {"cases_message": "cases_message_append_only"}


@dataclass(frozen=True)
class Slice:
    """Some rows in the order of their ids: how many, the last, and those to be written anew."""

    read: int
    last: int
    stripped: list[tuple[Any, ...]]


class Command(BaseCommand):
    """Rewrites what quotes a mailed link, slice by slice."""

    help = "Take secrets of mailed links out of old messages; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the size of a slice, and how patient to be."""
        parser.add_argument("--slice", type=int, default=SLICE, help="rows at a time")
        parser.add_argument("--tries", type=int, default=TRIES, help="tries for each slice")

    def handle(self, *args: Any, **options: Any) -> None:
        """Strip, look again, and say what became of it."""
        size = max(1, options["slice"])
        read = stripped = left = 0
        for table in TEXTS:
            for piece in slices(table, size=size):
                write_patiently(table, piece, tries=options["tries"])
                read += piece.read
                stripped += len(piece.stripped)
        for table in TEXTS:
            left += sum(len(piece.stripped) for piece in slices(table, size=size))
        self.stdout.write(f"read {read} · stripped {stripped} · left with a secret {left}")
        if left:
            sys.exit(1)


def slices(table: str, *, size: int) -> Iterator[Slice]:
    """Yield the rows of a table that may hold a link, in slices; one query each."""
    columns = TEXTS[table]
    some = " OR ".join(f"{column} ~ 'help(/|%%|_)'" for column in columns)
    asked = (
        f"SELECT id, {', '.join(columns)} FROM {table} "  # noqa: S608 - names of ours
        f"WHERE id > %s AND ({some}) ORDER BY id LIMIT %s"
    )
    last = 0
    while True:
        with connections[OWNER].cursor() as cursor:
            cursor.execute(asked, [last, size])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        clean = [(pk, *(without_secrets(text) for text in texts)) for pk, *texts in rows]
        changed = [new for new, old in zip(clean, rows, strict=True) if new != tuple(old)]
        yield Slice(read=len(rows), last=last, stripped=changed)


def write_patiently(table: str, piece: Slice, *, tries: int) -> None:
    """Write a slice, again after a pause if others hold its table for too long.

    Raises:
        CommandError: they did at every try.
    """
    for left in reversed(range(max(1, tries))):
        try:
            write(table, piece)
        except OperationalError as fault:
            if getattr(fault.__cause__, "pgcode", "") not in HELD:
                raise
        else:
            return
        if left:
            time.sleep(PAUSE)
    raise CommandError(
        f"{table} is written to by a transaction that takes long, so this was not done to its end. "
        "Nothing is lost, and what was stripped stays so: run it again when less is going on."
    )


def write(table: str, piece: Slice) -> None:
    """Write the rows of a slice anew, with the trigger that forbids it out of force meanwhile.

    Others who write to the table wait for these few statements; they never see it without its
    trigger. Whoever wrote first is waited for a second, since all others wait behind us.

    Raises:
        OperationalError: that was not enough; nothing was written.
    """
    if not piece.stripped:
        return
    sets = ", ".join(f"{column} = %s" for column in TEXTS[table])
    update = f"UPDATE {table} SET {sets} WHERE id = %s"  # noqa: S608 - names of ours
    trigger = APPEND_ONLY.get(table)
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        if trigger:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.executemany(update, [(*texts, pk) for pk, *texts in piece.stripped])
        if trigger:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
