"""The tree of supposed causes as a drawing: the effect on the left, what explains it to the right.

Pure: from words to shapes, no query. Sizes are CSS pixels; each level of causes is a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

BOX_WIDTH, LINE_HEIGHT, PADDING = 210, 16, 10
LETTERS_IN_LINE, MOST_LINES = 30, 4
COLUMN_GAP, ROW_GAP, GROUP_GAP = 54, 12, 10
HEADING = 20
MARGIN = 4


@dataclass(frozen=True)
class Supposed:
    """A cause to be drawn: `verdict` is open, ruled_out or confirmed."""

    number: int
    words: str
    verdict: str
    verdict_words: str
    category: str = ""
    deeper: tuple["Supposed", ...] = ()


@dataclass(frozen=True)
class Box:
    """One box; lines are (text, y from its top)."""

    number: int
    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[str, int], ...]
    verdict: str
    verdict_words: str
    verdict_y: int
    says: str
    href: str = ""


@dataclass(frozen=True)
class Line:
    """What leads from a cause to what it explains; `verdict` is the cause's."""

    path: str
    verdict: str


@dataclass(frozen=True)
class Heading:
    """A category above its first cause."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Tree:
    """The whole drawing."""

    width: int
    height: int
    effect: Box
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]


def draw(effect: str, causes: Sequence[Supposed]) -> Tree:
    """Return the drawing of an effect and what is supposed to explain it, by category."""
    drawing = _Drawing()
    drawing.place_all(causes)
    height = max(drawing.bottom, height_of(effect, has_verdict=False) + 2 * MARGIN)
    centres = [box.y + box.height // 2 for box in drawing.roots] or [height // 2]
    box = boxed(effect, x=MARGIN, centre=(min(centres) + max(centres)) // 2, has_verdict=False)
    lines = [join(box, root) for root in drawing.roots]
    columns = max((one.x for one in drawing.boxes), default=box.x) + BOX_WIDTH + MARGIN
    return Tree(
        width=columns,
        height=max(height + MARGIN, box.y + box.height + MARGIN),
        effect=box,
        boxes=tuple(drawing.boxes),
        lines=(*lines, *drawing.lines),
        headings=tuple(drawing.headings),
    )


class _Drawing:
    """Places boxes from top to bottom: a cause stands at the middle of what explains it."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.roots: list[Box] = []
        self.lines: list[Line] = []
        self.headings: list[Heading] = []
        self.bottom = MARGIN

    def place_all(self, causes: Sequence[Supposed]) -> None:
        """Place the causes of the effect, each category under its heading."""
        said = ""
        x = column(1)
        for cause in causes:
            if cause.category and cause.category != said:
                said = cause.category
                self.bottom += GROUP_GAP if self.boxes else 0
                self.headings.append(Heading(said, x, self.bottom + HEADING - 6))
                self.bottom += HEADING
            self.roots.append(self.place(cause, depth=1))

    def place(self, cause: Supposed, *, depth: int) -> Box:
        """Place a cause after all that explains it; returns its box."""
        top = self.bottom
        deeper = [self.place(one, depth=depth + 1) for one in cause.deeper]
        height = height_of(cause.words, has_verdict=True)
        centre = top + height // 2
        if deeper:
            first, last = deeper[0], deeper[-1]
            middle = (first.y + first.height // 2 + last.y + last.height // 2) // 2
            centre = max(centre, middle)
        box = boxed(
            cause.words,
            x=column(depth),
            centre=centre,
            number=cause.number,
            verdict=cause.verdict,
            verdict_words=cause.verdict_words,
        )
        self.boxes.append(box)
        self.lines += [join(box, one) for one in deeper]
        self.bottom = max(self.bottom, box.y + box.height + ROW_GAP)
        return box


def column(depth: int) -> int:
    """Return where the boxes of a level begin."""
    return MARGIN + depth * (BOX_WIDTH + COLUMN_GAP)


def lines_of(words: str) -> list[str]:
    """Return words in lines that fit a box; what does not fit ends with three dots."""
    lines = wrap(words, LETTERS_IN_LINE) or [""]
    if len(lines) > MOST_LINES:
        last = lines[MOST_LINES - 1][: LETTERS_IN_LINE - 1].rstrip()
        return [*lines[: MOST_LINES - 1], f"{last}…"]
    return lines


def height_of(words: str, *, has_verdict: bool) -> int:
    """Return the height of a box."""
    count = len(lines_of(words)) + (1 if has_verdict else 0)
    return count * LINE_HEIGHT + 2 * PADDING


def boxed(
    words: str,
    *,
    x: int,
    centre: int,
    number: int = 0,
    verdict: str = "",
    verdict_words: str = "",
    has_verdict: bool = True,
) -> Box:
    """Return a box around words, its middle at `centre`."""
    height = height_of(words, has_verdict=has_verdict)
    lines = lines_of(words)
    baselines = [PADDING + 12 + place * LINE_HEIGHT for place in range(len(lines) + 1)]
    return Box(
        number=number,
        x=x,
        y=max(MARGIN, centre - height // 2),
        width=BOX_WIDTH,
        height=height,
        lines=tuple(zip(lines, baselines, strict=False)),
        verdict=verdict,
        verdict_words=verdict_words,
        verdict_y=baselines[-1],
        says=f"{words}: {verdict_words}" if verdict_words else words,
    )


def join(left: Box, right: Box) -> Line:
    """Return the line between a box and one that explains it."""
    x1, y1 = left.x + left.width, left.y + left.height // 2
    x2, y2 = right.x, right.y + right.height // 2
    middle = (x1 + x2) // 2
    return Line(f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}", right.verdict)
