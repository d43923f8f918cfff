"""Shape suspected problems: say them better, take cases out and put them back, put them off."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Product
from problems.models import Pattern, PatternCase
from problems.models.pattern import PatternState
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.history.since import refuse_stale
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_TITLE = 200
LONGEST_VERSION = 40
LONGEST_SNOOZE = timedelta(days=14)


class NoSuchPattern(Refusal):
    """There is no such suspected problem, or not for this person; the answer is the same."""

    code = "no_such_pattern"
    status = 404


class PatternIsDecided(Refusal):
    """Somebody decided about the suspected problem already, or nobody has."""

    code = "pattern_is_decided"


class CaseNotInPattern(Refusal):
    """The case is not among those of the suspected problem."""

    code = "case_not_in_pattern"


class NothingToSplit(Refusal):
    """A split has to leave cases on both sides."""

    code = "nothing_to_split"


class BadSnooze(Refusal):
    """A suspected problem is put off to a moment that is ahead, and not for long."""

    code = "bad_snooze"


def lock_pattern(
    pattern_id: int, *states: PatternState, expected_version: int | None = None
) -> Pattern:
    """Return the suspected problem, locked; refuse one in another state; one query.

    Raises:
        NoSuchPattern: it is not there.
        ChangedSince: `expected_version` is given and is not the version of today.
        PatternIsDecided: it is in another state.
    """
    pattern = Pattern.objects.select_for_update().filter(pk=pattern_id).first()
    if pattern is None:
        raise NoSuchPattern(
            _("There is no such suspected problem."), next_step=_("Load the radar again.")
        )
    refuse_stale(pattern, expected_version=expected_version, name=pattern.name)
    if pattern.state not in states:
        raise PatternIsDecided(
            _("%(pattern)s does not stand where this could be done any more.")
            % {"pattern": pattern.name},
            next_step=_("Load the radar again to see what was decided."),
        )
    return pattern


def members_of(pattern: Pattern) -> QuerySet[PatternCase]:
    """Return the cases of a suspected problem that nobody took out."""
    return PatternCase.objects.filter(pattern=pattern, excluded_at__isnull=True)


def recount(pattern: Pattern, *, at: datetime) -> None:
    """Count cases and customers anew, and save; two queries.

    An organisation counts once, however many of its people wrote; so does a person without one.
    """
    counted = members_of(pattern).aggregate(
        cases=Count("pk"),
        organisations=Count("case__organisation", distinct=True),
        people=Count("case__contact", distinct=True, filter=Q(case__organisation__isnull=True)),
        first=Min("case__opened_at"),
        last=Max("case__opened_at"),
    )
    pattern.cases = counted["cases"]
    pattern.customers = counted["organisations"] + counted["people"]
    if counted["first"] is not None:
        pattern.first_case_at, pattern.last_case_at = counted["first"], counted["last"]
    pattern.changed_at = at
    pattern.save()


def rescale(pattern: Pattern, *, at: datetime) -> None:
    """Count anew after cases were taken out or put back by hand; three queries.

    What was usual was counted for all of them: half the cases have half of it.
    """
    before = pattern.cases
    now_there = members_of(pattern).count()
    if before:
        pattern.usual *= now_there / before
    recount(pattern, at=at)


def note(
    pattern: Pattern,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, ChangeValue] | None = None,
    changes_state: bool = False,
) -> None:
    """Write a line into the history of a locked suspected problem, a new edition; two queries."""
    pattern.version += 1
    Pattern.objects.filter(pk=pattern.pk).update(version=pattern.version)
    record(action, pattern, actor=actor, at=at, changes=changes, changes_state=changes_state)


@transaction.atomic
def edit_pattern(
    *,
    pattern_id: int,
    title: str,
    product: Product | None,
    product_version: str,
    department: Department | None,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Say it better; what a lead wrote the radar leaves alone from then on. Three queries.

    An empty title brings back the name that the radar gave.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        PatternIsDecided: somebody decided about it.
        TooManyCharacters: title or version is too long.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    written = one_line(title, longest=LONGEST_TITLE)
    pattern.title = written or pattern.found_title
    pattern.titled_by_id = actor.user_id if written and written != pattern.found_title else None
    pattern.product = product
    pattern.product_version = one_line(product_version, longest=LONGEST_VERSION)
    department_id = department.pk if department is not None else None
    if department_id != pattern.department_id:
        pattern.department, pattern.is_department_chosen = department, department is not None
    pattern.changed_at = at
    pattern.save()
    note(
        pattern,
        Action.PATTERN_EDITED,
        actor=actor,
        at=at,
        changes={
            "is_renamed": pattern.titled_by_id is not None,
            "product": product.pk if product is not None else None,
            "department": department_id,
        },
    )
    return pattern


@transaction.atomic
def exclude_case(
    *,
    pattern_id: int,
    case_number: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Take a case out: it has another cause, and the radar never puts it back. Six queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        CaseNotInPattern: it is not in it.
        NothingToSplit: it is the last one.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    member = member_with(pattern, case_number, is_excluded=False)
    if pattern.cases <= 1:
        raise NothingToSplit(
            _("This is the last case of %(pattern)s.") % {"pattern": pattern.name},
            next_step=_("Dismiss the suspected problem instead."),
        )
    member.excluded_at, member.excluded_by_id = at, actor.user_id
    member.save(update_fields=["excluded_at", "excluded_by"])
    rescale(pattern, at=at)
    note(
        pattern,
        Action.PATTERN_CASE_EXCLUDED,
        actor=actor,
        at=at,
        changes={"case": member.case_id, "number": case_number},
    )
    return pattern


@transaction.atomic
def include_case(
    *,
    pattern_id: int,
    case_number: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Put a case back that was taken out. Seven queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        CaseNotInPattern: nobody took it out, or another pattern has it by now.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    member = member_with(pattern, case_number, is_excluded=True)
    if PatternCase.objects.filter(case_id=member.case_id, excluded_at__isnull=True).exists():
        raise CaseNotInPattern(
            _("Case #%(case)s belongs to another suspected problem by now.")
            % {"case": case_number},
            next_step=_("Take it out there first, or merge the two."),
        )
    member.excluded_at, member.excluded_by_id = None, None
    member.save(update_fields=["excluded_at", "excluded_by"])
    rescale(pattern, at=at)
    note(
        pattern,
        Action.PATTERN_CASE_INCLUDED,
        actor=actor,
        at=at,
        changes={"case": member.case_id, "number": case_number},
    )
    return pattern


def member_with(pattern: Pattern, case_number: int, *, is_excluded: bool) -> PatternCase:
    """Return the membership of a case; one query.

    Raises:
        CaseNotInPattern: there is none.
    """
    member = PatternCase.objects.filter(
        pattern=pattern, case__number=case_number, excluded_at__isnull=not is_excluded
    ).first()
    if member is None:
        raise CaseNotInPattern(
            _("Case #%(case)s is not there in %(pattern)s.")
            % {"case": case_number, "pattern": pattern.name},
            next_step=_("Load the page again."),
        )
    return member


def decide(pattern: Pattern, *, actor: Actor, at: datetime) -> None:
    """Note who decided about it when, and how big it was, and save; one query."""
    pattern.decided_by_id, pattern.decided_at = actor.user_id, at
    pattern.decided_customers = pattern.customers
    pattern.snoozed_until = None
    pattern.changed_at = at
    pattern.save()


def undecide(pattern: Pattern, *, at: datetime) -> None:
    """Forget the decision about it; the history keeps it. No query."""
    pattern.problem, pattern.accepted_by, pattern.survivor = None, "", None
    pattern.reason, pattern.note = "", ""
    pattern.decided_by, pattern.decided_at = None, None
    pattern.decided_customers = 0
    pattern.changed_at = at


@transaction.atomic
def snooze_pattern(
    *,
    pattern_id: int,
    until: datetime,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Put it off until a moment (aware), or until it has grown by half. Three queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        BadSnooze: the moment is past, or more than two weeks ahead.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    if not at < until <= at + LONGEST_SNOOZE:
        raise BadSnooze(
            _("It can be put off for two weeks at most, and not into the past."),
            next_step=_("Choose another time."),
        )
    pattern.snoozed_until, pattern.decided_customers = until, pattern.customers
    pattern.changed_at = at
    pattern.save()
    note(
        pattern,
        Action.PATTERN_SNOOZED,
        actor=actor,
        at=at,
        changes={"until": until.isoformat(timespec="minutes")},
    )
    return pattern


@transaction.atomic
def wake_pattern(
    *,
    pattern_id: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Take up again what was put off; a second time changes nothing. At most four queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    if pattern.snoozed_until is None:
        return pattern
    pattern.snoozed_until, pattern.decided_customers = None, 0
    pattern.changed_at = at
    pattern.save()
    note(pattern, Action.PATTERN_WOKEN, actor=actor, at=at)
    return pattern


def mark_seen(pattern_id: int, *, at: datetime) -> None:
    """Note that somebody who decides has looked at it; one query, nothing in the history."""
    Pattern.objects.filter(pk=pattern_id, seen_at__isnull=True).update(seen_at=at)


def fetch_back(pattern: Pattern, survivor: Pattern) -> None:
    """Take the cases that a merge gave away, as far as they are still there; those of others too.

    Two queries, and one for each step of a chain of merges.
    """
    there = PatternCase.objects.filter(pattern=survivor)
    there.filter(origin=pattern).update(pattern=pattern, origin=None)
    there.filter(origin__in=merged_into(pattern)).update(pattern=pattern)


def merged_into(pattern: Pattern) -> set[int]:
    """Return the ids of those that were merged into one, also by way of others."""
    found: set[int] = set()
    latest = {pattern.pk}
    while latest:
        rows = Pattern.objects.filter(survivor_id__in=latest, state=PatternState.MERGED)
        latest = set(rows.values_list("pk", flat=True)) - found
        found |= latest
    return found
