"""HTML of a mail as a stream of texts and tags, in linear time on any input. Pure.

This is no sanitiser: it reads sloppily on purpose, and what it yields is not safe to show.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

TAG_NAME = re.compile(r"/?([a-zA-Z][^\s/>]{0,40})")
ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?")
# Their content is not text of the mail, whatever it looks like: never tags, or never shown.
RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
SKIPPED = RAW | {"template", "svg", "math", "object", "select", "audio", "video", "canvas"}
VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "wbr"}
)


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, entities resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A start tag; names in lower case, values with entities resolved, the first of each name."""

    name: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Closing:
    """An end tag."""

    name: str


Token = Text | Opening | Closing


def tokens(html: str) -> Iterator[Token]:
    """Yield what `html` consists of; comments, declarations and skipped elements are left out."""
    # After the last ">" there are no tags, so that no search runs to the end twice.
    last_tag_end = html.rfind(">")
    never_closed: set[str] = set()
    position = 0
    while position < len(html):
        start = html.find("<", position)
        if start < 0 or start > last_tag_end:
            yield Text(unescape(html[position:]))
            return
        if start > position:
            yield Text(unescape(html[position:start]))
        position, token = _read_tag(html, start)
        if token is not None:
            yield token
        if isinstance(token, Opening) and token.name in SKIPPED - never_closed:
            end = _end_of_skipped(html, token.name, position)
            if end is None:
                never_closed.add(token.name)
            position = end or (len(html) if token.name in RAW else position)


def _read_tag(html: str, start: int) -> tuple[int, Token | None]:
    """Return where to go on after the "<" at `start`, and what stands there."""
    if html.startswith("<!--", start):
        return _after(html, "-->", start + 2), None
    if html.startswith(("<!", "<?"), start):
        return _after(html, ">", start), None
    name = TAG_NAME.match(html, start + 1)
    if name is None:
        return start + 1, Text("<")
    if html[start + 1] == "/":
        return _after(html, ">", name.end()), Closing(name[1].lower())
    attributes: dict[str, str] = {}
    position = name.end()
    while match := ATTRIBUTE.match(html, position):
        value = match[2] or match[3] or match[4] or ""
        attributes.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
        position = match.end()
    return _after(html, ">", position), Opening(name[1].lower(), attributes)


def _after(html: str, mark: str, position: int) -> int:
    found = html.find(mark, position)
    return len(html) if found < 0 else found + len(mark)


def _end_of_skipped(html: str, name: str, position: int) -> int | None:
    """Return where the end tag of a skipped element begins, None if it has none."""
    closing = re.compile(rf"</{re.escape(name)}[\s/>]", re.IGNORECASE)
    match = closing.search(html, position)
    return None if match is None else match.start()
