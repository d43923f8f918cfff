"""What each token means by itself: rows of the published weights, read from the file as they are asked.

The table is half of the model, 47 MB, and a text needs a few dozen rows of 1.5 KB. They stay in the
file, and the machine keeps in its cache what is read again and again.
"""

import json
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from problems.likeness.vectors import SIZE, Floats

NAME = "embeddings.word_embeddings.weight"
HEAD = 8  # bytes that say how long the description is that follows
ROW = SIZE * 4  # bytes

Tokens = np.ndarray[Any, np.dtype[np.int64]]


class WordVectors:
    """The rows of the table by token; safe for threads. Keeps the file open."""

    def __init__(self, file: Path) -> None:
        """Find the table in a file of weights, whose digest was compared already."""
        self._file = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        described = int.from_bytes(os.pread(self._file, HEAD, 0), "little")
        table = json.loads(os.pread(self._file, described, HEAD))[NAME]
        self._start = HEAD + described + int(table["data_offsets"][0])

    def of(self, tokens: Tokens) -> Floats:
        """Return the rows of tokens, in their shape; a few microseconds for each that differs.

        Raises:
            OSError: the file cannot be read any more.
        """
        different, places = np.unique(tokens, return_inverse=True)
        rows = np.empty((len(different), SIZE), "<f4")
        for row, token in zip(rows, different.tolist(), strict=True):
            if os.preadv(self._file, [row.data], self._start + token * ROW) != ROW:
                raise OSError("The file of the model's words ends too early.")
        found: Floats = rows[places.reshape(tokens.shape)]
        return found
