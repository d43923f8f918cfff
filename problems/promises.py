"""What everybody affected is promised: the day of the fix, and by when they are told more.

A promise to a problem's customers has a clock (`problems.promise_clocks`) that wakes people before
its moment passes. What its words and reasons say is written for customers.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import service_department
from problems.events import PromiseChanged
from problems.legs import open_leg
from problems.lifecycle import keep, lock_problem, refuse_others, refuse_unless, tell
from problems.models import Estimate, Leg, Problem, ProblemPromise
from problems.models.promise import PromiseEnd, PromiseKind
from problems.problem_policies import policy_of_tenant
from problems.promise_clocks import hold, release
from problems.states import OPEN_STATES
from workflow.clocks.due_times import due_time
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.refusals import Refusal

LONGEST = 200
LONGEST_TOLD = 5000
LATEST = timedelta(days=366)


class BadNews(Refusal):
    """News to come say nothing, too much, or name a time that nobody can keep."""

    code = "bad_news"
    status = 422


class NoNewsPromised(Refusal):
    """Nothing is promised that could be kept, moved or taken back."""

    code = "no_news_promised"


# ---- a date for the fix ----------------------------------------------------------------------


def promise_date(
    problem: Problem, leg: Leg, estimate: Estimate, *, actor: Actor, at: datetime
) -> None:
    """Let a public estimate be a promise until the end of its latest day; about ten queries.

    The date before it has moved, and whoever waits for news has heard some. The same day said
    again changes nothing.
    """
    due_at = end_of_day(estimate, leg)
    before = standing(problem, kind=PromiseKind.DATE)
    if before is None or before.due_at != due_at:
        clock = hold(problem, leg, kind=PromiseKind.DATE, due_at=due_at, reason="estimated", at=at)
        end(before, ended_as=PromiseEnd.MOVED, reason=estimate.reason, at=at)
        ProblemPromise.objects.create(
            problem=problem,
            kind=PromiseKind.DATE,
            estimate=estimate,
            clock=clock,
            due_at=clock.due_at,
            made_by_id=actor.user_id,
            made_at=at,
        )
    news_was_told(problem, at=at)


def end_of_day(estimate: Estimate, leg: Leg) -> datetime:
    """Return the midnight that ends the latest day, in the zone of the department that has it."""
    day_after = estimate.latest_on + timedelta(days=1)
    return datetime.combine(day_after, time(), tzinfo=leg.department.calendar.working_time().zone)


def withdraw_date(problem: Problem, *, reason: str, at: datetime) -> ProblemPromise | None:
    """Take the date back that customers were told, if one stands; about five queries.

    Returns the promise that it was; None for a date of which customers were not told.
    """
    before = standing(problem, kind=PromiseKind.DATE)
    if before is not None:
        end(before, ended_as=PromiseEnd.WITHDRAWN, reason=reason, at=at)
        release(problem, kind=PromiseKind.DATE, is_kept=False, reason="withdrawn", at=at)
    return before


# ---- by when they are told more --------------------------------------------------------------


@transaction.atomic
def promise_news(
    *, problem_id: int, by: datetime, text: str = "", actor: Actor, at: datetime
) -> ProblemPromise:
    """Promise everybody affected to tell more by a time; a new time moves the one that stands.

    `text` is what they read; empty for the usual words. Where a time is moved it is the reason.

    Raises:
        BadNews: the time is over or further away than a year, a moved one has no reason, or the
            words are too long.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem, leg = begin(problem_id, actor=actor)
    text = fitting_words(text, longest=LONGEST)
    refuse_bad_time(by, at=at)
    before = standing(problem, kind=PromiseKind.NEWS)
    if before is not None and not text:
        raise BadNews(
            _("Customers were told another time: they want to know why it moved."),
            next_step=_("Say why in a sentence."),
        )
    made = make_news(problem, leg, by=by, text=text, actor=actor, at=at)
    changes: dict[str, ChangeValue] = {"by": made.due_at.isoformat()}
    if before is not None:
        changes["by_was"] = before.due_at.isoformat()
    note(made, Action.PROBLEM_PROMISED, changes=changes, changed=before, actor=actor, at=at)
    return made


@transaction.atomic
def keep_news(
    *,
    problem_id: int,
    told: str,
    next_by: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> ProblemPromise:
    """Tell what is new, in words for customers: what was promised is kept, late or in time.

    The next news are promised by `next_by`; without it and without a date as the tenant's policy
    says.

    Raises:
        NoNewsPromised: no news are promised.
        BadNews: nothing was written, too much, or the next time is over.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem, leg = begin(problem_id, actor=actor)
    told = fitting_words(told, longest=LONGEST_TOLD)
    if not told:
        raise BadNews(
            _("Customers would read nothing."), next_step=_("Say what is new, if only a little.")
        )
    if next_by is not None:
        refuse_bad_time(next_by, at=at)
    promise = promised_news(problem)
    promise.told = told
    end(promise, ended_as=PromiseEnd.KEPT, at=at)
    release(problem, kind=PromiseKind.NEWS, is_kept=True, reason="kept", at=at)
    if next_by is not None:
        make_news(problem, leg, by=next_by, text="", actor=actor, at=at)
    else:
        owe_news(problem, leg, at=at)
    note(promise, Action.PROBLEM_NEWS_TOLD, changes={}, actor=actor, at=at)
    return promise


@transaction.atomic
def withdraw_news(*, problem_id: int, reason: str, actor: Actor, at: datetime) -> ProblemPromise:
    """Take the promise of news back, with the reason; one that is over stays broken.

    Raises:
        NoNewsPromised: no news are promised.
        BadNews: there is no reason, or it is too long.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem, _leg = begin(problem_id, actor=actor)
    reason = fitting_words(reason, longest=LONGEST)
    if not reason:
        raise BadNews(_("Customers would not know why."), next_step=_("Say why in a sentence."))
    promise = promised_news(problem)
    end(promise, ended_as=PromiseEnd.WITHDRAWN, reason=reason, at=at)
    release(problem, kind=PromiseKind.NEWS, is_kept=False, reason="withdrawn", at=at)
    note(
        promise,
        Action.PROBLEM_PROMISE_WITHDRAWN,
        changes={},
        changed=promise,
        actor=actor,
        at=at,
    )
    return promise


# ---- what follows by itself ------------------------------------------------------------------


def news_was_told(problem: Problem, *, at: datetime) -> None:
    """Note that customers hear something new by what was just done; one query if none is owed."""
    promise = standing(problem, kind=PromiseKind.NEWS)
    if promise is not None:
        end(promise, ended_as=PromiseEnd.KEPT, at=at)
        release(problem, kind=PromiseKind.NEWS, is_kept=True, reason="kept", at=at)


def news_go_on(problem: Problem, leg: Leg, *, at: datetime) -> None:
    """Keep what was owed by what was just told, and owe the next; without a date to wait for."""
    news_was_told(problem, at=at)
    owe_news(problem, leg, at=at)


def owe_news(problem: Problem, leg: Leg, *, at: datetime) -> ProblemPromise | None:
    """Promise news by the tenant's policy if customers have nothing to wait for; two queries then.

    They have while a date or a time for news stands that is still to come.
    """
    waits = ProblemPromise.objects.filter(problem=problem, ended_as="", due_at__gt=at)
    policy = policy_of_tenant()
    if policy.news_within is None or not problem.is_open or waits.exists():
        return None
    hours = service_department().calendar.working_time()
    by = due_time([(at, hours)], within=policy.news_within)
    return make_news(problem, leg, by=by, text="", actor=Actor.system("promises"), at=at)


@transaction.atomic
def owe_news_of(problem_id: int, *, at: datetime) -> ProblemPromise | None:
    """Promise news of a problem by the tenant's policy, unless customers have a time already."""
    problem = lock_problem(problem_id)
    if not problem.is_open:
        return None
    return owe_news(problem, open_leg(problem), at=at)


# ---- rows ------------------------------------------------------------------------------------


def begin(problem_id: int, *, actor: Actor) -> tuple[Problem, Leg]:
    """Lock an open problem and refuse who may not promise anything about it; three queries."""
    problem = lock_problem(problem_id)
    refuse_unless(problem, *OPEN_STATES)
    leg = open_leg(problem)
    refuse_others(actor, leg)
    return problem, leg


def make_news(
    problem: Problem, leg: Leg, *, by: datetime, text: str, actor: Actor, at: datetime
) -> ProblemPromise:
    """Let news be owed by a time; what stood has moved. About ten queries."""
    before = standing(problem, kind=PromiseKind.NEWS)
    clock = hold(problem, leg, kind=PromiseKind.NEWS, due_at=by, reason="promised", at=at)
    end(before, ended_as=PromiseEnd.MOVED, reason=text, at=at)
    return ProblemPromise.objects.create(
        problem=problem,
        kind=PromiseKind.NEWS,
        clock=clock,
        text=text,
        due_at=clock.due_at,
        made_by_id=actor.user_id,
        made_at=at,
    )


def standing(problem: Problem, *, kind: PromiseKind) -> ProblemPromise | None:
    """Return the promise of a kind that nobody has ended, passed or not; one query."""
    return ProblemPromise.objects.filter(problem=problem, kind=kind, ended_as="").first()


def promised_news(problem: Problem) -> ProblemPromise:
    """Return the promise of news that stands.

    Raises:
        NoNewsPromised: none does.
    """
    promise = standing(problem, kind=PromiseKind.NEWS)
    if promise is None:
        raise NoNewsPromised(
            _("Nobody promised news of %(problem)s.") % {"problem": problem.name},
            next_step=_("Promise a time first, then tell by it."),
        )
    return promise


def end(
    promise: ProblemPromise | None, *, ended_as: PromiseEnd, reason: str = "", at: datetime
) -> None:
    """Write down how a promise ended, if there is one; never before it was made."""
    if promise is None:
        return
    promise.ended_as = ended_as
    promise.ended_at = max(at, promise.made_at)
    promise.reason = reason
    promise.save(update_fields=["ended_as", "ended_at", "reason", "told"])


def fitting_words(text: str, *, longest: int) -> str:
    """Return words for customers without blanks around them.

    Raises:
        BadNews: they are too long.
    """
    text = text.strip()
    if len(text) > longest:
        raise BadNews(
            _("This is longer than %(most)d characters.") % {"most": longest},
            next_step=_("Say it more shortly."),
        )
    return text


def refuse_bad_time(by: datetime, *, at: datetime) -> None:
    """Refuse a time that is over, or further away than anybody can promise.

    Raises:
        BadNews: it is.
    """
    if by <= at:
        raise BadNews(
            _("This time is over already."), next_step=_("Choose one that is still to come.")
        )
    if by - at > LATEST:
        raise BadNews(
            _("This time is further away than a year."), next_step=_("Choose an earlier one.")
        )


def note(
    promise: ProblemPromise,
    action: Action,
    *,
    changes: dict[str, ChangeValue],
    actor: Actor,
    at: datetime,
    changed: ProblemPromise | None = None,
) -> None:
    """Save the problem and write into its history what became of a promise.

    Of one that `changed` for those who were promised it everybody hears.
    """
    keep(promise.problem)
    tell(
        promise.problem,
        action,
        actor=actor,
        at=at,
        changes={"promise": promise.pk, **changes},
        changes_state=False,
        event=changed_event(changed),
    )


def changed_event(promise: ProblemPromise | None) -> PromiseChanged | None:
    """Return the news that a promise moved or was taken back, None where there is none."""
    if promise is None:
        return None
    return PromiseChanged(problem_id=promise.problem_id, promise_id=promise.pk)
