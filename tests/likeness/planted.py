"""Small planted worlds: problems are directions, texts are near the direction of their problem."""

from typing import Any

import numpy as np

from problems.likeness.memory import Memory
from problems.likeness.vectors import SIZE

Rows = np.ndarray[Any, np.dtype[np.float32]]


def unit(rows: Rows) -> Rows:
    """Return rows of length one."""
    scaled: Rows = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled


def directions(count: int, *, seed: int = 1) -> Rows:
    """Return directions that have little in common."""
    chance = np.random.default_rng(seed)
    return unit(chance.standard_normal((count, SIZE)).astype(np.float32))


def near(direction: Rows, count: int, *, seed: int, spread: float = 1.0) -> Rows:
    """Return texts about one direction; a spread of 1 makes their likeness to it about 0.7."""
    chance = np.random.default_rng(seed)
    noise = unit(chance.standard_normal((count, SIZE)).astype(np.float32))
    return unit(direction + spread * noise)


def world(*, problems: int, cases: int, seed: int = 1, spread: float = 1.0) -> tuple[Memory, Rows]:
    """Return a memory of problems 1, 2, … with cases 100, 101, … (200, … of the second) linked.

    The other value holds the direction of each problem.
    """
    memory = Memory()
    about = directions(problems, seed=seed)
    for place in range(problems):
        memory.put_problem(place + 1, title=near(about[place], 1, seed=900 + place)[0])
        for number, row in enumerate(near(about[place], cases, seed=seed + place, spread=spread)):
            case_id = 100 * (place + 1) + number
            memory.put_case(case_id, row)
            memory.link(case_id, problem_id=place + 1)
    memory.learn()
    return memory, about
