"""Show a customer's HTML safely: an allow-list, no remote images, links that tell nothing.

The tags are first balanced and their depth is bounded, since the sanitiser underneath takes
quadratic time and memory on deep or misnested input; then nh3 decides what may stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import nh3

from servicedesk.mail.html_text import BLOCKS, PARAGRAPHS, html_to_text
from servicedesk.mail.markup import VOID, Opening, Text, tokens

__all__ = ["SafeHtml", "html_to_text", "sanitise"]

LONGEST_HTML = 256_000
MOST_TAGS = 20_000
DEEPEST = 100
LONGEST_VALUE = 2_000
MOST_IMAGES = 500

TAGS = frozenset({
    "a", "abbr", "address", "b", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
    "u", "ul", "var", "wbr",
})  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "valign"},
}
NEVER_SHOWN = {"script", "style", "title", "template"}
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
NUMBER = re.compile(r"\d{1,4}")
LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
# What a new element ends although its end tag is left out, and what hides it from that.
ENDS = {block: {"p"} for block in PARAGRAPHS | BLOCKS} | {
    "td": {"td", "th"}, "th": {"td", "th"}, "tr": {"tr"}, "tbody": {"tbody", "thead"},
    "tfoot": {"tbody", "thead"}, "li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}, "a": {"a"},
}  # fmt: skip
HIDES = frozenset({"table", "ul", "ol", "dl"})
# An end tag of something outside a table does not close the table.
TABLE_PARTS = frozenset(
    {"table", "caption", "tbody", "thead", "tfoot", "tr", "td", "th", "colgroup"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SafeHtml:
    """HTML that may stand in a sandboxed frame, and what was taken out of it.

    `inline_images` are the content ids of images that came with the mail and are not shown.
    """

    html: str
    remote_images: int = 0
    inline_images: tuple[str, ...] = ()


def sanitise(html: str, *, image_urls: Mapping[str, str] | None = None) -> SafeHtml | None:
    """Return `html` made safe, or None when it is too large, so that the text is shown instead.

    `image_urls` maps a content id to the path at which this installation serves that
    attachment; every other image keeps its alternative text only.
    """
    if len(html) > LONGEST_HTML:
        return None
    images = _Images(image_urls or {})
    balanced = _balance(html, images)
    if balanced is None:
        return None
    cleaned = nh3.clean(
        balanced,
        tags=set(TAGS),
        clean_content_tags=NEVER_SHOWN,
        attributes=ATTRIBUTES,
        attribute_filter=images.keep_attribute,
        url_schemes=LINK_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    return SafeHtml(html=cleaned, remote_images=images.remote, inline_images=tuple(images.inline))


class _Images:
    """Counts the images of a mail and knows which of them may be shown."""

    def __init__(self, image_urls: Mapping[str, str]) -> None:
        self._urls = image_urls
        self.remote = 0
        self.inline: list[str] = []

    def source(self, source: str) -> str:
        """Return where the browser gets the image, empty when nowhere."""
        source = source.strip()
        if source[:4].lower() == "cid:":
            content_id = source[4:].strip("<>")
            if content_id in self._urls:
                return self._urls[content_id]
            if len(self.inline) < MOST_IMAGES:
                self.inline.append(content_id[:LONGEST_VALUE])
        elif source:
            self.remote += 1
        return ""

    def keep_attribute(self, tag: str, attribute: str, value: str) -> str | None:
        """Decide on one attribute, as the sanitiser asks."""
        if tag == "img" and attribute == "src":
            return value if value in self._urls.values() else None
        if attribute == "href":
            # Without a scheme a link would lead into this installation.
            return value if LINK.match(value) else None
        if attribute in ("height", "width", "colspan", "rowspan", "start"):
            return value if NUMBER.fullmatch(value) else None
        return value


class _Balanced:
    """Writes tags so that each is closed in turn and none is nested deeper than `DEEPEST`."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._open: list[str] = []

    def open(self, tag: Opening) -> None:
        self._end_what_is_implied(ENDS.get(tag.name, set()))
        if tag.name not in VOID and len(self._open) >= DEEPEST:
            return
        self.pieces.append(_written(tag))
        if tag.name not in VOID:
            self._open.append(tag.name)

    def _end_what_is_implied(self, names: set[str]) -> None:
        for depth in range(len(self._open) - 1, -1, -1) if names else ():
            if self._open[depth] in names:
                self.close_down_to(depth)
                return
            if self._open[depth] in HIDES:
                return

    def close(self, name: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth] == name:
                self.close_down_to(depth)
                return
            if self._open[depth] in TABLE_PARTS and name not in TABLE_PARTS:
                return
            if self._open[depth] == "table":
                return

    def close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self.pieces.append(f"</{self._open.pop()}>")


def _balance(html: str, images: _Images) -> str | None:
    """Return well-nested HTML of allowed tags with the same text, or None if it has too many."""
    written = _Balanced()
    for count, token in enumerate(tokens(html)):
        if count > 2 * MOST_TAGS:
            return None
        if isinstance(token, Text):
            written.pieces.append(escape(token.text, quote=False))
        elif token.name not in TAGS:
            continue
        elif isinstance(token, Opening):
            if token.name == "img":
                source = images.source(token.attributes.get("src", ""))
                token.attributes["src"] = source
            written.open(token)
        else:
            written.close(token.name)
    written.close_down_to(0)
    return "".join(written.pieces)


def _written(tag: Opening) -> str:
    allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag.name, set())
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in tag.attributes.items()
        if name in allowed and value and len(value) <= LONGEST_VALUE
    )
    return f"<{tag.name}{attributes}>"
