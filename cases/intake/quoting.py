"""What somebody wrote now, apart from quoted history and signature. Pure; linear time.

Nothing is thrown away: every line is in `new` or in `quoted`. A mail that would have nothing
left stays whole, and so does a forwarded one, whose history is its matter.
"""

import re
from dataclasses import dataclass

from cases.intake.phrases import (
    ATTRIBUTION_START,
    DATE,
    FORWARD,
    KIND_OF_LABEL,
    LABEL,
    SENT_FROM,
    SEPARATOR,
    WROTE,
)

MOST_LINES = 5_000
LONGEST_MATCHED = 400
# Header lines of a quoted mail, as Outlook writes them, stand this close together.
HEADER_BLOCK_LINES = 7
LONGEST_SIGNATURE_LINES = 15
SENT_FROM_WITHIN_LINES = 8
RULE = re.compile(r"[-_=*—]{4,}$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """The two halves of a mail's text."""

    new: str
    quoted: str = ""


def split_quoted(text: str, *, subject: str = "") -> Split:
    """Return what is new in `text`, and the history and signature that go with it.

    Looks at the first 5,000 lines; what comes after them belongs to the half they end in.
    Answers written between quoted lines stay where they are, with what they answer.
    """
    lines = text.strip("\n").split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "\n".join(lines[MOST_LINES:])]
    heads = [line[:LONGEST_MATCHED] for line in lines]
    first, end = 0, len(lines)
    if not FORWARD.match(subject.strip()):
        end = _start_of_history(heads)
        first = _end_of_leading_quote(heads, end)
    end = _start_of_signature(heads, first, end)
    end = _without_rules(heads, first, end)
    new = "\n".join(lines[first:end]).strip()
    if not new:
        return Split(new="\n".join(lines).strip())
    quoted = "\n".join((*lines[:first], *lines[end:])).strip("\n")
    return Split(new=new, quoted=quoted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """What is folded away beneath a message: who signs, and the history below or above."""

    signature: str = ""
    history: str = ""


def parts_of_folded(quoted: str) -> Folded:
    """Return the signature and the history in what `split_quoted` folded; every line in one."""
    lines = quoted.strip("\n").split("\n")
    if not quoted.strip():
        return Folded()
    if len(lines) > MOST_LINES:
        return Folded(history=quoted)
    heads = [line[:LONGEST_MATCHED] for line in lines]
    start = _start_of_history(heads)
    return Folded(
        signature="\n".join(lines[:start]).strip("\n"), history="\n".join(lines[start:]).strip("\n")
    )


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def _start_of_history(lines: list[str]) -> int:
    """Return the line at which the history after the new text begins, or the end."""
    quotes_from = _end_of_text(lines)
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if SEPARATOR.match(line.strip()) or _is_header_block(lines, index):
            return index
        start = _start_of_attribution(lines, index) if WROTE.search(line) else None
        # Quoted lines with more text after them are answered below each: they stay.
        leads_to_end = not _quote_follows(lines, index) or quotes_from <= index + 1
        if start is not None and leads_to_end:
            return start
    return _start_of_trailing_quote(lines)


def _is_header_block(lines: list[str], index: int) -> bool:
    """Say whether lines like From:, Sent:, To:, Subject: begin at `index`."""
    if _kind_of(lines[index]) is None:
        return False
    kinds = {_kind_of(line) for line in lines[index : index + HEADER_BLOCK_LINES]}
    return "from" in kinds and len(kinds - {None}) >= 3


def _kind_of(line: str) -> str | None:
    match = LABEL.match(line)
    return KIND_OF_LABEL.get(match[1].strip().lower()) if match else None


def _start_of_attribution(lines: list[str], index: int) -> int | None:
    """Return where "On … wrote:", which may run over three lines, begins; None if it is none."""
    undated = None
    for start in range(index, max(index - 3, -1), -1):
        line = lines[start].strip()
        if not line:
            break
        if ATTRIBUTION_START.match(line) and DATE.search(line):
            return start
        if undated is None and ATTRIBUTION_START.match(line) and "@" in line:
            undated = start
    return undated


def _quote_follows(lines: list[str], index: int) -> bool:
    for line in lines[index + 1 : index + 4]:
        if line.strip():
            return _is_quote(line)
    return False


def _start_of_trailing_quote(lines: list[str]) -> int:
    """Return the line after which there are only quoted and blank ones, or the end."""
    start = _end_of_text(lines)
    return start if any(_is_quote(line) for line in lines[start:]) else len(lines)


def _end_of_text(lines: list[str]) -> int:
    end = len(lines)
    while end > 0 and (_is_quote(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    return end


def _end_of_leading_quote(lines: list[str], end: int) -> int:
    """Return where the new text begins when it stands below what it answers, else 0.

    Only when there is one quotation: with several, the answers stand between them.
    """
    quotes = [index for index in range(end) if _is_quote(lines[index])]
    if not quotes:
        return 0
    between = lines[quotes[0] : quotes[-1] + 1]
    before = [index for index in range(quotes[0]) if lines[index].strip()]
    is_one = all(_is_quote(line) or not line.strip() for line in between)
    is_introduced = not before or (
        bool(WROTE.search(lines[before[-1]]))
        and _start_of_attribution(lines, before[-1]) == before[0]
    )
    return quotes[-1] + 1 if is_one and is_introduced else 0


def _start_of_signature(lines: list[str], first: int, end: int) -> int:
    """Return where a signature or "Sent from my phone" begins, or `end`."""
    for index in range(end - 1, first, -1):
        line = lines[index].rstrip("\r")
        # RFC 3676 writes a space after the dashes; many programs drop it.
        if line == "-- " or (line.rstrip() == "--" and end - index <= LONGEST_SIGNATURE_LINES):
            end = index
            break
    written = [index for index in range(first, end) if lines[index].strip()]
    for index in written[-SENT_FROM_WITHIN_LINES:]:
        line = lines[index].strip().lstrip("*_<> ")
        if len(line) < 120 and SENT_FROM.match(line):
            return index
    return end


def _without_rules(lines: list[str], first: int, end: int) -> int:
    """Return `end` before the blank lines and drawn rules that lead over to what is folded."""
    if end == len(lines):
        return end
    while end > first and (not lines[end - 1].strip() or RULE.match(lines[end - 1].strip())):
        end -= 1
    return end
