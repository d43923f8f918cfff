"""Import a file in two goes: look what would become of it, then take it; large ones in parts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from customers.events import ImportGoesOn
from customers.import_sorts import SORTS, Sort, sort_named
from customers.import_turns import take_turns
from customers.importing import Given, Imported
from customers.models import FileImport, ImportPart, ImportState
from customers.table_files import Row, read_table, without_twins
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# What a page can wait for: about a second.
LINES_IN_PART = 500
KEPT_FOR = timedelta(days=30)
# What is still under way after this long does not move any more, and may be left.
STUCK_AFTER = timedelta(hours=1)
COUNTED = ("new", "changed", "ended", "unchanged", "refused")
UNDER_WAY = (ImportState.CHECKING, ImportState.IMPORTING)


class NoSuchImport(Refusal):
    """There is no import of this number here."""

    code = "no_such_import"
    status = 404


class NotToBeBegun(Refusal):
    """The file was not looked at yet, or the import began, or was dropped."""

    code = "not_to_be_begun"


class LookRolledBack(Exception):
    """Ends a look: whatever it changed is taken back."""


def visible_imports(actor: Actor) -> QuerySet[FileImport]:
    """Return the imports of what somebody may import."""
    return FileImport.objects.filter(sort__in=[one.code for one in SORTS if one.is_for(actor)])


def import_numbered(number: int, *, actor: Actor) -> FileImport:
    """Return an import; one query.

    Raises:
        NoSuchImport: there is none, or the actor may not import.
    """
    found = visible_imports(actor).filter(number=number).first()
    if found is None:
        raise NoSuchImport(
            _("There is no such import here."), next_step=_("Look in the list of imports.")
        )
    return found


@transaction.atomic
def hand_in(*, sort: str, content: bytes, file_name: str, actor: Actor, at: datetime) -> FileImport:
    """Read a file and look what would become of its lines; nothing is imported yet.

    A file of one part is looked at here, a larger one in the background.

    Raises:
        NoSuchSort: no file can be about this.
        UnreadableFile: nothing of the file can be used; nothing is kept of it.
    """
    about = sort_named(sort)
    require_all(about, actor)
    read = read_table(content, columns=about.columns, needed=about.needed)
    keys = [about.key_of(row.fields) for row in read]
    rows = without_twins(read, keys=keys, names=about.key_words)
    take_turns()
    last = FileImport.objects.aggregate(last=Max("number"))["last"] or 0
    pieces = [rows[begin : begin + LINES_IN_PART] for begin in range(0, len(rows), LINES_IN_PART)]
    handed_in = FileImport.objects.create(
        number=last + 1,
        sort=about.code,
        file_name=plain_name(file_name),
        lines=len(rows),
        parts=len(pieces),
        made_by_kind=actor.kind,
        made_by=actor.id,
        made_at=at,
    )
    ImportPart.objects.bulk_create(
        [
            ImportPart(
                file_import=handed_in, position=position, lines=[as_stored(row) for row in piece]
            )
            for position, piece in enumerate(pieces)
        ],
        batch_size=10,
    )
    facts: dict[str, ChangeValue] = {"sort": about.code, "lines": len(rows)}
    record(Action.IMPORT_HANDED_IN, handed_in, actor=actor, at=at, changes=facts)
    return go_on(handed_in, actor=actor, at=at)


@transaction.atomic
def begin_import(*, number: int, actor: Actor, at: datetime) -> FileImport:
    """Take the lines of a file that was looked at; again the same changes nothing.

    Raises:
        NoSuchImport: there is none.
        NotToBeBegun: it was not looked at yet, began already, or was dropped.
    """
    found = locked(number, actor=actor)
    require_all(sort_named(found.sort), actor)
    refuse_unless_looked_at(found)
    found.state, found.parts_done, found.counts = ImportState.IMPORTING, 0, {}
    found.begun_by_kind, found.begun_by, found.begun_at = actor.kind, actor.id, at
    found.save()
    record(Action.IMPORT_BEGUN, found, actor=actor, at=at, changes={"sort": found.sort})
    return go_on(found, actor=actor, at=at)


@transaction.atomic
def drop_import(*, number: int, actor: Actor, at: datetime) -> FileImport:
    """Leave a file that was looked at, or is stuck; its lines are forgotten.

    What was imported of one that is stuck stays, and so do its counts.

    Raises:
        NoSuchImport: there is none.
        NotToBeBegun: it is under way, over, or was dropped.
    """
    found = locked(number, actor=actor)
    if not is_stuck(found, at=at):
        refuse_unless_looked_at(found)
    found.state, found.ended_at = ImportState.DROPPED, at
    found.save(update_fields=["state", "ended_at"])
    ImportPart.objects.filter(file_import=found).delete()
    record(Action.IMPORT_DROPPED, found, actor=actor, at=at)
    return found


def go_on(handed_in: FileImport, *, actor: Actor, at: datetime) -> FileImport:
    """Do a file of one part at once; have a larger one done in the background."""
    if handed_in.parts == 1:
        return take_part(handed_in, position=0, actor=actor, at=at)
    publish(ImportGoesOn(import_id=handed_in.pk, position=0), at=at)
    return handed_in


@transaction.atomic
def carry_on(event: ImportGoesOn, *, at: datetime) -> None:
    """Look at the next part of a file or take it, once, and have the one after it done."""
    handed_in = FileImport.objects.select_for_update().filter(pk=event.import_id).first()
    if handed_in is None or handed_in.state not in UNDER_WAY:
        return
    if handed_in.parts_done != event.position:
        return
    take_part(handed_in, position=event.position, actor=actor_behind(handed_in), at=at)
    if handed_in.state in UNDER_WAY:
        publish(ImportGoesOn(import_id=handed_in.pk, position=handed_in.parts_done), at=at)


def take_part(handed_in: FileImport, *, position: int, actor: Actor, at: datetime) -> FileImport:
    """Look at a part or take it, and count what became of its lines."""
    sort = sort_named(handed_in.sort)
    part = ImportPart.objects.select_for_update().get(file_import=handed_in, position=position)
    is_look = handed_in.state == ImportState.CHECKING
    kept_before = [line for line in part.lines if line["sentence"] and not is_refused_by_us(line)]
    given = [
        Given(line["number"], line["fields"])
        for line in part.lines
        if not line["sentence"] or is_refused_by_us(line)
    ]
    done = look(sort, given, actor=actor, at=at) if is_look else take(sort, given, actor, at)
    refused = {
        one.given.number: {"sentence": one.sentence, "next_step": one.next_step, "by": "us"}
        for one in done.refused
    }
    lines = [
        {"number": one.number, "fields": one.said, "sentence": "", "next_step": ""}
        | refused.get(one.number, {})
        for one in given
    ]
    whole = sorted([*kept_before, *lines], key=lambda line: line["number"])
    # What was taken is in the tables now: only what has to be corrected is kept.
    part.lines = whole if is_look else [line for line in whole if line["sentence"]]
    part.save(update_fields=["lines"])
    count(handed_in, done, refused=len(kept_before) + len(refused), is_look=is_look)
    handed_in.parts_done = position + 1
    if handed_in.parts_done == handed_in.parts:
        end_go(handed_in, is_look=is_look, actor=actor, at=at)
    handed_in.save()
    return handed_in


def count(handed_in: FileImport, done: Imported, *, refused: int, is_look: bool) -> None:
    """Add what became of some lines; what ended is not among the changed."""
    became = {
        "new": len(done.added),
        "changed": len(done.changed) - len(done.ended),
        "ended": len(done.ended),
        "unchanged": len(done.unchanged),
        "refused": refused,
    }
    name = "expected" if is_look else "counts"
    before: Counter[str] = Counter(getattr(handed_in, name))
    before.update(became)
    setattr(handed_in, name, {code: before[code] for code in COUNTED})


def end_go(handed_in: FileImport, *, is_look: bool, actor: Actor, at: datetime) -> None:
    """Note that a file was looked at whole, or taken whole."""
    if is_look:
        handed_in.state = ImportState.CHECKED
        return
    handed_in.state, handed_in.ended_at = ImportState.DONE, at
    became: dict[str, ChangeValue] = {
        f"lines_{code}": count for code, count in handed_in.counts.items() if count
    }
    record(Action.IMPORT_DONE, handed_in, actor=actor, at=at, changes=became)


def take(sort: Sort, given: Sequence[Given], actor: Actor, at: datetime) -> Imported:
    """Take some lines as the one who imports them."""
    return sort.take(given, as_importer(actor, sort), at)


def look(sort: Sort, given: Sequence[Given], *, actor: Actor, at: datetime) -> Imported:
    """Take some lines and take it back: what became of them is just what would."""
    done = Imported()
    try:
        with transaction.atomic():
            done = take(sort, given, actor, at)
            raise LookRolledBack
    except LookRolledBack:
        return done


def as_importer(actor: Actor, sort: Sort) -> Actor:
    """Return who imports with the rights that an import of this sort takes, and no others."""
    return Actor(
        kind=actor.kind,
        id=actor.id,
        label=actor.label,
        permissions=frozenset({*sort.needs, Permission.EDIT_CUSTOMER}),
        source=Source.IMPORT,
    )


def actor_behind(handed_in: FileImport) -> Actor:
    """Return who handed a file in, or began its import: their rights were looked at then."""
    is_look = handed_in.state == ImportState.CHECKING
    kind = handed_in.made_by_kind if is_look else handed_in.begun_by_kind
    return Actor(
        kind=ActorKind(kind),
        id=handed_in.made_by if is_look else handed_in.begun_by,
        label="import",
        source=Source.IMPORT,
    )


def require_all(sort: Sort, actor: Actor) -> None:
    """Refuse who may not import files of a sort.

    Raises:
        NotPermitted: a right is missing.
    """
    for permission in sort.needs:
        actor.require(permission)


def locked(number: int, *, actor: Actor) -> FileImport:
    """Return an import, locked until the transaction ends; two queries.

    Raises:
        NoSuchImport: there is none.
    """
    found = import_numbered(number, actor=actor)
    return FileImport.objects.select_for_update().get(pk=found.pk)


def refuse_unless_looked_at(found: FileImport) -> None:
    """Refuse what is under way, over, or left.

    Raises:
        NotToBeBegun: see the sentence.
    """
    if found.state == ImportState.CHECKED:
        return
    sentences = {
        ImportState.CHECKING: _("The file is still being looked at."),
        ImportState.IMPORTING: _("The import has begun already."),
        ImportState.DONE: _("This file is imported already."),
        ImportState.DROPPED: _("This file was left, and its lines are forgotten."),
    }
    raise NotToBeBegun(
        sentences[ImportState(found.state)],
        next_step=_("Load the page again; to import more, hand in a file."),
    )


def is_stuck(found: FileImport, *, at: datetime) -> bool:
    """Return whether a file has been under way for so long that it may be left."""
    return found.state in UNDER_WAY and at - (found.begun_at or found.made_at) >= STUCK_AFTER


def first_line_read(found: FileImport) -> dict[str, Any] | None:
    """Return a line by which a person sees whether letters were read right; one query.

    The first with a letter beyond ASCII among those of the first part, else the first.
    """
    part = ImportPart.objects.filter(file_import=found, position=0).first()
    lines: list[dict[str, Any]] = part.lines if part else []
    telling = (one for one in lines if not "".join(one["fields"].values()).isascii())
    return next(telling, lines[0] if lines else None)


def refused_lines(found: FileImport, *, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """Return the first refused lines after a number, in their order; one query for ten parts."""
    kept: list[dict[str, Any]] = []
    parts = ImportPart.objects.filter(file_import=found).order_by("position")
    for part in parts.iterator(chunk_size=10):
        kept += [one for one in part.lines if one["sentence"] and one["number"] > after]
        if len(kept) >= limit:
            break
    return kept[:limit]


def forget_old_imports(*, at: datetime) -> int:
    """Forget the lines of files that nobody touched for thirty days; returns how many files.

    The imports themselves stay, with who, when and how many.
    """
    touched = Greatest("made_at", "begun_at", "ended_at")
    old = FileImport.objects.alias(touched=touched).filter(touched__lt=at - KEPT_FOR)
    kept = ImportPart.objects.filter(file_import__in=old)
    files = kept.values("file_import").distinct().count()
    kept.delete()
    unfinished = [ImportState.CHECKED.value, *(state.value for state in UNDER_WAY)]
    old.filter(state__in=unfinished).update(state=ImportState.DROPPED, ended_at=at)
    return files


def as_stored(row: Row) -> dict[str, Any]:
    """Return a line as a part keeps it."""
    return {
        "number": row.number,
        "fields": dict(row.fields),
        "sentence": row.sentence,
        "next_step": row.next_step,
    }


def is_refused_by_us(line: Mapping[str, Any]) -> bool:
    """Whether the tables refused a line when it was looked at: the next go asks them again."""
    return line.get("by") == "us"


def plain_name(file_name: str) -> str:
    """Return the name of a file without folders, cut where it is long."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return one_line("".join(each for each in name if each.isprintable())[:120], longest=120)
