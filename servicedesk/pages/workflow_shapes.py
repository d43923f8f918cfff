"""What a drawing of a workflow consists of: cards, arrows and lanes with their places in pixels."""

from dataclasses import dataclass

WIDTH = 176.0
HEIGHT = 72.0


@dataclass(frozen=True, slots=True)
class Card:
    """A stage's rectangle while arrows are routed around it."""

    left: float
    top: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + WIDTH

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + HEIGHT


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong at a place: `words` are short, `says` is the whole of it."""

    words: str
    says: str
    is_fault: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStage:
    """A stage as a card.

    `hue` is the CSS class of its state, `rank` the place of it; `standing` is here, been, next or empty and `standing_words`
    says it; `lines` are the name in one or two lines. `says` names its link for readers.
    """

    key: str
    name: str
    lines: tuple[tuple[str, float], ...]
    owner: str
    owner_y: float
    state: str
    state_code: str
    state_y: float
    dot_y: float
    hue: str
    rank: int
    href: str
    says: str
    x: float
    y: float
    told: Told | None
    standing: str
    standing_words: str
    standing_width: float
    is_start: bool
    is_end: bool
    is_selected: bool


@dataclass(frozen=True, slots=True)
class StepLabel:
    """The name of a step beside its arrow: a box around its middle, with its lines in it."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[str, float], ...]

    @property
    def half_width(self) -> float:
        """How far the box reaches to either side of its middle."""
        return self.width / 2

    @property
    def half_height(self) -> float:
        """How far the box reaches above and below its middle."""
        return self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStep:
    """A step as an arrow.

    `kind` is forward, side or back, each with a line and a head of its own. `gate` is where the
    diamond of an approval stands. `says` names the arrow for readers.
    """

    key: str
    name: str
    begin: str
    end: str
    kind: str
    says: str
    line: str
    head: str
    label: StepLabel | None
    gate: tuple[float, float] | None
    tone: str
    is_open: bool
    is_taken: bool
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A band behind the cards, with its name."""

    name: str
    hue: str
    y: float
    height: float
    text_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """The whole drawing; `unnamed` counts the arrows whose name stands in the list only.

    `arrangement` is drawn, states or departments; only what is drawn can be moved.
    """

    left: float
    top: float
    width: float
    height: float
    says: str
    arrangement: str
    lanes: tuple[Lane, ...]
    stages: tuple[DrawnStage, ...]
    steps: tuple[DrawnStep, ...]
    unnamed: int

    @property
    def outline(self) -> list[tuple[DrawnStage, list[DrawnStep]]]:
        """Return each stage with the steps that lead out of it: the drawing in words."""
        return [
            (stage, [step for step in self.steps if step.begin == stage.key])
            for stage in self.stages
        ]
