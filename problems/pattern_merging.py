"""Merge suspected problems that are one, and split one that is two."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases.numbering import next_number
from problems.models import Pattern, PatternCase
from problems.models.pattern import PatternState
from problems.pattern_shaping import (
    LONGEST_TITLE,
    NothingToSplit,
    decide,
    lock_pattern,
    members_of,
    note,
    recount,
    rescale,
)
from workflow.history.actions import Action
from workflow.lengths import fitting
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class SameForMerge(Refusal):
    """A suspected problem cannot be merged with itself."""

    code = "same_for_merge"


class PatternUntitled(Refusal):
    """A suspected problem needs a name."""

    code = "pattern_untitled"
    status = 422


def lock_both(
    first_id: int, second_id: int, *, expected_version: int | None
) -> tuple[Pattern, Pattern]:
    """Return two suspected problems that wait for a decision, locked in one order; two queries.

    `expected_version` is that of the first.

    Raises:
        NoSuchPattern, PatternIsDecided, ChangedSince: see `lock_pattern`.
    """
    versions = {second_id: None, first_id: expected_version}
    # Two leads who merge them crosswise must not wait for one another.
    locked = {
        pk: lock_pattern(pk, PatternState.PROPOSED, expected_version=versions[pk])
        for pk in sorted(versions)
    }
    return locked[first_id], locked[second_id]


@transaction.atomic
def merge_patterns(
    *,
    pattern_id: int,
    into_id: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Say that two are one: the cases go to the other, which is returned. About ten queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        SameForMerge: both are the same.
        PatternIsDecided: somebody decided about one of them.
    """
    actor.require(Permission.STEER_PROBLEM)
    if pattern_id == into_id:
        raise SameForMerge(
            _("This is the same suspected problem."), next_step=_("Choose another one.")
        )
    pattern, survivor = lock_both(pattern_id, into_id, expected_version=expected_version)
    move(pattern, survivor)
    pattern.merge()
    pattern.survivor = survivor
    decide(pattern, actor=actor, at=at)
    survivor.usual += pattern.usual
    recount(survivor, at=at)
    for one, other in ((pattern, survivor), (survivor, pattern)):
        note(
            one,
            Action.PATTERN_MERGED,
            actor=actor,
            at=at,
            changes={"with": other.name},
            changes_state=one is pattern,
        )
    return survivor


def move(pattern: Pattern, survivor: Pattern) -> None:
    """Give the cases of one to the other; what was taken out there stays out. Two queries.

    Where one that is merged has cases of another, each keeps the first as its origin, so that
    merges are taken back one by one.
    """
    known = PatternCase.objects.filter(pattern=survivor).values("case_id")
    members_of(pattern).exclude(case_id__in=known).update(
        pattern=survivor, origin=Coalesce("origin", Value(pattern.pk))
    )


@transaction.atomic
def split_pattern(
    *,
    pattern_id: int,
    case_numbers: Collection[int],
    title: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Make a suspected problem of its own from some of the cases, and return it. Eleven queries.

    Merging it back takes the split back.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        PatternUntitled: the new one has no name.
        NothingToSplit: none or all of the cases were chosen.
    """
    actor.require(Permission.STEER_PROBLEM)
    named = fitting(title, longest=LONGEST_TITLE)
    if not named:
        raise PatternUntitled(
            _("The new suspected problem needs a name."),
            next_step=_("Say in a line what these cases have in common."),
        )
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    chosen = list(
        members_of(pattern).filter(case__number__in=case_numbers).values_list("pk", flat=True)
    )
    if not 0 < len(chosen) < pattern.cases:
        raise NothingToSplit(
            _("A split needs cases on both sides."),
            next_step=_("Choose some of the cases, not none and not all."),
        )
    fresh = Pattern(
        number=next_number("pattern"),
        title=named,
        found_title=named,
        titled_by_id=actor.user_id,
        product_id=pattern.product_id,
        product_version=pattern.product_version,
        region=pattern.region,
        department_id=pattern.department_id,
        is_department_chosen=pattern.is_department_chosen,
        cause=pattern.cause,
        usual=pattern.usual * len(chosen) / pattern.cases,
        first_case_at=pattern.first_case_at,
        last_case_at=pattern.last_case_at,
        found_at=at,
        changed_at=at,
        seen_at=at,
    )
    fresh.save()
    PatternCase.objects.filter(pk__in=chosen).update(pattern=fresh, origin=None)
    rescale(pattern, at=at)
    recount(fresh, at=at)
    note(
        fresh,
        Action.PATTERN_FOUND,
        actor=actor,
        at=at,
        changes={"from": pattern.name, "cases": fresh.cases},
        changes_state=True,
    )
    note(
        pattern,
        Action.PATTERN_SPLIT,
        actor=actor,
        at=at,
        changes={"with": fresh.name, "cases": fresh.cases},
    )
    return fresh
