"""Tables of one tenant as the matcher reads them: whole columns, straight from PostgreSQL.

A hundred thousand vectors as rows of Python would take a second and half a gigabyte; in
PostgreSQL's binary form they are an array already.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from django.db import connection, transaction

HEADER = 19  # bytes: a signature of eleven, flags, and the length of an extension, which is none
BIGINT: Any = (">i8",)
VECTOR: Any = ("<f2", (384,))
ROWS_AT_ONCE = 4096

Table = np.ndarray[Any, np.dtype[np.void]]


class Rows:
    """Takes a binary COPY as it comes, and hands it on in pieces of some thousand rows.

    Every column has one width and no NULL, so every row has.
    """

    def __init__(self, columns: Mapping[str, Any], *, take: Callable[[Table], None]) -> None:
        fields: list[Any] = [("count", ">i2")]
        for name, kind in columns.items():
            fields += [(f"width of {name}", ">i4"), (name, *kind)]
        self.row = np.dtype(fields)
        self.take = take
        self.waiting = bytearray()
        self.is_begun = False

    def write(self, part: bytes) -> int:
        """Take some bytes; called by the driver."""
        self.waiting += part
        if not self.is_begun and len(self.waiting) >= HEADER:
            del self.waiting[:HEADER]
            self.is_begun = True
        if len(self.waiting) >= ROWS_AT_ONCE * self.row.itemsize:
            self.hand_on()
        return len(part)

    def hand_on(self) -> None:
        """Hand on the rows that are there whole."""
        size = len(self.waiting) // self.row.itemsize * self.row.itemsize
        if size:
            self.take(np.frombuffer(bytes(self.waiting[:size]), self.row))
            del self.waiting[:size]


def read_columns(
    query: str,
    values: Mapping[str, Any],
    *,
    columns: Mapping[str, Any],
    take: Callable[[Table], None],
) -> None:
    """Hand on what a query finds as tables of numpy whose fields are the columns; one query.

    `columns` names them with their kinds, BIGINT or VECTOR. Behind the wall of the tenant, like
    every query.
    """
    rows = Rows(columns, take=take)
    with transaction.atomic(), connection.cursor() as cursor:
        asked = cursor.mogrify(query, values).decode()
        cursor.copy_expert(f"COPY ({asked}) TO STDOUT WITH (FORMAT binary)", rows)
    rows.hand_on()
