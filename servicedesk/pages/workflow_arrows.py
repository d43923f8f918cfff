"""The arrows of a drawn workflow: rounded lines, heads by kind, names where there is room."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from servicedesk.pages.journey_labels import shortened, text_width
from servicedesk.pages.workflow_routes import ARROW, Point, Points
from servicedesk.pages.workflow_shapes import HEIGHT, WIDTH, Card, DrawnStep, StepLabel
from servicedesk.pages.workflow_words import finding_words
from workflow.stages.checking import Finding
from workflow.stages.definition import Definition, Step, StepKind
from workflow.stages.words import KINDS

RADIUS = 9.0
SIZE = 11.5
LINE = 14.0
LONGEST_LINE = 104.0
LEAST_LINE = 62.0
LONGEST_NAME = 240.0
HEADROOM = 34.0
CELL = 64.0
BESIDE = (15.0, -15.0, 23.0, -23.0)
PLACES = (0.5, 0.35, 0.65, 0.2, 0.8)
Box = tuple[float, float, float, float]


@dataclass
class Boxes:
    """What labels keep clear of, found by where it is."""

    cells: dict[tuple[int, int], list[Box]] = field(default_factory=lambda: defaultdict(list))

    def add(self, box: Box) -> None:
        """Keep a box clear."""
        for cell in covered(box):
            self.cells[cell].append(box)

    def is_free(self, box: Box) -> bool:
        """Whether a box meets none that is kept clear; written flat because it is asked often."""
        left, top, right, bottom = box
        for cell in covered(box):
            for other in self.cells.get(cell, ()):
                if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                    return False
        return True

    def take(self, middle: Point, width: float, height: float) -> bool:
        """Keep a box around a point clear if nothing is there; say whether it was so."""
        (x, y), half, rise = middle, width / 2, height / 2
        box = (x - half, y - rise, x + half, y + rise)
        if not self.is_free(box):
            return False
        self.add(box)
        return True


def covered(box: Box) -> Iterator[tuple[int, int]]:
    """Return the cells that a box lies in."""
    for column in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
        for row in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
            yield column, row


def boxes_of(cards: Mapping[str, Card], *, told: Collection[str]) -> Boxes:
    """Return the cards as boxes that labels keep clear of; `told` have a line below them."""
    boxes = Boxes()
    for key, card in cards.items():
        below = 20 if key in told else 2
        boxes.add((card.left - 2, card.top - 2, card.left + WIDTH + 2, card.top + HEIGHT + below))
    return boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is marked of arrows: what is wrong, chosen, open to be taken, or was taken."""

    wrong: Mapping[str, Sequence[Finding]]
    selected: str
    here: str
    taken: Collection[tuple[str, str]]


def arrows(
    definition: Definition, *, routes: Mapping[str, Points], boxes: Boxes, marks: Marks
) -> tuple[DrawnStep, ...]:
    """Return an arrow for each step that was led, in the order of the definition."""
    names = {stage.key: stage.name for stage in definition.stages}
    drawn: dict[int, DrawnStep] = {}
    led = [
        (number, step, routes[str(number)])
        for number, step in enumerate(definition.steps)
        if str(number) in routes
    ]
    for _number, step, points in led:
        keep_ends_clear(step, points, boxes=boxes)
    # The names of what is wrong and of what can be taken now are placed before all others.
    led.sort(key=lambda one: (not is_important(one[1], marks), one[0]))
    for number, step, points in led:
        drawn[number] = arrow(step, points, names=names, boxes=boxes, marks=marks)
    return tuple(drawn[number] for number in sorted(drawn))


def is_important(step: Step, marks: Marks) -> bool:
    """Whether the name of a step must find room before others."""
    return (
        step.key in marks.wrong or step.begin == marks.here or marks.selected == f"step={step.key}"
    )


def arrow(
    step: Step, points: Points, *, names: Mapping[str, str], boxes: Boxes, marks: Marks
) -> DrawnStep:
    """Return the arrow of one step."""
    found = marks.wrong.get(step.key, ())
    tone = "" if not found else "fault" if any(one.is_fault for one in found) else "warning"
    return DrawnStep(
        key=step.key,
        name=step.name,
        begin=step.begin,
        end=step.end,
        kind=step.kind.value,
        says=step_says(step, names=names, found=found),
        line=rounded(points),
        head=head(points, step.kind),
        label=label_for(
            step.name, points, boxes=boxes, extra=finding_words(found) if found else ""
        ),
        gate=gate(points) if step.approval is not None and step.approval.quorum else None,
        tone=tone,
        is_open=step.begin == marks.here,
        is_taken=(step.begin, step.end) in marks.taken,
        is_selected=marks.selected == f"step={step.key}",
    )


def step_says(step: Step, *, names: Mapping[str, str], found: Iterable[Finding]) -> str:
    """Return all that an arrow shows, as the name of its link."""
    said = _("Step “%(step)s”, %(kind)s: from “%(begin)s” to “%(end)s”") % {
        "step": step.name,
        "kind": KINDS[step.kind],
        "begin": names.get(step.begin, step.begin),
        "end": names.get(step.end, step.end),
    }
    if step.approval is not None and step.approval.quorum:
        said += ", " + _("needs an approval")
    return ". ".join([said, *(finding.sentence for finding in found)])


# ---- lines -----------------------------------------------------------------------------------


def rounded(points: Points) -> str:
    """Return a path through points, its corners rounded; it ends where the head begins."""
    stop = backed(points[-2], points[-1], by=ARROW - 2)
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(RADIUS, length(before, here) / 2, length(here, after) / 2)
        begin, end = backed(before, here, by=reach), backed(after, here, by=reach)
        path.append(f"L{begin[0]:g} {begin[1]:g}Q{here[0]:g} {here[1]:g} {end[0]:g} {end[1]:g}")
    path.append(f"L{stop[0]:g} {stop[1]:g}")
    return "".join(path)


def length(one: Point, other: Point) -> float:
    """Return how far two points of a level or an upright line are apart."""
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def backed(before: Point, here: Point, *, by: float) -> Point:
    """Return the point so far before `here`, on a level or an upright way from `before`."""
    (x, y), (to_x, to_y) = before, here
    if x == to_x:
        return to_x, to_y + (by if y > to_y else -by if y < to_y else 0)
    return to_x + (by if x > to_x else -by), to_y


def head(points: Points, kind: StepKind) -> str:
    """Return an arrow's head: filled forward, open to the side, doubled back."""
    tip = points[-1]
    base = backed(points[-2], tip, by=ARROW)
    (x, y), (to_x, to_y) = base, tip
    # A quarter turn of the direction, half as long as the head.
    across = ((to_y - y) * 0.5, (x - to_x) * 0.5)
    one = (x + across[0], y + across[1])
    other = (x - across[0], y - across[1])
    if kind is StepKind.SIDE:
        return f"M{one[0]:g} {one[1]:g}L{to_x:g} {to_y:g}L{other[0]:g} {other[1]:g}"
    return f"M{one[0]:g} {one[1]:g}L{to_x:g} {to_y:g}L{other[0]:g} {other[1]:g}z"


def keep_ends_clear(step: Step, points: Points, *, boxes: Boxes) -> None:
    """Keep names away from the head of an arrow and from the diamond of its approval."""
    x, y = backed(points[-2], points[-1], by=ARROW / 2)
    boxes.add((x - 6, y - 6, x + 6, y + 6))
    if step.approval is not None and step.approval.quorum:
        x, y = gate(points)
        boxes.add((x - 8, y - 8, x + 8, y + 8))


def gate(points: Points) -> Point:
    """Return where the diamond of an approval stands: a little after the beginning."""
    return backed(points[1], points[0], by=min(13.0, length(points[0], points[1]) / 2))


# ---- names -----------------------------------------------------------------------------------


def label_for(text: str, points: Points, *, boxes: Boxes, extra: str) -> StepLabel | None:
    """Return the name of a step on its line, where nothing else stands; None without such a place.

    What is wrong stands in a line of its own below the name.
    """
    if not text and not extra:
        return None
    for (x, y), (to_x, to_y) in longest_parts(points):
        # On a long level part a name stands in one line: lanes run close to the cards.
        room = min(LONGEST_NAME, abs(to_x - x) - HEADROOM) if y == to_y else LONGEST_LINE
        for lines in written(text, extra, room=max(LEAST_LINE, room)):
            width = max(text_width(line, size=SIZE) for line in lines) + 8
            height = LINE * len(lines) + 2
            for middle in middles((x, y), (to_x, to_y)):
                if boxes.take(middle, width, height):
                    return StepLabel(*middle, round(width, 1), height, baselines(lines))
    return None


def middles(begin: Point, end: Point) -> Iterator[Point]:
    """Return where a name could stand on a part of a line, at last close beside it."""
    (x, y), (to_x, to_y) = begin, end
    for share in PLACES:
        yield x + (to_x - x) * share, y + (to_y - y) * share
    if y == to_y:
        for beside in BESIDE:
            yield (x + to_x) / 2, y + beside


def written(text: str, extra: str, *, room: float) -> list[list[str]]:
    """Return how a name may be written: in lines, with what is wrong below it or behind it."""
    if not extra:
        return [wrapped(text, width=room)]
    told = shortened(extra, size=SIZE, width=LONGEST_LINE + 30)
    return [[*wrapped(text, width=room), told], [f"{text}: {told}" if text else told]]


def baselines(lines: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Return lines with their places below and above the middle of their box."""
    first = 4 - (len(lines) - 1) / 2 * LINE
    return tuple((line, first + number * LINE) for number, line in enumerate(lines))


def longest_parts(points: Points) -> list[tuple[Point, Point]]:
    """Return the parts of a line on which a name could stand, the longest first."""
    parts = list(pairwise(points))
    if len(parts) > 1:
        parts.sort(key=lambda part: -length(part[0], part[1]))
    return parts[:3]


def wrapped(text: str, *, size: float = SIZE, width: float = LONGEST_LINE) -> list[str]:
    """Return a text in at most two lines; what is longer ends with an ellipsis."""
    words = text.split()
    if not words or text_width(text, size=size) <= width:
        return [text] if words else []
    first = words[0]
    taken = 1
    while taken < len(words) and text_width(f"{first} {words[taken]}", size=size) <= width:
        first = f"{first} {words[taken]}"
        taken += 1
    rest = " ".join(words[taken:])
    lines = [first, rest] if rest else [first]
    return [shortened(line, size=size, width=width) for line in lines]
