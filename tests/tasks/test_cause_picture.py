"""The tree of causes as a drawing: nothing overlaps, and every cause is there, whatever the tree."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.pages.cause_picture import Box, Supposed, draw, lines_of


def causes(depth: int) -> st.SearchStrategy[Supposed]:
    """Return causes with up to `depth` levels beneath."""
    deeper = st.just(()) if depth == 0 else st.lists(causes(depth - 1), max_size=3).map(tuple)
    return st.builds(
        Supposed,
        number=st.integers(min_value=1, max_value=99),
        words=st.text(alphabet="abc d", min_size=1, max_size=200),
        verdict=st.sampled_from(["open", "ruled_out", "confirmed"]),
        verdict_words=st.just("Confirmed"),
        category=st.sampled_from(["", "People", "Technology"]),
        deeper=deeper,
    )


def count(found: tuple[Supposed, ...] | list[Supposed]) -> int:
    """Return how many causes there are."""
    return sum(1 + count(one.deeper) for one in found)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a point."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@given(st.lists(causes(2), max_size=5))
def test_every_cause_is_drawn_once_apart_from_the_others_and_joined(found: list[Supposed]) -> None:
    tree = draw("Customers are charged twice", found)

    boxes = [tree.effect, *tree.boxes]
    assert len(tree.boxes) == count(found) == len(tree.lines)
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    assert all(box.x >= 0 and box.y >= 0 for box in boxes)
    assert all(box.x + box.width <= tree.width for box in boxes)
    assert all(box.y + box.height <= tree.height for box in boxes)


def test_long_words_end_with_dots_and_are_said_whole() -> None:
    words = "word " * 60

    tree = draw("Effect", [Supposed(1, words, "open", "Not known yet")])

    assert len(lines_of(words)) == 4
    assert lines_of(words)[-1].endswith("…")
    assert tree.boxes[0].says == f"{words}: Not known yet"


def test_a_category_stands_once_above_its_causes() -> None:
    tree = draw(
        "Effect",
        [
            Supposed(1, "One", "open", "", category="People"),
            Supposed(2, "Two", "open", "", category="People"),
            Supposed(3, "Three", "open", "", category="Technology"),
        ],
    )

    assert [heading.text for heading in tree.headings] == ["People", "Technology"]
