"""Which texts can be kept: no file and no database holds control characters and half characters. Pure."""

import re
from collections.abc import Iterator, Mapping

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_writable(data: object) -> bool:
    """Whether every text within plain data can be kept."""
    return not any(UNWRITABLE.search(text) for text in texts_in(data))


def texts_in(data: object) -> Iterator[str]:
    """Return the texts within plain data, names of entries included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from texts_in(name)
            yield from texts_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_in(value)
