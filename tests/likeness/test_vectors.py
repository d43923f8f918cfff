"""Vectors are kept small and found by likeness."""

import numpy as np
import pytest

from problems.likeness.vectors import SIZE, SKETCH_FROM, Vectors, packed, unpacked
from tests.likeness.planted import directions, near


def filled(count: int) -> Vectors:
    vectors = Vectors(expected=count)
    vectors.put_many(list(range(count)), directions(count))
    return vectors


def test_a_stored_vector_comes_back_as_it_was():
    (vector,) = directions(1).astype(np.float16)

    stored = packed(vector)

    assert len(stored) == 2 * SIZE
    assert (unpacked(stored) == vector).all()


def test_what_is_no_vector_is_refused():
    with pytest.raises(ValueError, match="384 numbers"):
        unpacked(b"\0\0")


def test_the_nearest_come_first_and_what_is_left_out_does_not():
    vectors = filled(50)
    asked = vectors.of([7])[0]

    found = vectors.nearest(asked, at_most=3)

    assert found[0][0] == 7
    assert found[0][1] == pytest.approx(1, abs=0.01)
    assert [likeness for _key, likeness in found] == sorted(
        (likeness for _key, likeness in found), reverse=True
    )
    assert 7 not in dict(vectors.nearest(asked, at_most=50, but={7}))


def test_a_dropped_vector_is_gone_and_the_others_stay():
    vectors = filled(10)
    others = {key: vectors.of([key])[0] for key in range(10) if key != 3}

    vectors.drop(3)
    vectors.drop(3)

    assert 3 not in vectors
    assert len(vectors) == 9
    assert all((vectors.of([key])[0] == row).all() for key, row in others.items())


def test_a_vector_is_replaced_by_a_later_one_of_its_key():
    vectors = filled(5)
    (new,) = directions(1, seed=9)

    vectors.put(2, new)
    vectors.put_many([3, 5], np.stack([new, new]))

    assert {key for key, _likeness in vectors.nearest(new, at_most=3)} == {2, 3, 5}
    assert len(vectors) == 6


def test_a_sketch_of_many_finds_what_a_close_look_finds():
    count = SKETCH_FROM + 500
    vectors = filled(count)
    (asked,) = near(vectors.of([11])[0], 1, seed=5, spread=0.7)
    likeness = vectors.of(list(range(count))) @ asked

    found = [key for key, _likeness in vectors.nearest(asked, at_most=1)]
    vectors.put(count, asked)
    vectors.drop(11)
    after = [key for key, _likeness in vectors.nearest(asked, at_most=1)]

    assert found == [int(likeness.argmax())] == [11]
    assert after == [count]
