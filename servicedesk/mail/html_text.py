"""The text of an HTML mail, for mails that bring no text of their own. Pure and linear."""

import re

from servicedesk.mail.markup import Closing, Opening, Text, tokens

LONGEST_HTML = 2_000_000
LONGEST_TEXT = 1_000_000
DEEPEST_QUOTE = 10
RULE = "-" * 20

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "header", "html", "li", "main", "nav", "ol", "section", "table",
    "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
# These stand apart from what is around them by an empty line.
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"})
SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")


class _Page:
    """Collects lines; knows how deep the quotation is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.quote_depth = 0
        self.is_verbatim = False
        self.length = 0
        self._line: list[str] = []

    def write(self, text: str) -> None:
        if self.is_verbatim:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self.break_line(keep_empty=True)
                self._line.append(line)
        else:
            self._line.append(SPACES.sub(" ", text))
        self.length += len(text)

    def break_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line)
        self._line = []
        line = line.rstrip() if self.is_verbatim else SPACES.sub(" ", line).strip()
        if line or keep_empty:
            self.lines.append(self._quoted(line))

    def leave_gap(self) -> None:
        self.break_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._quoted(""))

    def _quoted(self, line: str) -> str:
        prefix = "> " * min(self.quote_depth, DEEPEST_QUOTE)
        return f"{prefix}{line}".rstrip() if prefix else line


def html_to_text(html: str) -> str:
    """Return the text of `html` with lines, lists and quotations ("> ") kept.

    Looks at the first 2,000,000 characters and returns at most about 1,000,000.
    """
    page = _Page()
    for token in tokens(html[:LONGEST_HTML]):
        if isinstance(token, Text):
            page.write(token.text)
        elif isinstance(token, Opening):
            _open(page, token)
        else:
            _close(page, token)
        if page.length > LONGEST_TEXT:
            break
    page.break_line()
    return "\n".join(page.lines).strip("\n")


def _open(page: _Page, tag: Opening) -> None:
    if tag.name in PARAGRAPHS:
        page.leave_gap()
        page.is_verbatim = tag.name == "pre"
    elif tag.name in BLOCKS:
        page.break_line()
        page.write("- " if tag.name == "li" else "")
        page.quote_depth += tag.name == "blockquote"
    else:
        _write_in_line(page, tag)


def _write_in_line(page: _Page, tag: Opening) -> None:
    if tag.name == "br":
        page.break_line(keep_empty=True)
    elif tag.name == "hr":
        page.break_line()
        page.write(RULE)
        page.break_line()
    elif tag.name == "img":
        page.write(tag.attributes.get("alt", "")[:200])
    elif tag.name in ("td", "th"):
        page.write(" ")


def _close(page: _Page, tag: Closing) -> None:
    if tag.name in PARAGRAPHS:
        page.leave_gap()
        page.is_verbatim = False
    elif tag.name in BLOCKS:
        page.break_line()
        if tag.name == "blockquote":
            page.quote_depth = max(0, page.quote_depth - 1)
