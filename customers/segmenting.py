"""Draw segments: name a sort of customers, try its rule, change it, put it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.editing import NameInUse, required
from customers.events import SegmentChanged
from customers.models import Contact, Segment
from customers.queries import with_addresses
from customers.segments import FACTS, contacts_fitting
from workflow.conditions import BadCondition, facts_named_by, parse_condition
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

SHOWN_AT_MOST = 10
MOST_SEGMENTS = 100


class NoSuchSegment(Refusal):
    """There is no segment of this number here."""

    code = "no_such_segment"
    status = 404


class SegmentChangedMeanwhile(Refusal):
    """Somebody else changed the segment while it was open."""

    code = "changed_meanwhile"


class TooManySegments(Refusal):
    """There are as many segments in use as a page of a case can ask for."""

    code = "too_many_segments"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many customers a rule fits now, of how many, and the first ten by name."""

    count: int
    of: int
    contacts: list[Contact]


def preview(rule: Mapping[str, Any]) -> Preview:
    """Return whom a rule fits now; three queries.

    Raises:
        BadCondition: it cannot be read, or asks for something that is not known of customers.
    """
    refuse_bad_rule(rule)
    fitting = contacts_fitting(rule)
    first = with_addresses(fitting).order_by("name", "id")
    return Preview(
        count=fitting.count(),
        of=Contact.objects.filter(joined_to__isnull=True).count(),
        contacts=list(first[:SHOWN_AT_MOST]),
    )


def refuse_bad_rule(rule: object) -> None:
    """Refuse a rule that cannot be read or asks for something that nobody knows of a customer.

    Raises:
        BadCondition: see the sentence.
    """
    unknown = sorted(facts_named_by(parse_condition(rule)) - set(FACTS))
    if unknown:
        raise BadCondition(
            _("Nothing is known of a customer that is called “%(fact)s”.")
            % {"fact": unknown[0][:60]},
            next_step=_("Use one of %(names)s.") % {"names": ", ".join(FACTS)},
        )


@transaction.atomic
def save_segment(
    *,
    number: int | None,
    name: str,
    rule: Mapping[str, Any],
    version: int | None = None,
    is_active: bool = True,
    actor: Actor,
    at: datetime,
) -> Segment:
    """Add a segment, or change one; `version` is the one that was read, where that matters.

    Raises:
        NoSuchSegment: there is none of this number.
        SegmentChangedMeanwhile: somebody changed it since it was read.
        BadCondition: the rule cannot be used.
        BadCustomer, NameInUse: the name is empty or taken.
        TooManySegments: a hundred are in use.
    """
    actor.require(Permission.CONFIGURE)
    wait_for_others()
    segment = Segment(version=0) if number is None else segment_numbered(number)
    if version is not None and segment.version != version:
        raise SegmentChangedMeanwhile(
            _("Somebody changed this segment while you had it open."),
            next_step=_("Load the page again and look at what it says now."),
        )
    kept_name = required(name, longest=80)
    refuse_bad_rule(rule)
    others = Segment.objects.exclude(pk=segment.pk or 0)
    if others.filter(name__iexact=kept_name).exists():
        raise NameInUse(
            _("There is a segment of this name already."), next_step=_("Choose another name.")
        )
    if is_active and others.filter(is_active=True).count() >= MOST_SEGMENTS:
        raise TooManySegments(
            _("%(count)d segments are in use.") % {"count": MOST_SEGMENTS},
            next_step=_("Put one away that nobody needs."),
        )
    values = {"name": kept_name, "rule": dict(rule), "is_active": is_active}
    changed = [
        key for key, value in values.items() if number is None or getattr(segment, key) != value
    ]
    if not changed:
        return segment
    if number is None:
        segment.number = (Segment.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    for key, value in values.items():
        setattr(segment, key, value)
    segment.version += 1
    segment.changed_by_id, segment.changed_at = actor.user_id, at
    segment.save()
    fields = sorted("condition" if name == "rule" else name for name in changed)
    record(
        Action.SEGMENT_CHANGED,
        segment,
        actor=actor,
        at=at,
        changes={"fields": " ".join(fields), "version": segment.version},
    )
    if changed != ["name"]:
        publish(SegmentChanged(segment_id=segment.pk), at=at)
    return segment


def segment_numbered(number: int) -> Segment:
    """Return a segment; one query.

    Raises:
        NoSuchSegment: there is none of this number.
    """
    found = Segment.objects.filter(number=number).first()
    if found is None:
        raise NoSuchSegment(
            _("There is no such segment here."), next_step=_("Look in the list of segments.")
        )
    return found


def wait_for_others() -> None:
    """Wait until nobody else draws segments of the tenant; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{tenant_of_the_scope()}:segments"],
        )
