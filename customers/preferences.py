"""What customers want to be told by mail and when, and what they may see; the own data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Contact, ContactAddress, PortalLink, PortalSession, Preference
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LANGUAGES = {"en": "English"}
LONGEST_ABSENCE = timedelta(days=366)


class Topic(StrEnum):
    """What a customer can switch off; what is not listed here is always sent."""

    ANSWERS = "answers"
    PROGRESS = "progress"
    SOLUTIONS = "solutions"


class BadPreference(Refusal):
    """A preference cannot be kept; `field` says which."""

    code = "bad_preference"

    def __init__(self, sentence: str, *, next_step: str, field: str) -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


class NoOrganisation(Refusal):
    """Somebody without an organisation has no colleagues whose cases to see."""

    code = "no_organisation"


class NotYourself(Refusal):
    """Only customers change their own preferences."""

    code = "not_yourself"
    status = 403


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a customer wishes; quiet hours are times of day in the own time zone, both or none.

    `wants_call` asks for calls instead of mail, `away_until` is the last day of an absence.
    """

    topics: frozenset[Topic] = frozenset(Topic)
    quiet_from: time | None = None
    quiet_until: time | None = None
    wants_call: bool = False
    away_until: date | None = None


def wishes_of(contact_id: int) -> Wishes:
    """Return what a customer wishes; by default everything, always. One query."""
    row = Preference.objects.filter(contact_id=contact_id).first()
    return wishes_in(row) if row else Wishes()


def wishes_kept(contact: Contact) -> Wishes:
    """Return what a customer in the portal wishes; no query, the stay brought it along."""
    if not hasattr(contact, "mails_switched"):
        return wishes_of(contact.pk)
    switched = contact.mails_switched
    return Wishes(topics=frozenset(t for t in Topic if not switched or switched[0][t.value]))


def wishes_in(row: Preference) -> Wishes:
    """Return the wishes of a row; no query."""
    switched = {
        Topic.ANSWERS: row.mail_answers,
        Topic.PROGRESS: row.mail_progress,
        Topic.SOLUTIONS: row.mail_solutions,
    }
    return Wishes(
        topics=frozenset(topic for topic, is_on in switched.items() if is_on),
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        wants_call=row.wants_call,
        away_until=row.away_until,
    )


def who_wants(topic: Topic | None, contacts: Collection[int]) -> set[int]:
    """Return which of these customers want to be mailed about a topic; one query.

    Without a topic it is something that everybody is told.
    """
    if topic is None:
        return set(contacts)
    switched_off = Preference.objects.filter(
        **{"contact_id__in": contacts, f"mail_{topic.value}": False}
    ).values_list("contact_id", flat=True)
    return set(contacts) - set(switched_off)


def quiet_until(contacts: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """Return until when those of these customers have quiet hours who have them now; one query."""
    rows = Preference.objects.filter(
        contact_id__in=list(contacts), quiet_from__isnull=False
    ).select_related("contact", "tenant")
    found = {}
    for row in rows:
        ends = end_of_quiet(
            wishes_in(row),
            timezone=timezone_of(row.contact, otherwise=row.tenant.timezone),
            at=at,
        )
        if ends is not None:
            found[row.contact_id] = ends
    return found


def end_of_quiet(wishes: Wishes, *, timezone: str, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which a moment lies, or None if it lies in none.

    Hours that end before they begin pass midnight; the end is a time of day where the customer is.
    """
    first, last = wishes.quiet_from, wishes.quiet_until
    if first is None or last is None or first == last:
        return None
    local = at.astimezone(ZoneInfo(timezone))
    now = local.time()
    is_quiet = first <= now < last if first < last else now >= first or now < last
    if not is_quiet:
        return None
    day = local.date() if now < last else local.date() + timedelta(days=1)
    return datetime.combine(day, last, tzinfo=local.tzinfo).astimezone(at.tzinfo)


def timezone_of(contact: Contact, *, otherwise: str) -> str:
    """Return the time zone of a customer, or another one if the customer has not named any.

    Contacts are met in UTC; whoever means it chooses Etc/UTC.
    """
    return otherwise if contact.timezone == "UTC" else contact.timezone


def addresses_of(contact_id: int) -> list[ContactAddress]:
    """Return the addresses of a customer, the first one first; one query."""
    return list(
        ContactAddress.objects.filter(contact_id=contact_id).order_by("-is_primary", "kind", "id")
    )


def may_be_away_until(day: date | None, *, at: datetime) -> bool:
    """Whether an absence can last until a day; none always can."""
    # A day may have begun elsewhere before it begins in UTC, and end there later.
    first, last = at - timedelta(days=1), at + LONGEST_ABSENCE
    return day is None or first.date() <= day <= last.date()


def still_away(until: date | None, *, at: datetime) -> date | None:
    """Return the last day of an absence that is not over, else None."""
    return until if until is not None and until >= at.date() else None


def refuse_somebody_else(actor: Actor, contact_id: int) -> None:
    """Refuse everybody but the customer.

    Raises:
        NotYourself: it is somebody else.
    """
    if actor.kind is not ActorKind.CONTACT or actor.id != contact_id:
        raise NotYourself(
            _("These are somebody else's preferences."), next_step=_("Open your own.")
        )


@transaction.atomic
def save_preferences(
    contact_id: int,
    *,
    name: str,
    language: str,
    timezone: str,
    wishes: Wishes,
    actor: Actor,
    at: datetime,
) -> Contact:
    """Keep what a customer says about the own name, language, time zone and wishes.

    Raises:
        BadPreference: which field, and why.
        NotYourself: somebody else asked.
    """
    refuse_somebody_else(actor, contact_id)
    name = one_line(name, longest=160)
    if not name:
        raise BadPreference(
            _("A name is needed."), next_step=_("Write how we may call you."), field="name"
        )
    if language not in LANGUAGES:
        raise BadPreference(
            _("We do not write in this language yet."),
            next_step=_("Choose one from the list."),
            field="language",
        )
    if timezone not in available_timezones():
        raise BadPreference(
            _("There is no such time zone."),
            next_step=_("Choose one such as Europe/Berlin."),
            field="timezone",
        )
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise BadPreference(
            _("Quiet hours have a begin and an end."),
            next_step=_("Fill in both, or none."),
            field="quiet_from",
        )
    if not may_be_away_until(wishes.away_until, at=at):
        raise BadPreference(
            _("Nobody is away until then."),
            next_step=_("Choose a day from today on, within a year."),
            field="away_until",
        )
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    contact.name = name
    contact.language = language
    contact.timezone = timezone
    contact.save(update_fields=["name", "language", "timezone"])
    Preference.objects.update_or_create(
        contact=contact,
        defaults={
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "wants_call": wishes.wants_call,
            "away_until": wishes.away_until,
            # The customer is here: what a machine said of an absence is over.
            "away_said_at": None,
            **{f"mail_{topic.value}": topic in wishes.topics for topic in Topic},
        },
    )
    record(
        Action.CONTACT_CHANGED,
        contact,
        actor=actor,
        at=at,
        changes={
            "mailed_about": " ".join(sorted(wishes.topics)),
            "has_quiet_hours": wishes.quiet_from is not None,
            "wants_call": wishes.wants_call,
            "is_away": wishes.away_until is not None,
        },
    )
    return contact


@transaction.atomic
def choose_topics(
    contact_id: int, *, topics: Collection[Topic], actor: Actor, at: datetime
) -> None:
    """Keep about what a customer wants to be mailed, and leave the other wishes as they are.

    Raises:
        NotYourself: somebody else asked.
    """
    refuse_somebody_else(actor, contact_id)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    Preference.objects.update_or_create(
        contact=contact, defaults={f"mail_{topic.value}": topic in topics for topic in Topic}
    )
    words = " ".join(sorted(topic.value for topic in topics))
    record(Action.CONTACT_CHANGED, contact, actor=actor, at=at, changes={"mailed_about": words})


@transaction.atomic
def sign_out_everywhere(contact_id: int, *, actor: Actor, at: datetime) -> int:
    """End every stay of a customer in the portal and every mailed way in; returns how many.

    Raises:
        NotYourself: somebody else asked.
    """
    refuse_somebody_else(actor, contact_id)
    ended, _kinds = PortalSession.objects.filter(contact_id=contact_id).delete()
    PortalLink.objects.filter(contact_id=contact_id, expires_at__gt=at).update(expires_at=at)
    contact = Contact.objects.get(pk=contact_id)
    record(Action.CONTACT_SIGNED_OUT, contact, actor=actor, at=at, changes={"stays": ended})
    return ended


@transaction.atomic
def let_see_organisation(contact_id: int, *, sees: bool, actor: Actor, at: datetime) -> Contact:
    """Let a customer see the cases of all colleagues, or no longer.

    Raises:
        NoOrganisation: the customer belongs to none.
        NotPermitted: the actor may not change customers.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    if sees and contact.organisation_id is None:
        raise NoOrganisation(
            _("This customer belongs to no organisation."),
            next_step=_("Put the customer into one first."),
        )
    contact.sees_organisation = sees
    contact.save(update_fields=["sees_organisation"])
    record(
        Action.CONTACT_CHANGED,
        contact,
        actor=actor,
        at=at,
        changes={"sees_organisation": sees, "organisation": contact.organisation_id},
    )
    return contact
