"""What of a mail is read: its subject and what its sender wrote now, without the wrapping.

Quoted mail and signatures are taken off by the mail intake's own rules; greeting, farewell, banner
and disclaimer here. Nothing is lost by it: a text that would have nothing left is read whole.
"""

import re
from collections.abc import Sequence

from cases.intake.quoting import split_quoted

MOST_CHARACTERS = 4_000
"""Of a text; the model reads about the first hundred words."""

MOST_READ_OF = 20_000
LONGEST_LINE = 200
LONGEST_FAREWELL = 15
"""Lines after a farewell: name, firm, telephone. What is longer is no signature."""

_ANSWERED = re.compile(
    r"^\s*((re|aw|fwd?|wg|sv|antw|odp|tr|rv|vs)\s?(\[\d+\])?\s?:\s*)+", re.IGNORECASE
)
_GREETING = re.compile(
    r"(hi|hiya|hello|hey|dear|greetings|to whom it may concern|good (day|morning|afternoon|evening)"
    r"|hallo|guten (tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|moin|bonjour|bonsoir|madame|monsieur"
    r"|cher|chère|hola|buen[oa]s (días|tardes|noches)|estimad[oa]s?|ciao|buongiorno|gentile|salve|olá"
    r"|prezad[oa]|beste|geachte|hej|kære)\b[^.?!:;]{0,50}[,!.:]?$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"((with )?(kind|best|warm|warmest|many)( regards| wishes| thanks)|best|regards|sincerely|br|kr"
    r"|yours( (sincerely|faithfully|truly))?|cheers|all the best|take care|have a (nice|good|great) day"
    r"|(many )?thanks( (again|in advance|so much|a lot|and .{0,40}))?|thank you( (very much|in advance|again))?"
    r"|thx|tia|mit (freundlichen|besten|lieben) grü(ß|ss)en|(viele|liebe|beste|freundliche) grü(ß|ss)e|mfg|lg"
    r"|danke( (im voraus|schön))?|cordialement|bien à vous|merci( (d'avance|beaucoup))?"
    r"|saludos( cordiales)?|atentamente|gracias|(cordiali|distinti) saluti|grazie|cumprimentos|obrigad[oa]"
    r"|met vriendelijke groet(en)?|(med )?vänliga hälsningar|(med )?venlig hilsen)"
    r"(\s*/.{0,40})?[\s,.!]*([,!]\s*[\w.' -]{1,30})?$",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\W*(external\b.{0,20}(\]|:|message|e-?mail)|caution:|this (e-?mail|message) (came|originated|was sent) from"
    r"|this (e-?mail|message|communication)( and any .{0,40})? (is|are|may be|contains?) .{0,30}(confidential|intended|privileged)"
    r"|disclaimer\b|the information (contained )?in this (e-?mail|message|communication)"
    r"|if you (have received|are not the intended)|please consider the environment|please reply to this address"
    r"|(diese|die) (e-?mail|nachricht) (enthält|ist) .{0,30}vertraulich)",
    re.IGNORECASE,
)
_PLEASANTRY = re.compile(
    r"(i |we )?hope (this (message|e-?mail|mail) finds you well|you('re| are)( all)? .{0,40}(well|good|great|week|day))[.!, ]*$"
    r"|(i|we) look forward to (hearing from you|your (reply|answer|response)).{0,20}$"
    r"|(please )?let (me|us) know if you need (anything|any).{0,40}$"
    r"|(thank you|thanks) for your (quick |kind |fast |prompt )?(answer|reply|help|response|message)( last time)?[.!]*$",
    re.IGNORECASE,
)


def readable(subject: str, *, text: str) -> str:
    """Return what the model reads of a subject and a text."""
    body = own_words(split_quoted(text[:MOST_READ_OF], subject=subject).new)
    title = _ANSWERED.sub("", subject).strip().rstrip("…")
    if text.lstrip().startswith(title):
        return body[:MOST_CHARACTERS]
    return f"{title}\n{body}"[:MOST_CHARACTERS]


def own_words(text: str) -> str:
    """Return a text without greeting, farewell, banner and disclaimer; whole if nothing is left."""
    lines = [line.strip(" \t*_") for line in text.splitlines()]
    end = _farewell(lines)
    kept = [line for line in lines[:end] if line and not _is_around(line)]
    return "\n".join(kept) or text


def _farewell(lines: Sequence[str]) -> int:
    """Return where the farewell begins after which there is only a signature, or the end."""
    speaks = [bool(line and not _is_around(line)) for line in lines]
    written, after = False, sum(speaks)
    for place, (line, is_speaking) in enumerate(zip(lines, speaks, strict=True)):
        after -= is_speaking
        is_short = written and after <= LONGEST_FAREWELL and len(line) < LONGEST_LINE
        if is_short and _FAREWELL.match(line):
            return place
        written = written or is_speaking
    return len(lines)


def _is_around(line: str) -> bool:
    """Whether a line belongs to the wrapping."""
    head = line[:LONGEST_LINE]
    if _AROUND.match(head):
        return True
    return len(line) < LONGEST_LINE and bool(_GREETING.match(head) or _PLEASANTRY.match(head))
