"""Read a table that somebody hands in as a file: what it says by line, or why it cannot be used.

Pure. Programs for tables write CSV in several ways: all that are common are understood.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from django.utils.translation import gettext as _

from workflow.refusals import Refusal

BIGGEST_FILE = 10_000_000
MOST_LINES = 50_000
LONGEST_LINE = 40_000
SEPARATORS = (",", ";", "\t")
# What our file of refused lines says beside each: read over, so that it can be handed in again.
NOTES = ("line", "refused_because", "what_to_do")
ZIP_BEGINS = b"PK\x03\x04"
UTF_8, WINDOWS = "utf-8", "cp1252"
UTF_8_MARK = b"\xef\xbb\xbf"
# A letter beyond ASCII as UTF-8 writes it: what holds one is hardly Windows-1252.
UTF_8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
LINE_END = re.compile(r"\r\n|\r|\n")
# Our files of refused lines put one ' before a cell that begins so.
GUARDED = tuple(f"'{letter}" for letter in ("=", "+", "-", "@", "\t", "\r", "\n"))
# A cell that begins so is a formula, whatever follows …
FORMULA = "="
# … and one that begins so if it calls something: a number like +47 900 11 234 does not.
MAYBE_FORMULA, CALLS = ("+", "-", "@"), ("(", "|", "!")


class UnreadableFile(Refusal):
    """Nothing of the file can be used."""

    code = "unreadable_file"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line below the first: its number as programs for tables show it, and its cells by name.

    `sentence` and `next_step` say why it is refused; empty for one that can be read.
    """

    number: int
    fields: Mapping[str, str]
    sentence: str = ""
    next_step: str = ""


def read_table(content: bytes, *, columns: Sequence[str], needed: Sequence[str]) -> list[Row]:
    """Return the lines of a file whose first line names its columns; empty ones are left out.

    `columns` may stand in the file, in any order; `needed` are those that have to.

    Raises:
        UnreadableFile: it is no table of these columns, or too large.
    """
    text = text_of(content)
    refuse_long_lines(text)
    cells = cells_of(text)
    try:
        header = next(cells, [])
        names = named_columns(header, columns=columns, needed=needed)
        rows: list[Row] = []
        count = 0
        for number, values in enumerate(cells, start=2):
            if not any(value.strip() for value in values):
                continue
            count += 1
            # More are only counted: a small file may have millions of short lines.
            if count <= MOST_LINES:
                rows.append(row_of(number, values, names=names))
    except csv.Error:
        raise UnreadableFile(
            _("The quotation marks in the file do not fit together: one is never closed."),
            next_step=_("Save the table again as CSV, and hand in the new file."),
        ) from None
    if not rows:
        raise UnreadableFile(
            _("The file has no lines below the first."),
            next_step=_("Write one line for each thing below the names of the columns."),
        )
    if count > MOST_LINES:
        raise UnreadableFile(
            _("The file has %(count)d lines; %(most)d are allowed.")
            % {"count": count, "most": MOST_LINES},
            next_step=_("Divide it into several files."),
        )
    return rows


def text_of(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without its mark, or in Windows-1252.

    Raises:
        UnreadableFile: it is too large, or no text.
    """
    return content.decode(encoding_of(content)).removeprefix("\ufeff")


def encoding_of(content: bytes) -> str:
    """Return in which encoding the text of a file is written, UTF_8 or WINDOWS.

    Raises:
        UnreadableFile: it is too large, or no text.
    """
    refuse_big(len(content))
    if content.startswith(ZIP_BEGINS):
        raise UnreadableFile(
            _("This is a zip file or a workbook, whatever its name says."),
            next_step=_("Open it in your program for tables and save it as CSV."),
        )
    if b"\x00" in content:
        raise UnreadableFile(
            _("The file holds zero bytes: it is no text in UTF-8 or Windows-1252."),
            next_step=_("Save the table as CSV in UTF-8."),
        )
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError as fault:
        refuse_damaged(content, place=fault.start)
    else:
        return UTF_8
    try:
        content.decode(WINDOWS)
    except UnicodeDecodeError:
        raise UnreadableFile(
            _("The file is no text in UTF-8 or Windows-1252."),
            next_step=_("Save the table as CSV in UTF-8."),
        ) from None
    return WINDOWS


def refuse_damaged(content: bytes, *, place: int) -> None:
    """Refuse text in UTF-8 with a byte at a place that is none: no letter is to be guessed.

    Raises:
        UnreadableFile: the rest of the file is in UTF-8.
    """
    if not content.startswith(UTF_8_MARK) and not UTF_8_LETTER.search(content):
        return
    number = line_at(content[:place].decode("latin-1"))
    raise UnreadableFile(
        _("Line %(number)d holds a letter that is not UTF-8, and the file is in UTF-8 elsewhere.")
        % {"number": number},
        next_step=_("Look at the letters of this line, and save the table again as CSV in UTF-8."),
    )


def refuse_big(size: int) -> None:
    """Refuse a file of more bytes than anybody can look at at once.

    Raises:
        UnreadableFile: see the sentence.
    """
    if size > BIGGEST_FILE:
        raise UnreadableFile(
            _("The file has %(size)s MB; %(most)d MB are allowed.")
            % {"size": f"{size / 1e6:.1f}", "most": BIGGEST_FILE // 1_000_000},
            next_step=_("Divide it into several files."),
        )


def refuse_long_lines(text: str) -> None:
    """Refuse a file with a line that no table of ours has.

    Raises:
        UnreadableFile: see the sentence.
    """
    begin = 0
    # From line to line as far as one may reach at once: short ones are passed by the thousand.
    while len(text) - begin > LONGEST_LINE:
        reach = begin + LONGEST_LINE + 1
        last = max(text.rfind("\n", begin, reach), text.rfind("\r", begin, reach))
        if last < 0:
            end = LINE_END.search(text, reach)
            raise UnreadableFile(
                _("Line %(number)d has %(length)d characters; %(most)d are allowed.")
                % {
                    "number": line_at(text[:begin]),
                    "length": (end.start() if end else len(text)) - begin,
                    "most": LONGEST_LINE,
                },
                next_step=_("Look at this line of the file: it may be another sort of file."),
            )
        begin = last + 1


def line_at(before: str) -> int:
    """Return the number of the line that follows a text, however its lines end."""
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def cells_of(text: str) -> Iterator[list[str]]:
    """Return the cells of each line, by the separator that the first line has most of."""
    end = LINE_END.search(text)
    first = text[: end.start()] if end else text
    separator = max(SEPARATORS, key=first.count)
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)


def named_columns(
    header: Sequence[str], *, columns: Sequence[str], needed: Sequence[str]
) -> list[str]:
    """Return the names of the columns of a file, in its order.

    Raises:
        UnreadableFile: one is unknown, stands twice, or is missing.
    """
    names = ["_".join(name.strip().lower().replace("-", " ").split()) for name in header]
    while names and not names[-1]:
        names.pop()
    known = _("The columns are: %(names)s. Download the template to see them.") % {
        "names": ", ".join(columns)
    }
    if not names:
        raise UnreadableFile(_("The first line names no columns."), next_step=known)
    for place, name in enumerate(names):
        if name not in columns and name not in NOTES:
            raise UnreadableFile(
                _("There is no column “%(name)s”.") % {"name": name[:60]}, next_step=known
            )
        if name in names[:place]:
            raise UnreadableFile(
                _("The column “%(name)s” stands there twice.") % {"name": name},
                next_step=_("Remove one of the two."),
            )
    for name in needed:
        if name not in names:
            raise UnreadableFile(
                _("The column “%(name)s” is missing.") % {"name": name}, next_step=known
            )
    return names


def row_of(number: int, values: Sequence[str], *, names: Sequence[str]) -> Row:
    """Return a line with its cells by name; one that cannot be meant says why."""
    cells = dict(zip(names, values, strict=False))
    if set(NOTES) <= set(names):
        cells = {name: unguarded(value) for name, value in cells.items()}
    row = Row(number=number, fields={name: cells[name] for name in cells if name not in NOTES})
    extra = values[len(names) :]
    if any(value.strip() for value in extra):
        return replace(
            row,
            sentence=_("The line has %(count)d cells; the first line names %(columns)d columns.")
            % {"count": len(values), "columns": len(names)},
            next_step=_("Put texts that hold the separator into quotation marks."),
        )
    formula = next((name for name, value in row.fields.items() if is_formula(value)), "")
    if formula:
        return replace(
            row,
            sentence=_("%(field)s is a formula.") % {"field": formula},
            next_step=_("Write the value itself into the cell."),
        )
    return row


def unguarded(value: str) -> str:
    """Return a cell of our file of refused lines as it was handed in."""
    return value[1:] if value.startswith(GUARDED) else value


def is_formula(value: str) -> bool:
    """Return whether a program for tables would run a cell instead of showing it."""
    text = value.strip()
    return text.startswith(FORMULA) or (
        text.startswith(MAYBE_FORMULA) and any(mark in text for mark in CALLS)
    )


def without_twins(rows: Sequence[Row], *, keys: Sequence[str], names: str) -> list[Row]:
    """Return the lines, where what is said twice is refused the second time.

    Nobody can know which of the two counts. `keys` are what each line is about, empty for one
    that cannot be said; `names` is what the file calls it.
    """
    first: dict[str, int] = {}
    kept = []
    for row, key in zip(rows, keys, strict=True):
        seen = first.setdefault(key, row.number) if key and not row.sentence else row.number
        if seen != row.number:
            row = replace(  # noqa: PLW2901 - the line as it goes on
                row,
                sentence=_("Line %(number)d has the same %(names)s.")
                % {"number": seen, "names": names},
                next_step=_("Keep one of the two lines."),
            )
        kept.append(row)
    return kept
