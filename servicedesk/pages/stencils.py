"""Rows of long lists, written from a template that is rendered once for each shape of a row.

A template costs a few microseconds for each variable and condition; fifty rows of thirty took
longer than everything else on the page. A stencil is the template rendered with gaps in place of
the texts, kept for each shape (which conditions hold) and language; a row fills the gaps. What is
put in is escaped here, unless it is markup of ours, so filters in such a template would see the gap and not the text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# A character that no text of ours holds (private use), around the name of a gap.
MARK = "\ue0f7"
BLANKS = re.compile(r"\s+")


Shape = tuple[tuple[str, Any], ...]
"""Pairs of a condition's name and what it is, which has to be hashable."""


class Row(NamedTuple):
    """One row: which of the template's conditions hold, and the values that it names."""

    shape: Shape
    values: Mapping[str, Any]


def gap(name: str) -> str:
    """Return what stands in a stencil where a value of this name will."""
    return f"{MARK}{name}{MARK}"


class Gaps:
    """Stands for the values of a row while its stencil is rendered: each is a gap of its name."""

    def __getitem__(self, name: str) -> str:
        return gap(name)


class Stencil:
    """One shape of a row: what always stands there, and which values stand between."""

    def __init__(self, rendered: str) -> None:
        parts = BLANKS.sub(" ", rendered.strip()).split(MARK)
        self.names = parts[1::2]
        self.pattern = "%s".join([part.replace("%", "%%") for part in parts[0::2]])

    def filled(self, values: Mapping[str, Any]) -> str:
        """Return the row with its values, escaped.

        Raises:
            KeyError: the template names a value that the row does not have.
        """
        return self.pattern % tuple(in_markup([values[name] for name in self.names]))


def in_markup(values: Sequence[Any]) -> list[str]:
    """Return values escaped, except markup that says of itself that it is safe.

    All are escaped as one text: one after the other took longer than everything else of a row.
    """
    texts = ["" if isinstance(value, SafeString) else str(value) for value in values]
    escaped = escape(MARK.join(texts)).split(MARK)
    if len(escaped) != len(values):
        # Somebody typed the mark, or there is nothing to escape.
        escaped = [escape(text) for text in texts]
    return [
        value if isinstance(value, SafeString) else text
        for value, text in zip(values, escaped, strict=True)
    ]


@lru_cache(maxsize=1024)
def stencil(template: str, shape: Shape, _language: str) -> Stencil:
    """Return the stencil of a template for a shape, made once a process."""
    return Stencil(get_template(template).render({**dict(shape), "row": Gaps()}))


def written(template: str, rows: Iterable[Row]) -> SafeString:
    """Return rows as markup, one after the other."""
    language = get_language() or ""
    # The texts of the template are safe, and every value was escaped.
    return mark_safe(  # noqa: S308
        "".join([stencil(template, row.shape, language).filled(row.values) for row in rows])
    )
