"""Markdown to HTML that is safe to show. Pure."""

import nh3
from markdown_it import MarkdownIt

LONGEST_TEXT = 200_000
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(
    ["table", "strikethrough"]
)


def to_html(text: str) -> str:
    """Return Markdown as clean HTML; text beyond 200,000 characters is cut.

    Raw HTML in the text is shown as text. What the renderer makes is cleaned once more.
    """
    # A page has one first heading, its title.
    rendered = (
        _markdown.render(text[:LONGEST_TEXT]).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    )
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
