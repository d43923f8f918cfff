"""How long what somebody writes may be: what does not fit is refused, never cut."""

import json

from django.utils.translation import gettext as _

from workflow.refusals import Refusal


class TooManyCharacters(Refusal):
    """A name or text is longer than there is room for."""

    code = "too_many_characters"
    status = 422

    def __init__(self, *, length: int, longest: int, begins: str) -> None:
        super().__init__(
            _("“%(begins)s…” has %(length)d characters; there is room for %(longest)d.")
            % {"begins": begins, "length": length, "longest": longest},
            next_step=_("Write it shorter."),
        )


def one_line(text: str, *, longest: int) -> str:
    """Return a text as one line, one blank between words.

    Raises:
        TooManyCharacters: it is longer.
    """
    return fitting(" ".join(text.split()), longest=longest)


def fitting(text: str, *, longest: int) -> str:
    """Return a text without blanks around it.

    Raises:
        TooManyCharacters: it is longer.
    """
    kept = text.strip()
    if len(kept) > longest:
        raise TooManyCharacters(length=len(kept), longest=longest, begins=kept[:30].rstrip())
    return kept


def bytes_of(data: object) -> int:
    """Return how many bytes a condition, or other plain data, takes where it is kept."""
    return len(json.dumps(data, ensure_ascii=False).encode(errors="surrogatepass"))
