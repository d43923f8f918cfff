"""What a version refers to and stands beside: hours, ladders and who is on them, earlier levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.clocks.models import Calendar, Ladder, LadderStep, ServiceLevel
from workflow.conditions import Facts
from workflow.people.models import Membership


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A service level that is tried before another one, and whom it fits."""

    name: str
    applies_when: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known around a version.

    `ladders` holds the default one under None as well. `roles` are the codes of the roles that
    somebody active has. `is_default` and `earlier` are of the service level.
    """

    calendars: Mapping[int, Calendar]
    ladders: Mapping[int | None, Ladder]
    roles: frozenset[str]
    earlier: tuple[Earlier, ...]
    is_default: bool

    def steps(self, ladder_id: int | None) -> list[LadderStep]:
        """Return the steps of a ladder, without a query; none if it is not there."""
        ladder = self.ladders.get(ladder_id)
        return sorted(ladder.steps.all(), key=lambda step: step.position) if ladder else []


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What last month says: the facts of its cases, and how many customers are entitled now."""

    cases: Sequence[Facts]
    entitled: int


def surroundings_of(level: ServiceLevel) -> Surroundings:
    """Return what is known around the versions of a service level; five queries."""
    ladders: dict[int | None, Ladder] = {}
    for ladder in Ladder.objects.prefetch_related("steps__department").order_by("name", "id"):
        ladders[ladder.pk] = ladder
        if ladder.is_default:
            ladders[None] = ladder
    before = (
        ServiceLevel.objects.filter(is_default=False, version__isnull=False)
        .exclude(pk=level.pk)
        .select_related("version")
        .order_by("position", "id")
    )
    return Surroundings(
        calendars={one.pk: one for one in Calendar.objects.order_by("name", "id")},
        ladders=ladders,
        roles=frozenset(
            Membership.objects.filter(user__is_active=True)
            .order_by()
            .values_list("role", flat=True)
            .distinct()
        ),
        earlier=tuple(
            Earlier(name=one.name, applies_when=one.version.applies_when)
            for one in before
            if one.version is not None
            and (one.position, one.pk) < (level.position, level.pk)
            and one.version.applies_when
        ),
        is_default=level.is_default,
    )
