"""Draw segments: name a sort of customers, try its rule, change it, put it away."""

from collections.abc import Iterator, Mapping
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
from customers.segments import FACTS, contacts_fitting, looks_of
from workflow.conditions import BadCondition, facts_named_by, parse_condition
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import bytes_of
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

SHOWN_AT_MOST = 10
MOST_SEGMENTS = 100
# Every page of a case reads the rules in use, and every process keeps them: these are bytes.
LONGEST_RULE = 20_000
LONGEST_TOGETHER = 200_000
MOST_LOOKS = 50


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
    refuse_long_rule(rule)
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
    if any(is_no_text(text) for text in texts_in(rule)):
        raise BadCondition(
            _("The rule holds characters that are no text."),
            next_step=_("Write the names and values of the rule anew."),
        )
    unknown = sorted(facts_named_by(parse_condition(rule)) - set(FACTS))
    if unknown:
        raise BadCondition(
            _("Nothing is known of a customer that is called “%(fact)s”.")
            % {"fact": unknown[0][:60]},
            next_step=_("Use one of %(names)s.") % {"names": ", ".join(FACTS)},
        )


def texts_in(rule: object) -> Iterator[str]:
    """Yield every text of a rule, its names and its values."""
    # No recursion: how deep it is was not looked at yet.
    rest = [rule]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            rest += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            rest += one


def is_no_text(text: str) -> bool:
    """Return whether something holds a NUL or half a letter, which no table can keep."""
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def refuse_long_rule(rule: object) -> None:
    """Refuse a rule that is too long to be asked on every page of a case, and of all customers.

    Raises:
        BadCondition: see the sentence.
    """
    size = bytes_of(rule)
    if size > LONGEST_RULE:
        raise BadCondition(
            _("This rule is %(size)d bytes long; %(most)d are allowed.")
            % {"size": size, "most": LONGEST_RULE},
            next_step=_("Ask for fewer values, or divide it into several segments."),
        )
    looks = looks_of(parse_condition(rule))
    if looks > MOST_LOOKS:
        raise BadCondition(
            _("This rule looks %(count)d times at what customers have; %(most)d are allowed.")
            % {"count": looks, "most": MOST_LOOKS},
            next_step=_("Name several products in one statement, and days by at_least, at_most."),
        )


def refuse_name_in_use(segment: Segment, name: str) -> None:
    """Refuse a name that another segment has; one query.

    Raises:
        NameInUse: see the sentence.
    """
    if Segment.objects.exclude(pk=segment.pk or 0).filter(name__iexact=name).exists():
        raise NameInUse(
            _("There is a segment of this name already."), next_step=_("Choose another name.")
        )


def refuse_too_many(segment: Segment, rule: Mapping[str, Any]) -> None:
    """Refuse to use a segment beside the others in use; one query.

    Raises:
        TooManySegments: a hundred are in use, or their rules are too long together.
    """
    others = Segment.objects.exclude(pk=segment.pk or 0).filter(is_active=True)
    sizes = [bytes_of(one) for one in others.values_list("rule", flat=True)]
    if len(sizes) >= MOST_SEGMENTS:
        raise TooManySegments(
            _("%(count)d segments are in use.") % {"count": MOST_SEGMENTS},
            next_step=_("Put one away that nobody needs."),
        )
    together = sum(sizes) + bytes_of(rule)
    if together > LONGEST_TOGETHER:
        raise TooManySegments(
            _(
                "The rules of the segments in use would be %(size)d bytes long; %(most)d are allowed."
            )
            % {"size": together, "most": LONGEST_TOGETHER},
            next_step=_("Put one away that nobody needs, or ask for fewer values."),
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
        BadCondition: the rule cannot be used, or is a new one and too long.
        BadCustomer, NameInUse: the name is empty or taken.
        TooManySegments: a hundred are in use, or their rules are too long together.
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
    refuse_name_in_use(segment, kept_name)
    values = {"name": kept_name, "rule": dict(rule), "is_active": is_active}
    changed = [
        key for key, value in values.items() if number is None or getattr(segment, key) != value
    ]
    if not changed:
        return segment
    if "rule" in changed:
        refuse_long_rule(rule)
    # What is in use already may get another name, however long the rules are.
    if is_active and changed != ["name"]:
        refuse_too_many(segment, rule)
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
