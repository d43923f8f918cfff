"""Place texts on a drawing so that none lies on another; what does not fit is left out."""

from dataclasses import dataclass, field

NARROW = frozenset("iljtfrI.,:;'|!()[] -")
WIDE = frozenset("mwMWQO%@&")
LINE_HEIGHT = 1.22


def text_width(text: str, *, size: float) -> float:
    """Return about how wide a text is in pixels; a little too wide rather than too narrow."""
    ems = sum(
        0.36 if c in NARROW else 0.93 if c in WIDE else 0.7 if c.isupper() else 0.61 for c in text
    )
    return ems * size


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

    @property
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
        self, text: str, *, kind: str, places: list[tuple[float, float, str]], size: float = 11.5
    ) -> Label | None:
        """Place a text at the first of `places` (x, y, anchor) that is free; None if none is."""
        wishes = [Label(text, kind, x, y, anchor, size) for x, y, anchor in places]
        free = [label for label in wishes if self._is_free(label.box)]
        clear = [label for label in free if not any(label.box.meets(line) for line in self.lines)]
        chosen = next(iter(clear or free), None)
        if chosen is not None:
            self.placed.append(chosen)
            self._boxes.append(chosen.box)
        return chosen

    def _is_free(self, box: Box) -> bool:
        """Say whether a box is inside the drawing and meets nothing that was placed."""
        if box.left < self.left or box.right > self.right:
            return False
        return not any(box.meets(other) for other in self._boxes)
