"""Import old cases: `import_cases --tenant SLUG FILE.jsonl`; role app. May be run again.

Exit 0 when every line is accounted for; 1 when the file cannot be read or the counts do not add
up; with --strict 2 when lines were refused.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from django.core.management.base import CommandError
from django.utils.timezone import now

from cases.importing import Imported, Line, import_lines, known_ids
from servicedesk.management.tenant_command import TenantCommand
from workflow.people.actors import Actor, Source
from workflow.tenancy.models import Tenant

BATCH = 200
SOME_REFUSED = 2
Piece = TypeVar("Piece")


@dataclass
class Tally:
    """What was counted so far; `ids` are the distinct external ids that ought to be there."""

    read: int = 0
    imported: int = 0
    there_already: int = 0
    refused: int = 0
    ids: set[str] = field(default_factory=set)

    def add(self, batch: Imported, *, read: int) -> None:
        """Count one batch."""
        self.read += read
        self.imported += len(batch.opened)
        self.there_already += len(batch.there_already)
        self.refused += len(batch.refused)
        self.ids.update(batch.opened, batch.there_already)


class Command(TenantCommand):
    """Reads a file of JSON lines and opens a case for each that is not there yet."""

    help = "Import cases from a file of JSON lines; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--strict", action="store_true", help="end with exit 2 when lines were refused"
        )

    def work(self, tenant: Tenant, **options: Any) -> None:
        """Import in batches, each in a transaction of its own."""
        source: Path = options["file"]
        kept_at = source.with_name(f"{source.name}.rejected.jsonl")
        try:
            tally = self.import_file(source, refused_to=kept_at)
        except OSError as fault:
            raise CommandError(
                f"{fault.filename or source} cannot be used ({fault.strerror}). "
                "Name a file that can be read, in a folder that can be written."
            ) from fault
        if tally.refused:
            self.stdout.write(f"The refused lines stand in {kept_at} with the reason of each.")
        stored = sum(len(known_ids(ids)) for ids in pieces_of(sorted(tally.ids), size=1000))
        self.stdout.write(
            f"read {tally.read} · imported {tally.imported}"
            f" · there already {tally.there_already} · refused {tally.refused}"
            f" · in the database {stored}"
        )
        if stored != len(tally.ids):
            raise CommandError(
                f"{len(tally.ids)} different cases were read, but {stored} are in the database. "
                "Run the import again."
            )
        if tally.refused and options["strict"]:
            sys.exit(SOME_REFUSED)

    def import_file(self, source: Path, *, refused_to: Path) -> Tally:
        """Import every line; what is refused is kept beside the file, whole, with its reason."""
        tally = Tally()
        actor = Actor.system("import", source=Source.IMPORT)
        unfinished = refused_to.with_name(f"{refused_to.name}.part")
        with source.open("rb") as lines, unfinished.open("w", encoding="utf-8") as refused:
            for batch in pieces_of(numbered(lines), size=BATCH):
                done = import_lines(batch, actor=actor, at=now())
                tally.add(done, read=len(batch))
                self.keep_refused(done, refused)
        if tally.refused:
            unfinished.replace(refused_to)
        else:
            unfinished.unlink()
            refused_to.unlink(missing_ok=True)
        return tally

    def keep_refused(self, batch: Imported, file: IO[str]) -> None:
        """Write the refused lines down and say each on the standard error."""
        for refused in batch.refused:
            self.stderr.write(f"line {refused.line.number}: {refused.sentence}")
            file.write(
                json.dumps(
                    {
                        "line": refused.line.number,
                        "sentence": refused.sentence,
                        "text": refused.line.text,
                    }
                )
                + "\n"
            )
        file.flush()


def numbered(lines: Iterable[bytes]) -> Iterator[Line]:
    """Return the lines that hold something; bytes that are no text are kept as they came."""
    for number, line in enumerate(lines, start=1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", errors="surrogateescape")
        if text.strip():
            yield Line(number=number, text=text.rstrip("\r\n"))


def pieces_of(items: Iterable[Piece], *, size: int) -> Iterator[list[Piece]]:
    """Return lists of at most `size` items."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
