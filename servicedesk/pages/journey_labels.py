"""Place texts on a drawing so that none lies on another; what does not fit is left out."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

LINE_HEIGHT = 1.22
# Widths in ems of Inter at weight 500, rounded up by class of character.
OTHER = 0.61
EMS = (
    dict.fromkeys("ABCDEFGHJKLNPRSTUVXYZ", 0.7)
    | dict.fromkeys("iljtfrI.,:;'|!()[] -", 0.36)
    | dict.fromkeys("mwMWQO%@&", 0.93)
)


@lru_cache(maxsize=4096)
def text_width(text: str, *, size: float) -> float:
    """Return about how wide a text is in pixels; a little too wide rather than too narrow."""
    return sum([EMS.get(character, OTHER) for character in text]) * size


def shortened(text: str, *, size: float, width: float) -> str:
    """Return the text, cut with an ellipsis where it would be wider than `width` pixels."""
    if text_width(text, size=size) <= width:
        return text
    while text and text_width(text + "…", size=size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True)
class Box:
    """A rectangle on the drawing, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def wider(self, by: float) -> "Box":
        """Return the box with more room to the left and right."""
        return Box(self.left - by, self.top, self.right + by, self.bottom)

    def meets(self, other: "Box") -> bool:
        """Say whether two boxes share some area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Label:
    """A placed text: `x` and `y` of its baseline, its anchor and its kind (a CSS class)."""

    text: str
    kind: str
    x: float
    y: float
    anchor: str
    size: float

    @cached_property
    def box(self) -> Box:
        """Return the area that the text covers."""
        width = text_width(self.text, size=self.size)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(
            left, self.y - self.size, left + width, self.y - self.size + self.size * LINE_HEIGHT
        )


@dataclass
class Placer:
    """Takes wishes for labels in order of importance and keeps those that find room.

    `lines` are thin things (arrows, the line of now) that a label crosses only when there is
    no other place for it.
    """

    left: float
    right: float
    placed: list[Label] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    _boxes: list[Box] = field(default_factory=list)

    def block(self, box: Box) -> None:
        """Keep an area free of labels."""
        self._boxes.append(box)

    def place(
        self,
        text: str,
        *,
        kind: str,
        places: list[tuple[float, float, str]],
        size: float = 11.5,
        gap: float = 0,
    ) -> Label | None:
        """Place a text at the first of `places` (x, y, anchor) that is free; None if none is.

        `gap` is how far other texts stay away to the left and right.
        """
        wishes = [Label(text, kind, x, y, anchor, size) for x, y, anchor in places]
        free = [label for label in wishes if self._is_free(label.box, gap=gap)]
        clear = (label for label in free if not _meets_any(label.box, self.lines))
        chosen = next(clear, free[0] if free else None)
        if chosen is not None:
            self.placed.append(chosen)
            self._boxes.append(chosen.box)
        return chosen

    def _is_free(self, box: Box, *, gap: float) -> bool:
        """Say whether a box is inside the drawing and meets nothing that was placed."""
        if box.left < self.left or box.right > self.right:
            return False
        return not _meets_any(box.wider(gap) if gap else box, self._boxes)


def _meets_any(box: Box, others: list[Box]) -> bool:
    """Say whether a box shares area with one of many; written flat because it is asked often."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    for other in others:
        if left < other.right and other.left < right and top < other.bottom and other.top < bottom:
            return True
    return False
