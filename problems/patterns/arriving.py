"""A case as the looking for patterns sees it: who, when, what it means, how known it is."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
UNMATCHED_BELOW = 0.9
"""A case is unmatched while a known problem behind it is less probable than this."""

COMPARED_BELOW = 0.97
"""Bursts are looked for among cases behind which a known problem is less probable than this.

More than unmatched ones: a new matter that resembles a known one is mostly taken for it at first.
"""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that came, in the order in which cases come.

    `at` is aware (UTC). `customer` is whoever counts once: the organisation, or the contact who
    has none. `vector` is the embedding of its text (unit length). `known` is the probability that
    a known problem is behind it, as the matching said when it came (`Answer.some`); what a person
    has linked since does not change it, so that the past can be compared with the present.
    """

    case_id: int
    at: datetime
    customer: Hashable
    vector: Vector
    known: float = 0.0


def vector_of(kept: bytes) -> Vector:
    """Return the embedding that a row keeps as numbers of 16 bits."""
    return np.frombuffer(kept, dtype=np.float16).astype(np.float32)


def centre_of(vectors: NDArray[np.float32]) -> Vector:
    """Return the direction in which vectors point together, of unit length."""
    middle = vectors.mean(axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), dtype=np.float32)
