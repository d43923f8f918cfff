"""What a tenant allows its matching: how far it goes at each door, and when it may link by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from cases.states import Channel
from problems.models import MatchingPolicy
from problems.models.matching_policy import LEAST_PRECISION, MOST_PRECISION, USUAL_PRECISION
from workflow.amending import remember
from workflow.history.recording import ChangeValue
from workflow.history.since import refuse_stale
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

__all__ = [
    "LEAST_PRECISION",
    "MOST_PRECISION",
    "Allowed",
    "BadMatchingPolicy",
    "DoorMode",
    "allowed_matching",
    "set_matching_policy",
]


class DoorMode(StrEnum):
    """How far the matching goes with what comes by a door."""

    OFF = "off"
    SUGGEST = "suggest"
    LINK = "link"


class BadMatchingPolicy(Refusal):
    """The matching cannot be set like this."""

    code = "bad_matching_policy"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the matching may do: how far at each door, and whether it may link by itself at all.

    `wanted_precision` is in per cent: so many of a hundred automatic links have to be right.
    `version` is the edition of these settings.
    """

    links_alone: bool = False
    wanted_precision: int = USUAL_PRECISION
    doors: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    def mode_at(self, channel: str) -> DoorMode:
        """Return how far the matching goes with what comes by a channel.

        Imported cases are old: nobody waits for them, and each link would make a case wait.
        """
        usual = DoorMode.SUGGEST if channel == Channel.IMPORT else DoorMode.LINK
        return DoorMode(self.doors.get(channel, usual))

    def may_link_at(self, channel: str) -> bool:
        """Whether a case that came by a channel may be linked without a person."""
        return self.links_alone and self.mode_at(channel) is DoorMode.LINK


def allowed_matching() -> Allowed:
    """Return what the tenant allows its matching; one query."""
    kept = MatchingPolicy.objects.values(
        "links_alone", "wanted_precision", "doors", "version"
    ).first()
    return Allowed(**kept) if kept is not None else Allowed()


@transaction.atomic
def set_matching_policy(
    *,
    links_alone: bool,
    wanted_precision: int,
    doors: Mapping[str, str] | None,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Allowed:
    """Say what the matching may do; a door that is not named keeps its usual way. Five queries.

    None for `doors` leaves each as it is.

    Raises:
        NotPermitted: the actor does not configure.
        ChangedSince: somebody was faster.
        BadMatchingPolicy: there is no such door or way, or the precision cannot be asked for.
    """
    actor.require(Permission.CONFIGURE)
    refuse_unusable(wanted_precision=wanted_precision, doors=doors or {})
    MatchingPolicy.objects.bulk_create([MatchingPolicy()], ignore_conflicts=True)
    row = MatchingPolicy.objects.select_for_update().get()
    refuse_stale(row, expected_version=expected_version, name=_("The matching"))
    before = allowed_in(row)
    row.links_alone, row.wanted_precision = links_alone, wanted_precision
    if doors is not None:
        row.doors = dict(doors)
    row.version += 1
    row.save()
    after = allowed_in(row)
    remember(row, actor=actor, at=at, changes=changes_between(before, after))
    return after


def allowed_in(row: MatchingPolicy) -> Allowed:
    """Return what a row of settings allows; no query."""
    return Allowed(
        links_alone=row.links_alone,
        wanted_precision=row.wanted_precision,
        doors=row.doors,
        version=row.version,
    )


def refuse_unusable(*, wanted_precision: int, doors: Mapping[str, str]) -> None:
    """Refuse what cannot be done."""
    if not LEAST_PRECISION <= wanted_precision <= MOST_PRECISION:
        raise BadMatchingPolicy(
            _("Automatic links have to be right in %(least)d to %(most)d of 100 cases.")
            % {"least": LEAST_PRECISION, "most": MOST_PRECISION},
            next_step=_("Choose a number between the two; 97 is usual."),
        )
    channels, modes = {one.value for one in Channel}, {one.value for one in DoorMode}
    if not (set(doors) <= channels and set(doors.values()) <= modes):
        raise BadMatchingPolicy(
            _("There is no such door, or the matching knows no such way."),
            next_step=_("Load the page again, and choose for each door one of the ways listed."),
        )


def changes_between(before: Allowed, after: Allowed) -> dict[str, ChangeValue]:
    """Return what changed in codes, as the history keeps it."""
    changes: dict[str, ChangeValue] = {"what": "matching"}
    if before.links_alone != after.links_alone:
        changes["links_alone"] = after.links_alone
    if before.wanted_precision != after.wanted_precision:
        changes["wanted_precision"] = after.wanted_precision
    for channel in Channel:
        if before.mode_at(channel) is not after.mode_at(channel):
            changes[channel.value] = after.mode_at(channel).value
    return changes
