"""Whom a broadcast is for: people of the ledger, chosen by codes that say who."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Segment
from customers.segments import contacts_in
from problems.hearers import stands_or_follows
from problems.models import Affected, Broadcast, CaseLink, Estimate, Told
from problems.models.affected import HOW_FOUND
from problems.models.broadcast import BroadcastKind
from problems.models.link import LinkKind
from workflow.refusals import Refusal

SAID_FIXED = "fixed:"
WHO = ("all", "with_case", "without_case", "unconfirmed")


class BadRecipients(Refusal):
    """Recipients were described by something that is not there."""

    code = "bad_recipients"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            _("Nobody can be chosen like this."),
            next_step=_("Choose from the lists; what is left open leaves nobody out."),
        )


def is_known(values: Mapping[str, Any]) -> bool:
    """Whether values of another program or an old row are such as `Chosen` holds."""
    ids = (values["segment"], values["organisation"])
    return (
        values["who"] in WHO
        and values["found"] in ("", *HOW_FOUND)
        and isinstance(values["language"], str)
        and all(type(one) is int and 0 <= one < 2**63 for one in ids)
    )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which of those affected are meant; what is empty leaves nobody out.

    `who` is one of `WHO`, `found` how they were found, `language` a code, the others are ids.
    """

    who: str = "all"
    found: str = ""
    language: str = ""
    segment: int = 0
    organisation: int = 0

    @classmethod
    def of(cls, filters: Mapping[str, Any]) -> "Chosen":
        """Return what stored or sent filters say.

        Raises:
            BadRecipients: a name or a value that nobody knows.
        """
        values: dict[str, Any] = {**vars(cls()), **filters}
        if set(values) != set(vars(cls())) or not is_known(values):
            raise BadRecipients
        return cls(**values)

    def as_filters(self) -> dict[str, str | int]:
        """Return what is stored: only what leaves somebody out."""
        usual = Chosen()
        return {name: value for name, value in vars(self).items() if value != getattr(usual, name)}


def recipients(
    problem_id: int,
    *,
    kind: BroadcastKind,
    chosen: Chosen | None = None,
    estimate: Estimate | None = None,
    since: datetime | None = None,
) -> QuerySet[Affected]:
    """Return whom a broadcast of a problem is for, by id; those told before are among them.

    They are those affected and those who followed before `since`, when it was let go. A regression
    is for those who were told that it was fixed, a date that was taken back (`estimate`) for those
    who were told anything since it was said.
    """
    chosen = chosen or Chosen()
    rows = Affected.objects.filter(stands_or_follows(problem_id, since=since), problem=problem_id)
    if kind == BroadcastKind.PROMISE and estimate is not None:
        rows = rows.filter(
            Exists(Told.objects.filter(affected=OuterRef("pk"), at__gte=estimate.at))
        )
    if kind == BroadcastKind.REGRESSION:
        rows = rows.filter(
            Exists(Told.objects.filter(affected=OuterRef("pk"), message__startswith=SAID_FIXED))
        )
    return rows.filter(matching(chosen, problem_id=problem_id)).order_by("id")


def matching(chosen: Chosen, *, problem_id: int) -> Q:
    """Return the condition that some filters make; one query where a segment is named.

    Raises:
        BadRecipients: there is no such segment.
    """
    condition = Q()
    if chosen.found:
        condition &= Q(found=chosen.found, left_at__isnull=True)
    if chosen.language:
        condition &= Q(contact__language=chosen.language)
    if chosen.organisation:
        condition &= Q(contact__organisation_id=chosen.organisation)
    if chosen.segment:
        segment = Segment.objects.filter(pk=chosen.segment).first()
        if segment is None:
            raise BadRecipients
        condition &= Q(contact_id__in=contacts_in(segment).values("pk"))
    if chosen.who == "unconfirmed":
        condition &= Q(confirmed_at__isnull=True)
    if chosen.who in ("with_case", "without_case"):
        has_case = Exists(
            CaseLink.objects.filter(
                problem_id=problem_id,
                kind=LinkKind.CONFIRMED,
                case__contact=OuterRef("contact"),
            )
        )
        condition &= Q(has_case) if chosen.who == "with_case" else ~Q(has_case)
    return condition


def recipients_of(broadcast: Broadcast) -> QuerySet[Affected]:
    """Return whom a broadcast is for, by id, told or not."""
    return recipients(
        broadcast.problem_id,
        kind=BroadcastKind(broadcast.kind),
        chosen=Chosen.of(broadcast.filters),
        estimate=broadcast.estimate,
        since=broadcast.released_at,
    )


def untold(rows: QuerySet[Affected], *, occasion: str) -> QuerySet[Affected]:
    """Return those among some who were not told an occasion."""
    return rows.filter(~Exists(Told.objects.filter(affected=OuterRef("pk"), message=occasion)))
