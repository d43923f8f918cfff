"""What a drawing of a journey consists of: shapes and texts with their places in pixels."""

from dataclasses import dataclass

from servicedesk.pages.journey_labels import Label


@dataclass(frozen=True)
class Shape:
    """A rectangle: `kind` is its CSS class, `hue` its colour."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    hue: str = ""


@dataclass(frozen=True)
class DrawnLeg:
    """A leg as shapes; `says` names the link."""

    number: int
    lane: int
    hue: str
    href: str
    says: str
    x: float
    y: float
    bars: tuple[Shape, ...]
    hit: Shape


@dataclass(frozen=True)
class DrawnTask:
    """A task of another department: a thin bar, and the line that forks off to it."""

    hue: str
    href: str
    says: str
    line: str
    bar: Shape
    hit: Shape


@dataclass(frozen=True)
class Badge:
    """The number of a leg where it begins, above all bars; `width` is that of its round frame."""

    number: int
    hue: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class DrawnUsual:
    """The pale line of how long a department usually has it."""

    hue: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class DrawnLane:
    """A department's row."""

    name: str
    sums: str
    hue: str
    top: float
    middle: float


@dataclass(frozen=True)
class Handover:
    """A line from one lane to another with its arrowhead; `kind` is sent-back or empty."""

    kind: str
    line: str
    head: str


@dataclass(frozen=True)
class Line:
    """A vertical line with what kind it is: grid, now, flag-line, old.

    `in_an_hour` is where the line of now stands an hour later.
    """

    kind: str
    x: float
    in_an_hour: float | None = None


@dataclass(frozen=True)
class Picture:
    """The whole drawing, in pixels of a box of `width` by `height`."""

    width: float
    height: float
    top: float
    bottom: float
    gutter: float
    says: str
    narrow_note: str
    lanes: tuple[DrawnLane, ...]
    closed: tuple[Shape, ...]
    today: Shape | None
    grid: tuple[Line, ...]
    volumes: tuple[Shape, ...]
    told: tuple[float, ...]
    likely: Shape | None
    handovers: tuple[Handover, ...]
    plans: tuple[Shape, ...]
    legs: tuple[DrawnLeg, ...]
    badges: tuple[Badge, ...]
    tasks: tuple[DrawnTask, ...]
    usual: tuple[DrawnUsual, ...]
    cause: tuple[float, float] | None
    flags: tuple[Line, ...]
    now: Line | None
    labels: tuple[Label, ...]
    volume_title: str
    told_title: str
