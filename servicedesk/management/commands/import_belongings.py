"""Import what customers have: `import_belongings --tenant SLUG FILE.jsonl`; role app.

May be run again: a second run of the same file changes nothing. Exit 0 when every line is
accounted for; 1 when the file cannot be read or the counts do not add up; with --strict 2 when
lines were refused.
"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from django.utils.timezone import now

from customers.importing import Given, Imported, Key, import_belongings, keys_there
from servicedesk.management.commands.import_cases import SOME_REFUSED, numbered, pieces_of
from servicedesk.management.tenant_command import TenantCommand
from workflow.people.actors import Actor, Source
from workflow.tenancy.models import Tenant

BATCH = 2000


class Command(TenantCommand):
    """Reads a file of JSON lines and keeps what each says that a customer has."""

    help = "Import installed products and purchases; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--strict", action="store_true", help="end with exit 2 when lines were refused"
        )

    def work(self, tenant: Tenant, **options: Any) -> None:
        """Import in batches, each in a transaction of its own, and say what became of it."""
        source: Path = options["file"]
        kept_at = source.with_name(f"{source.name}.rejected.jsonl")
        keys: set[Key] = set()
        try:
            counts = self.import_file(source, refused_to=kept_at, keys=keys)
        except OSError as fault:
            raise CommandError(
                f"{fault.filename or source} cannot be used ({fault.strerror}). "
                "Name a file that can be read, in a folder that can be written."
            ) from fault
        if counts["refused"]:
            self.stdout.write(f"The refused lines stand in {kept_at} with the reason of each.")
        stored = keys_there(keys)
        told = (
            f"{name} {counts[name]}" for name in ("read", "new", "changed", "unchanged", "refused")
        )
        self.stdout.write(f"{' · '.join(told)} · in the database {stored}")
        if stored != len(keys):
            raise CommandError(
                f"{len(keys)} different things were read, but {stored} are in the database. "
                "Run the import again."
            )
        if counts["refused"] and options["strict"]:
            sys.exit(SOME_REFUSED)

    def import_file(self, source: Path, *, refused_to: Path, keys: set[Key]) -> Counter[str]:
        """Import every line; what is refused is kept beside the file, whole, with its reason."""
        counts: Counter[str] = Counter()
        seen: dict[Key, int] = {}
        actor = Actor.system("import", source=Source.IMPORT)
        unfinished = refused_to.with_name(f"{refused_to.name}.part")
        with source.open("rb") as lines, unfinished.open("w", encoding="utf-8") as refused:
            for batch in pieces_of(numbered(lines), size=BATCH):
                given = [Given(line.number, line.text) for line in batch]
                done = import_belongings(given, seen=seen, actor=actor, at=now())
                keys.update(done.keys)
                counts += Counter(
                    read=len(batch),
                    new=len(done.added),
                    changed=len(done.changed),
                    unchanged=len(done.unchanged),
                    refused=len(done.refused),
                )
                self.keep_refused(done, refused)
        if counts["refused"]:
            unfinished.replace(refused_to)
        else:
            unfinished.unlink()
            refused_to.unlink(missing_ok=True)
        return counts

    def keep_refused(self, batch: Imported, file: IO[str]) -> None:
        """Write the refused lines down and say each on the standard error."""
        for refused in batch.refused:
            number, text = refused.given.number, refused.given.said
            self.stderr.write(f"line {number}: {refused.sentence}")
            kept = {"line": number, "sentence": refused.sentence, "text": text}
            file.write(json.dumps(kept) + "\n")
        file.flush()
