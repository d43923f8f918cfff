"""Suspect problems: what a look found becomes patterns that wait for a lead, grow, come back, fade."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from cases.models import Case
from cases.numbering import next_number
from customers.models import Product
from problems.events import PatternRaised
from problems.facts import facts, facts_before_opening
from problems.models import CaseLink, Pattern, PatternCase, Problem, Radar
from problems.models.link import LinkKind
from problems.models.pattern import PatternState
from problems.pattern_shaping import lock_pattern, members_of, note, recount, undecide
from problems.states import ProblemState
from workflow.history.actions import Action
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.routing.deciding import decide

RADAR = Actor.system("radar")
FADES_AFTER = timedelta(days=14)
# What was put off is shown again before its time once half as many more customers wrote.
WAKES_AT = 1.5
ALIKE_FROM = 0.5
LONGEST_TITLE = 200
# Cases that are no customer's matter: nobody suspects a problem behind them.
NO_CASE = ("spam", "merged")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What the cases have in common beyond chance: what people write, and what they share.

    `phrases` are words as customers write them, `shares` name a fact, its value and how many times
    as frequent it is among these cases as among all.
    """

    title: str
    phrases: tuple[str, ...] = ()
    shares: tuple[tuple[str, str, float], ...] = ()
    product_id: int | None = None
    product_version: str = ""
    region: str = ""

    def kept(self) -> dict[str, object]:
        """Return it as a row keeps it."""
        return {
            "phrases": list(self.phrases),
            "shares": [[fact, value, round(times, 1)] for fact, value, times in self.shares],
        }


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """Cases that a look found to belong together, how many were usual, and their cause.

    `again` is the dismissed or faded pattern that they bring back.
    """

    case_ids: Sequence[int]
    usual: float
    cause: Cause
    again: int | None = None


@dataclass(kw_only=True)
class Suspected:
    """What came of a look: patterns raised, and those that grew, by id."""

    raised: list[int] = field(default_factory=list)
    grown: list[int] = field(default_factory=list)


@transaction.atomic
def suspect(suspicion: Suspicion, *, radar: Radar, at: datetime) -> Pattern | None:
    """Raise a pattern, or bring one back; None if too few customers are left. About 20 queries.

    Cases that a person linked to a problem meanwhile, that are spam, or that another pattern has,
    do not count.
    """
    free = free_cases(suspicion.case_ids)
    if suspicion.again is not None:
        return come_back(suspicion, free, at=at)
    if customers_in(free) < radar.least_customers:
        return None
    pattern = Pattern(
        number=next_number("pattern"),
        title=suspicion.cause.title[:LONGEST_TITLE],
        found_title=suspicion.cause.title[:LONGEST_TITLE],
        usual=suspicion.usual,
        first_case_at=min(case.opened_at for case in free),
        last_case_at=max(case.opened_at for case in free),
        found_at=at,
        changed_at=at,
    )
    pattern.save()
    put_in(pattern, [case.pk for case in free], at=at)
    describe(pattern, suspicion.cause)
    recount(pattern, at=at)
    tell_raised(pattern, Action.PATTERN_FOUND, at=at)
    return pattern


def tell_raised(pattern: Pattern, action: Action, *, at: datetime) -> None:
    """Write it into the history and tell the leads; four queries."""
    note(
        pattern,
        action,
        actor=RADAR,
        at=at,
        changes={"cases": pattern.cases, "customers": pattern.customers},
        changes_state=True,
    )
    publish(PatternRaised(pattern_id=pattern.pk, raised_at=at), at=at)


def come_back(suspicion: Suspicion, free: Sequence[Case], *, at: datetime) -> Pattern | None:
    """Let a pattern that was dismissed or has faded wait again, with its old cases and the new."""
    pattern = Pattern.objects.select_for_update().filter(pk=suspicion.again or 0).first()
    if pattern is None or pattern.state not in (PatternState.DISMISSED, PatternState.FADED):
        return None
    put_in(pattern, [case.pk for case in free], at=at)
    if pattern.state == PatternState.DISMISSED and not has_grown(pattern):
        recount(pattern, at=at)
        return None
    pattern.usual = max(pattern.usual, suspicion.usual)
    show_again(pattern, suspicion.cause, at=at)
    return pattern


def show_again(pattern: Pattern, cause: Cause | None, *, at: datetime) -> None:
    """Let a pattern that was dismissed or has faded wait for a lead once more."""
    pattern.come_back()
    undecide(pattern, at=at)
    pattern.seen_at = None
    if cause is not None:
        describe(pattern, cause)
    recount(pattern, at=at)
    tell_raised(pattern, Action.PATTERN_GREW, at=at)


def has_grown(pattern: Pattern) -> bool:
    """Whether twice as many customers wrote as when it was dismissed; one query."""
    cases = Case.objects.filter(pk__in=members_of(pattern).values("case_id"))
    return customers_in(list(cases)) >= 2 * pattern.decided_customers


@transaction.atomic
def grow(*, pattern_id: int, case_ids: Collection[int], cause: Cause | None, at: datetime) -> int:
    """Put new cases into a pattern that waits or has faded; returns how many; about ten queries.

    What has faded waits again; what was put off is shown again once it has grown by half. Cases that a lead took out of it
    stay out.
    """
    pattern = lock_pattern(pattern_id, *PatternState)
    if pattern.state not in (PatternState.PROPOSED, PatternState.FADED):
        return 0
    added = put_in(pattern, [case.pk for case in free_cases(case_ids)], at=at)
    if not added:
        return 0
    if pattern.state == PatternState.FADED:
        show_again(pattern, cause, at=at)
        return added
    if cause is not None:
        describe(pattern, cause)
    recount(pattern, at=at)
    if (
        pattern.snoozed_until is not None
        and pattern.customers >= WAKES_AT * pattern.decided_customers
    ):
        pattern.snoozed_until, pattern.decided_customers, pattern.seen_at = None, 0, None
        pattern.save()
        note(pattern, Action.PATTERN_WOKEN, actor=RADAR, at=at, changes={"cases": pattern.cases})
        publish(PatternRaised(pattern_id=pattern.pk, raised_at=at), at=at)
    return added


def free_cases(case_ids: Collection[int]) -> list[Case]:
    """Return the cases that no problem explains and no pattern has; one query."""
    linked = CaseLink.objects.filter(kind=LinkKind.CONFIRMED, case_id__in=case_ids)
    taken = PatternCase.objects.filter(excluded_at__isnull=True, case_id__in=case_ids)
    return list(
        Case.objects.filter(pk__in=case_ids)
        .exclude(state__in=NO_CASE)
        .exclude(pk__in=linked.values("case_id"))
        .exclude(pk__in=taken.values("case_id"))
        .order_by("pk")
    )


def customers_in(cases: Collection[Case]) -> int:
    """Return how many customers wrote: an organisation counts once. No query if they are loaded."""
    return len(
        {
            ("organisation", case.organisation_id)
            if case.organisation_id is not None
            else ("contact", case.contact_id)
            for case in cases
        }
    )


def put_in(pattern: Pattern, case_ids: Sequence[int], *, at: datetime) -> int:
    """Make cases members, but for those that a lead took out, and return how many; two queries."""
    known = set(
        PatternCase.objects.filter(pattern=pattern, case_id__in=case_ids).values_list(
            "case_id", flat=True
        )
    )
    fresh = [case_id for case_id in case_ids if case_id not in known]
    PatternCase.objects.bulk_create(
        [PatternCase(pattern=pattern, case_id=case_id, added_at=at) for case_id in fresh],
        # A lead may put one elsewhere at this very moment: the lead's word counts.
        ignore_conflicts=True,
    )
    return len(fresh)


# ---- what it is about ------------------------------------------------------------------------


def describe(pattern: Pattern, cause: Cause) -> None:
    """Say what it is about, unless a lead did, whom it concerns and what it is like; not saved.

    About seven queries: product, rules and what the customers share, and suggestions.
    """
    pattern.cause = cause.kept()
    pattern.region = cause.region[:80]
    pattern.found_title = cause.title[:LONGEST_TITLE]
    if pattern.titled_by_id is None:
        pattern.title = pattern.found_title
        pattern.product_id = cause.product_id
        pattern.product_version = cause.product_version[:40]
    if not pattern.is_department_chosen:
        pattern.department = department_for(pattern, cause)
    pattern.alike_problem, pattern.alike_percent = alike_problem_of(pattern)


def department_for(pattern: Pattern, cause: Cause) -> Department | None:
    """Return where the rules would send the problem; about five queries."""
    case_ids = list(members_of(pattern).values_list("case_id", flat=True)[:200])
    product = Product.objects.filter(pk=pattern.product_id or 0).first()
    decision = decide(
        facts_before_opening(
            facts(
                title=pattern.title,
                statement=", ".join(cause.phrases),
                category=category_of(case_ids),
                product=product,
            ),
            case_ids=case_ids,
            version=pattern.product_version,
        )
    )
    return decision.department if decision is not None else None


def category_of(case_ids: Collection[int]) -> str:
    """Return the category that most of the cases have, empty if none has one; one query."""
    counted = Counter(
        Case.objects.filter(pk__in=case_ids).exclude(category="").values_list("category", flat=True)
    )
    return str(counted.most_common(1)[0][0]) if counted else ""


def alike_problem_of(pattern: Pattern) -> tuple[Problem | None, int]:
    """Return the known problem that the matching thinks of most, and how sure in per cent.

    What it told for each case, on average over all of them: one that is suggested for half of the
    cases at 0.8 is likely at 0.4. Two queries.
    """
    cases = members_of(pattern).values("case_id")
    count = members_of(pattern).count()
    best = (
        CaseLink.objects.filter(
            case_id__in=cases,
            kind__in=(LinkKind.SUGGESTED, LinkKind.CONFIRMED),
            score__isnull=False,
        )
        .exclude(problem__state=ProblemState.CLOSED)
        .values("problem_id")
        .annotate(sure=Sum("score"))
        .order_by("-sure", "problem_id")
        .first()
    )
    if best is None or not count:
        return None, 0
    share = best["sure"] / 1000 / count
    if share < ALIKE_FROM:
        return None, 0
    return Problem.objects.get(pk=best["problem_id"]), round(100 * min(share, 1.0))


# ---- what ends by itself ---------------------------------------------------------------------


@transaction.atomic
def fade_patterns(*, at: datetime) -> int:
    """Let patterns fade that nobody decided and that got no case for two weeks; returns how many.

    One query if there are none, four more for each.
    """
    old = list(
        Pattern.objects.select_for_update()
        .filter(state=PatternState.PROPOSED, last_case_at__lt=at - FADES_AFTER)
        .order_by("id")
    )
    for pattern in old:
        pattern.fade()
        pattern.changed_at, pattern.snoozed_until = at, None
        pattern.save()
        note(
            pattern,
            Action.PATTERN_FADED,
            actor=RADAR,
            at=at,
            changes={"cases": pattern.cases},
            changes_state=True,
        )
    return len(old)
